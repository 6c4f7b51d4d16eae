// Bass that is lost, as from small loudspeakers.

#include <fmt/format.h>

#include "harness/plugin/registry.hpp"
#include "pipeline/deformations/support/butterworth.hpp"
#include "pipeline/deformations/support/severity.hpp"

namespace genrebench {
namespace {

struct HighPassOptions {
  double cutoff_hz = 300.0;
  int order = 8;
};

const OptionTable<HighPassOptions>& high_pass_options() {
  static const OptionTable<HighPassOptions> options = [] {
    OptionTable<HighPassOptions> t;
    t.number("cutoff_hz", &HighPassOptions::cutoff_hz, 0.0, 400000.0,
             "Where the gain is -3 dB, in Hz. 0: nothing is removed.")
        .integer("order", &HighPassOptions::order, 2, 32,
                 "Order of the filter, even: it falls by 6 dB per octave and order.");
    add_severity(t, {{"cutoff_hz", 0.0}}, {{"cutoff_hz", 100.0}}, {{"cutoff_hz", 1000.0}});
    return t;
  }();
  return options;
}

class HighPass final : public Deformation {
 public:
  explicit HighPass(const HighPassOptions& options) : options_(options) {
    if (options.order % 2 != 0)
      throw ConfigError(
          fmt::format("high_pass: order: expected an even number, found {}", options.order));
  }

  double strength() const override { return options_.cutoff_hz; }
  std::string level() const override {
    return options_.cutoff_hz > 0.0 ? fmt::format("above {:g} Hz", options_.cutoff_hz) : "all";
  }

  std::vector<float> apply(std::vector<float> samples, double sample_rate_hz,
                           std::uint64_t) const override {
    if (options_.cutoff_hz == 0.0) return samples;
    if (options_.cutoff_hz >= sample_rate_hz / 2.0)
      throw DataError(fmt::format("high_pass: nothing is left above {:g} Hz in a file of {:g} Hz",
                                  options_.cutoff_hz, sample_rate_hz));
    filter(butterworth_high_pass(options_.order, options_.cutoff_hz, sample_rate_hz), samples);
    return samples;
  }

 private:
  HighPassOptions options_;
};

}  // namespace

void register_high_pass(Registry& registry) {
  registry.deformations.add(
      {{.name = "high_pass",
        .summary = "No bass: a Butterworth high-pass with |H(f)|^2 = 1 / (1 + (cutoff / f)^(2 "
                   "order)), made digital by the bilinear transform.",
        .source = "Butterworth, On the theory of filter amplifiers, Experimental Wireless 7, 1930",
        .options = high_pass_options().schema()},
       [](const OptionValues& values) {
         return std::make_unique<HighPass>(high_pass_options().parse(values));
       }});
}

}  // namespace genrebench
