// Another pitch at the same tempo.

#include <fmt/format.h>

#include <cmath>

#include "harness/plugin/registry.hpp"
#include "pipeline/deformations/support/severity.hpp"
#include "pipeline/deformations/support/wsola.hpp"
#include "signal/audio/resampler.hpp"

namespace genrebench {
namespace {

struct PitchShiftOptions {
  double semitones = 1.0;
};

const OptionTable<PitchShiftOptions>& pitch_shift_options() {
  static const OptionTable<PitchShiftOptions> options = [] {
    OptionTable<PitchShiftOptions> t;
    t.number("semitones", &PitchShiftOptions::semitones, -24.0, 24.0,
             "Change of pitch, in semitones; frequencies are multiplied by 2^(semitones / 12).");
    add_severity(t, {{"semitones", 0.0}}, {{"semitones", 0.5}}, {{"semitones", 3.0}});
    return t;
  }();
  return options;
}

class PitchShift final : public Deformation {
 public:
  explicit PitchShift(const PitchShiftOptions& options) : options_(options) {}

  double strength() const override { return std::abs(options_.semitones); }
  std::string level() const override { return fmt::format("{:+g} semitones", options_.semitones); }

  std::vector<float> apply(std::vector<float> samples, double sample_rate_hz,
                           std::uint64_t) const override {
    if (options_.semitones == 0.0) return samples;
    const std::size_t length = samples.size();
    const double ratio = std::exp2(options_.semitones / 12.0);
    samples = at_tempo(samples, 1.0 / ratio, sample_rate_hz);
    samples = resampled(std::move(samples), sample_rate_hz * ratio, sample_rate_hz);
    samples.resize(length);
    return samples;
  }

 private:
  PitchShiftOptions options_;
};

}  // namespace

void register_pitch_shift(Registry& registry) {
  registry.deformations.add(
      {{.name = "pitch_shift",
        .summary = "Another pitch at the same tempo: stretched by WSOLA, and resampled back to the "
                   "length of the track.",
        .source = "Verhelst and Roelands, An overlap-add technique based on waveform similarity "
                  "(WSOLA) for high quality time-scale modification of speech, ICASSP 1993",
        .options = pitch_shift_options().schema()},
       [](const OptionValues& values) {
         return std::make_unique<PitchShift>(pitch_shift_options().parse(values));
       }});
}

}  // namespace genrebench
