// Played faster or slower, as a record at the wrong speed: tempo and pitch change together.

#include <fmt/format.h>

#include <cmath>

#include "harness/plugin/registry.hpp"
#include "pipeline/deformations/support/severity.hpp"
#include "signal/audio/resampler.hpp"

namespace genrebench {
namespace {

struct SpeedOptions {
  double factor = 1.06;
};

const OptionTable<SpeedOptions>& speed_options() {
  static const OptionTable<SpeedOptions> options = [] {
    OptionTable<SpeedOptions> t;
    t.number("factor", &SpeedOptions::factor, 0.25, 4.0,
             "How many times as fast. Frequencies are multiplied by it, and the length is divided.",
             "1.06 is about one semitone");
    add_severity(t, {{"factor", 1.0}}, {{"factor", 1.02}}, {{"factor", 1.2}});
    return t;
  }();
  return options;
}

class Speed final : public Deformation {
 public:
  explicit Speed(const SpeedOptions& options) : options_(options) {}

  double strength() const override { return std::abs(std::log2(options_.factor)); }
  std::string level() const override { return fmt::format("{:g} x speed", options_.factor); }

  std::vector<float> apply(std::vector<float> samples, double sample_rate_hz,
                           std::uint64_t) const override {
    // Samples of a higher rate than they were recorded at, brought back to that rate.
    return resampled(std::move(samples), sample_rate_hz * options_.factor, sample_rate_hz);
  }

 private:
  SpeedOptions options_;
};

}  // namespace

void register_speed(Registry& registry) {
  registry.deformations.add(
      {{.name = "speed",
        .summary = "Played faster or slower, y(t) = x(factor t), by libsoxr's high quality.",
        .source = "the SoX Resampler library, https://sourceforge.net/projects/soxr/",
        .options = speed_options().schema()},
       [](const OptionValues& values) {
         return std::make_unique<Speed>(speed_options().parse(values));
       }});
}

}  // namespace genrebench
