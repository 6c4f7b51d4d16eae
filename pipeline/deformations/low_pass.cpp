// Treble that is lost, as behind a wall or on an old medium.

#include <fmt/format.h>

#include <optional>

#include "harness/plugin/registry.hpp"
#include "pipeline/deformations/support/butterworth.hpp"
#include "pipeline/deformations/support/severity.hpp"

namespace genrebench {
namespace {

struct LowPassOptions {
  std::optional<double> cutoff_hz = 4000.0;
  int order = 8;
};

const OptionTable<LowPassOptions>& low_pass_options() {
  static const OptionTable<LowPassOptions> options = [] {
    OptionTable<LowPassOptions> t;
    t.number("cutoff_hz", &LowPassOptions::cutoff_hz, 10.0, 400000.0,
             "Where the gain is -3 dB, in Hz. auto: nothing is removed. At half the sample rate of "
             "the file or above it there is nothing to remove, and the audio stays as it is.")
        .integer("order", &LowPassOptions::order, 2, 32,
                 "Order of the filter, even: it falls by 6 dB per octave and order.");
    add_severity(t, {{"cutoff_hz", {}}}, {{"cutoff_hz", 8000.0}}, {{"cutoff_hz", 2000.0}});
    return t;
  }();
  return options;
}

class LowPass final : public Deformation {
 public:
  explicit LowPass(const LowPassOptions& options) : options_(options) {
    if (options.order % 2 != 0)
      throw ConfigError(
          fmt::format("low_pass: order: expected an even number, found {}", options.order));
  }

  double strength() const override { return options_.cutoff_hz ? 1e4 / *options_.cutoff_hz : 0.0; }
  std::string level() const override {
    return options_.cutoff_hz ? fmt::format("below {:g} Hz", *options_.cutoff_hz) : "all";
  }

  std::vector<float> apply(std::vector<float> samples, double sample_rate_hz,
                           std::uint64_t) const override {
    if (options_.cutoff_hz && *options_.cutoff_hz < sample_rate_hz / 2.0)
      filter(butterworth_low_pass(options_.order, *options_.cutoff_hz, sample_rate_hz), samples);
    return samples;
  }

 private:
  LowPassOptions options_;
};

}  // namespace

void register_low_pass(Registry& registry) {
  registry.deformations.add(
      {{.name = "low_pass",
        .summary = "No treble: a Butterworth low-pass with |H(f)|^2 = 1 / (1 + (f / cutoff)^(2 "
                   "order)), made digital by the bilinear transform.",
        .source = "Butterworth, On the theory of filter amplifiers, Experimental Wireless 7, 1930",
        .options = low_pass_options().schema()},
       [](const OptionValues& values) {
         return std::make_unique<LowPass>(low_pass_options().parse(values));
       }});
}

}  // namespace genrebench
