#pragma once
// Says of files whose samples are not what features expect: beyond full scale, or lost when
// channels are mixed.

#include <string>
#include <vector>

#include "signal/audio/audio.hpp"
#include "signal/audio/level_meter.hpp"

namespace genrebench {

/// What the samples of one file, decoded whole, come to.
struct FileLevels {
  std::string name;         ///< of the track or file, for people
  float peak = 0.0f;        ///< LevelMeter::peak()
  float usual_peak = 1.0f;  ///< AudioInfo::usual_peak
  double kept_share = 1.0;  ///< LevelMeter::kept_share()

  bool beyond_full_scale() const { return peak > usual_peak; }
  /// The mean of the channels has less than a quarter of the energy that it would have if they had
  /// nothing in common.
  bool channels_cancel() const { return kept_share < 0.25; }
};

FileLevels levels_of(std::string name, const AudioInfo& info, const LevelMeter& meter);

/// What is wrong with levels, and of which file most.
struct LevelNote {
  std::string where;    ///< the worst file
  std::string message;  ///< with the number of files, and what to do
};

/// At most one note for each of the two faults.
/// @param files  those that were decoded
std::vector<LevelNote> level_notes(const std::vector<FileLevels>& files);

}  // namespace genrebench
