// Loud and quiet brought closer together, as broadcasters and mastering do.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "harness/plugin/registry.hpp"
#include "pipeline/deformations/support/power.hpp"
#include "pipeline/deformations/support/severity.hpp"

namespace genrebench {
namespace {

constexpr double kLeastLevel_db = -120.0;

struct CompressionOptions {
  double ratio = 4.0;
  double threshold_db = -30.0;
  double knee_db = 6.0;
  double attack_ms = 5.0;
  double release_ms = 100.0;
};

const OptionTable<CompressionOptions>& compression_options() {
  static const OptionTable<CompressionOptions> options = [] {
    OptionTable<CompressionOptions> t;
    t.number("ratio", &CompressionOptions::ratio, 1.0, 1000.0,
             "By how much the level above the threshold is divided, in dB. 1: the audio stays as "
             "it is.")
        .number("threshold_db", &CompressionOptions::threshold_db, -100.0, 0.0,
                "Level above which the gain falls, in dB of full scale.")
        .number("knee_db", &CompressionOptions::knee_db, 0.0, 60.0,
                "Width of the bend of the curve around the threshold, in dB.")
        .number("attack_ms", &CompressionOptions::attack_ms, 0.0, 10000.0,
                "Time constant of a falling gain, in milliseconds.")
        .number("release_ms", &CompressionOptions::release_ms, 0.0, 10000.0,
                "Time constant of a rising gain, in milliseconds.");
    add_severity(t, {{"ratio", 1.0}}, {{"ratio", 2.0}}, {{"ratio", 20.0}});
    return t;
  }();
  return options;
}

class Compression final : public Deformation {
 public:
  explicit Compression(const CompressionOptions& options) : options_(options) {}

  double strength() const override { return std::log2(options_.ratio); }
  std::string level() const override { return fmt::format("{:g} : 1", options_.ratio); }

  std::vector<float> apply(std::vector<float> samples, double sample_rate_hz,
                           std::uint64_t) const override {
    if (options_.ratio == 1.0) return samples;
    const double power = mean_square(samples);
    const double attack = constant(options_.attack_ms, sample_rate_hz);
    const double release = constant(options_.release_ms, sample_rate_hz);
    double peak = 0.0, smooth = 0.0;  // y1 and yL of equation (17), in dB
    for (float& sample : samples) {
      const double magnitude = std::abs(static_cast<double>(sample));
      const double level_db =
          magnitude > 0.0 ? std::max(20.0 * std::log10(magnitude), kLeastLevel_db) : kLeastLevel_db;
      const double reduction = level_db - curve(level_db);
      peak = std::max(reduction, release * peak + (1.0 - release) * reduction);
      smooth = attack * smooth + (1.0 - attack) * peak;
      sample = static_cast<float>(static_cast<double>(sample) * std::pow(10.0, -smooth / 20.0));
    }
    scale_to(samples, power);
    return samples;
  }

 private:
  static double constant(double time_ms, double sample_rate_hz) {
    return time_ms == 0.0 ? 0.0 : std::exp(-1.0 / (time_ms * 1e-3 * sample_rate_hz));
  }

  /// The level that leaves for one that comes, both in dB: equation (4).
  double curve(double level_db) const {
    const double over = level_db - options_.threshold_db, knee = options_.knee_db;
    if (2.0 * over < -knee) return level_db;
    const double slope = 1.0 / options_.ratio - 1.0;
    if (2.0 * over > knee || knee == 0.0) return level_db + slope * std::max(over, 0.0);
    const double bend = over + knee / 2.0;
    return level_db + slope * bend * bend / (2.0 * knee);
  }

  CompressionOptions options_;
};

}  // namespace

void register_compression(Registry& registry) {
  registry.deformations.add(
      {{.name = "compression",
        .summary = "Dynamic compression by a curve with a soft knee and a smooth, decoupled peak "
                   "detector; the mean power stays as it was.",
        .source = "Giannoulis, Massberg and Reiss, Digital dynamic range compressor design: a "
                  "tutorial and analysis, JAES 60(6), 2012, equations 4 and 17",
        .options = compression_options().schema()},
       [](const OptionValues& values) {
         return std::make_unique<Compression>(compression_options().parse(values));
       }});
}

}  // namespace genrebench
