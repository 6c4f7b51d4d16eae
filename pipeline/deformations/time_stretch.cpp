// Another tempo at the same pitch.

#include <fmt/format.h>

#include <cmath>

#include "harness/plugin/registry.hpp"
#include "pipeline/deformations/support/severity.hpp"
#include "pipeline/deformations/support/wsola.hpp"

namespace genrebench {
namespace {

struct TimeStretchOptions {
  double tempo = 1.1;
};

const OptionTable<TimeStretchOptions>& time_stretch_options() {
  static const OptionTable<TimeStretchOptions> options = [] {
    OptionTable<TimeStretchOptions> t;
    t.number("tempo", &TimeStretchOptions::tempo, 0.25, 4.0,
             "How many times as fast; the length is divided by it.");
    add_severity(t, {{"tempo", 1.0}}, {{"tempo", 1.05}}, {{"tempo", 1.25}});
    return t;
  }();
  return options;
}

class TimeStretch final : public Deformation {
 public:
  explicit TimeStretch(const TimeStretchOptions& options) : options_(options) {}

  double strength() const override { return std::abs(std::log2(options_.tempo)); }
  std::string level() const override { return fmt::format("{:g} x tempo", options_.tempo); }

  std::vector<float> apply(std::vector<float> samples, double sample_rate_hz,
                           std::uint64_t) const override {
    if (options_.tempo == 1.0) return samples;
    return at_tempo(samples, options_.tempo, sample_rate_hz);
  }

 private:
  TimeStretchOptions options_;
};

}  // namespace

void register_time_stretch(Registry& registry) {
  registry.deformations.add(
      {{.name = "time_stretch",
        .summary = "Another tempo at the same pitch, by waveform similarity overlap-add (WSOLA).",
        .source = "Verhelst and Roelands, An overlap-add technique based on waveform similarity "
                  "(WSOLA) for high quality time-scale modification of speech, ICASSP 1993",
        .options = time_stretch_options().schema()},
       [](const OptionValues& values) {
         return std::make_unique<TimeStretch>(time_stretch_options().parse(values));
       }});
}

}  // namespace genrebench
