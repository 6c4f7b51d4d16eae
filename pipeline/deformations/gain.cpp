// A change of level, as of recordings that were made too quiet or too loud.

#include <fmt/format.h>

#include <cmath>

#include "harness/plugin/registry.hpp"
#include "pipeline/deformations/support/severity.hpp"

namespace genrebench {
namespace {

struct GainOptions {
  double gain_db = -12.0;
};

const OptionTable<GainOptions>& gain_options() {
  static const OptionTable<GainOptions> options = [] {
    OptionTable<GainOptions> t;
    t.number("gain_db", &GainOptions::gain_db, -80.0, 80.0,
             "Change of level, in dB. Samples beyond full scale stay: add clipping to cut them.");
    add_severity(t, {{"gain_db", 0.0}}, {{"gain_db", -6.0}}, {{"gain_db", -24.0}});
    return t;
  }();
  return options;
}

class Gain final : public Deformation {
 public:
  explicit Gain(const GainOptions& options) : options_(options) {}

  double strength() const override { return std::abs(options_.gain_db); }
  std::string level() const override { return fmt::format("{:+g} dB", options_.gain_db); }

  std::vector<float> apply(std::vector<float> samples, double, std::uint64_t) const override {
    const double factor = std::pow(10.0, options_.gain_db / 20.0);
    for (float& x : samples) x = static_cast<float>(factor * static_cast<double>(x));
    return samples;
  }

 private:
  GainOptions options_;
};

}  // namespace

void register_gain(Registry& registry) {
  registry.deformations.add({{.name = "gain",
                              .summary = "Another level: y = 10^(gain_db / 20) x.",
                              .options = gain_options().schema()},
                             [](const OptionValues& values) {
                               return std::make_unique<Gain>(gain_options().parse(values));
                             }});
}

}  // namespace genrebench
