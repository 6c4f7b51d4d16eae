#pragma once
// What sounds: pitched instruments and a drum kit, each as one artist plays it.

#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "base/random.hpp"
#include "datasets/music/archetypes.hpp"

namespace genrebench::synthesis {

/// One instrument. Not for several threads: waveforms are computed when first needed.
class Instrument {
 public:
  /// @param random  the artist's: it decides the colours
  Instrument(Voice voice, double sample_rate_hz, Random random);

  /// Adds one note to a bus.
  /// @param start  sample at which it begins; nothing is added where that lies outside the bus
  void play(std::span<float> bus, std::int64_t start, double length_s, double frequency_hz,
            double gain, Random& random);

 private:
  enum class Generator { additive, fm, pluck, breath };
  class Envelope;

  /// The waveform without partials above half the sample rate, for this octave of fundamentals.
  const float* table_for(double frequency_hz);
  void add_additive(std::span<float> out, std::int64_t held, double frequency_hz, double gain,
                    Random& random);
  void add_fm(std::span<float> out, std::int64_t held, double frequency_hz, double gain);
  /// Karplus and Strong's plucked string, tuned by an all-pass (Jaffe and Smith 1983).
  void add_pluck(std::span<float> out, std::int64_t held, double frequency_hz, double gain,
                 Random& random);
  /// Noise through a resonance at the note.
  void add_breath(std::span<float> out, std::int64_t held, double frequency_hz, double gain,
                  Random& random);

  double rate_;
  Generator generator_ = Generator::additive;
  double attack_s_ = 0.004, decay_s_ = 0.5, sustain_ = 0.7, release_s_ = 0.05;
  double ratio_ = 1.0, index_ = 1.0, index_decay_s_ = 0.4;  // FM
  double vibrato_ = 0.0005, noise_ = 0.0, detune_ = 0.002, damping_ = 0.3;
  std::vector<double> amplitudes_;
  std::vector<std::uint64_t> phases_;
  std::map<int, std::vector<float>> tables_;  // by octave
};

/// The strokes of one artist's drum kit, rendered once a song.
struct DrumKit {
  std::vector<float> kick, snare, hat;

  DrumKit(double sample_rate_hz, Random random);
};

/// Adds a stroke to a bus from a sample on; nothing where that lies outside the bus.
void add_stroke(std::span<float> bus, std::int64_t start, const std::vector<float>& stroke,
                double gain);

}  // namespace genrebench::synthesis
