// The band that a telephone passes.

#include <fmt/format.h>

#include <cmath>
#include <optional>

#include "harness/plugin/registry.hpp"
#include "pipeline/deformations/support/butterworth.hpp"
#include "pipeline/deformations/support/severity.hpp"

namespace genrebench {
namespace {

constexpr int kOrder = 8;
constexpr double kHearing_octaves = 10.0;  // 20 Hz to 20 kHz

struct TelephoneOptions {
  double low_hz = 300.0;
  std::optional<double> high_hz = 3400.0;
};

const OptionTable<TelephoneOptions>& telephone_options() {
  static const OptionTable<TelephoneOptions> options = [] {
    OptionTable<TelephoneOptions> t;
    t.number("low_hz", &TelephoneOptions::low_hz, 0.0, 20000.0,
             "Lower end of the band, where the gain is -3 dB, in Hz. 0: there is none.",
             "ITU-T G.712: the band of telephones")
        .number("high_hz", &TelephoneOptions::high_hz, 100.0, 400000.0,
                "Upper end of the band, in Hz. auto: there is none. At half the sample rate of the "
                "file or above it there is nothing to remove.",
                "ITU-T G.712; severity 1 is the wide band of ITU-T G.722");
    add_severity(t, {{"low_hz", 0.0}, {"high_hz", {}}}, {{"low_hz", 50.0}, {"high_hz", 7000.0}},
                 {{"low_hz", 500.0}, {"high_hz", 2500.0}});
    return t;
  }();
  return options;
}

class Telephone final : public Deformation {
 public:
  explicit Telephone(const TelephoneOptions& options) : options_(options) {
    if (options.high_hz && *options.high_hz <= options.low_hz)
      throw ConfigError(fmt::format("telephone: expected low_hz below high_hz, found {:g} and {:g}",
                                    options.low_hz, *options.high_hz));
  }

  /// Octaves of hearing that are lost.
  double strength() const override {
    double octaves = 0.0;
    if (options_.low_hz > 0.0) octaves += std::log2(std::max(options_.low_hz / 20.0, 1.01));
    if (options_.high_hz) octaves += std::log2(std::max(20000.0 / *options_.high_hz, 1.01));
    return std::min(octaves, kHearing_octaves);
  }
  std::string level() const override {
    return fmt::format("{:g} Hz to {}", options_.low_hz,
                       options_.high_hz ? fmt::format("{:g} Hz", *options_.high_hz) : "the top");
  }

  std::vector<float> apply(std::vector<float> samples, double sample_rate_hz,
                           std::uint64_t) const override {
    const double half_hz = sample_rate_hz / 2.0;
    if (options_.low_hz >= half_hz)
      throw DataError(fmt::format("telephone: nothing is left above {:g} Hz in a file of {:g} Hz",
                                  options_.low_hz, sample_rate_hz));
    if (options_.low_hz > 0.0)
      filter(butterworth_high_pass(kOrder, options_.low_hz, sample_rate_hz), samples);
    if (options_.high_hz && *options_.high_hz < half_hz)
      filter(butterworth_low_pass(kOrder, *options_.high_hz, sample_rate_hz), samples);
    return samples;
  }

 private:
  TelephoneOptions options_;
};

}  // namespace

void register_telephone(Registry& registry) {
  registry.deformations.add(
      {{.name = "telephone",
        .summary = "The band of a telephone: a Butterworth high-pass and a low-pass of order 8.",
        .source = "ITU-T Recommendation G.712",
        .options = telephone_options().schema()},
       [](const OptionValues& values) {
         return std::make_unique<Telephone>(telephone_options().parse(values));
       }});
}

}  // namespace genrebench
