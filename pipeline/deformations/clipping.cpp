// Samples cut at a level, as by a recorder or an amplifier that is driven too hard.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "harness/plugin/registry.hpp"
#include "pipeline/deformations/support/severity.hpp"

namespace genrebench {
namespace {

struct ClippingOptions {
  double share = 0.05;
};

const OptionTable<ClippingOptions>& clipping_options() {
  static const OptionTable<ClippingOptions> options = [] {
    OptionTable<ClippingOptions> t;
    t.number("share", &ClippingOptions::share, 0.0, 1.0, "Share of the samples that are cut.");
    add_severity(t, {{"share", 0.0}}, {{"share", 0.01}}, {{"share", 0.2}});
    return t;
  }();
  return options;
}

class Clipping final : public Deformation {
 public:
  explicit Clipping(const ClippingOptions& options) : options_(options) {}

  double strength() const override { return options_.share; }
  std::string level() const override {
    return fmt::format("{:g} % of the samples", 100.0 * options_.share);
  }

  std::vector<float> apply(std::vector<float> samples, double, std::uint64_t) const override {
    const auto n_cut =
        static_cast<std::size_t>(std::floor(options_.share * static_cast<double>(samples.size())));
    if (n_cut == 0) return samples;
    std::vector<float> magnitudes(samples.size());
    std::transform(samples.begin(), samples.end(), magnitudes.begin(),
                   [](float x) { return std::abs(x); });
    // The largest magnitude that is not to be cut; 0 where all are.
    float limit = 0.0f;
    if (n_cut < samples.size()) {
      const auto place = magnitudes.end() - static_cast<std::ptrdiff_t>(n_cut) - 1;
      std::nth_element(magnitudes.begin(), place, magnitudes.end());
      limit = *place;
    }
    for (float& x : samples) x = std::clamp(x, -limit, limit);
    return samples;
  }

 private:
  ClippingOptions options_;
};

}  // namespace

void register_clipping(Registry& registry) {
  registry.deformations.add(
      {{.name = "clipping",
        .summary = "Samples cut at a level: y = min(max(x, -c), c), where c is the quantile 1 - "
                   "share of the track's magnitudes.",
        .options = clipping_options().schema()},
       [](const OptionValues& values) {
         return std::make_unique<Clipping>(clipping_options().parse(values));
       }});
}

}  // namespace genrebench
