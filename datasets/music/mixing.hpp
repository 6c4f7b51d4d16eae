#pragma once
// From the four buses of a song to the samples of its file.

#include <map>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "harness/plugin/dataset.hpp"

namespace genrebench::synthesis {

/// Dry sound by role, all of one length.
struct Buses {
  std::vector<float> drums, bass, chords, lead;
};

struct MixSettings {
  double drums_db, bass_db, chords_db, lead_db;
  double drive;         ///< gain into the soft clipper of chords and lead; 0 is clean
  double reverb;        ///< share of the wet signal
  double reverb_s;      ///< time in which it falls by 60 dB
  double compression;   ///< ratio
  double tilt_db;       ///< treble against bass, around 800 Hz
  double bandwidth_hz;  ///< of the recording
  double hiss_db;       ///< peak of the noise, full scale is 0
  double level_db;      ///< peak of the music, full scale is 0
};

/// @param sections       tile the song
/// @param brightness_db  more or less treble, by label
/// @return               samples in [-1, 1]
std::vector<float> mix_down(const Buses& buses, const MixSettings& mix,
                            const std::vector<Section>& sections,
                            const std::map<std::string, double>& brightness_db, double rate,
                            Random& noise);

}  // namespace genrebench::synthesis
