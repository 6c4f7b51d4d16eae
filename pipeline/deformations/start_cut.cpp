// A recording that begins late.

#include <fmt/format.h>

#include <cmath>

#include "harness/plugin/registry.hpp"
#include "pipeline/deformations/support/severity.hpp"

namespace genrebench {
namespace {

struct StartCutOptions {
  double cut_s = 5.0;
};

const OptionTable<StartCutOptions>& start_cut_options() {
  static const OptionTable<StartCutOptions> options = [] {
    OptionTable<StartCutOptions> t;
    t.number("cut_s", &StartCutOptions::cut_s, 0.0, 3600.0,
             "How much of the beginning is left out, in seconds. A track that is not longer "
             "cannot be tested.");
    add_severity(t, {{"cut_s", 0.0}}, {{"cut_s", 1.0}}, {{"cut_s", 15.0}});
    return t;
  }();
  return options;
}

class StartCut final : public Deformation {
 public:
  explicit StartCut(const StartCutOptions& options) : options_(options) {}

  double strength() const override { return options_.cut_s; }
  std::string level() const override { return fmt::format("without {:g} s", options_.cut_s); }

  std::vector<float> apply(std::vector<float> samples, double sample_rate_hz,
                           std::uint64_t) const override {
    const auto n = static_cast<std::size_t>(std::llround(options_.cut_s * sample_rate_hz));
    if (n >= samples.size())
      throw DataError(fmt::format("start_cut: the track has {:.2f} s, and {:g} s are to be cut off",
                                  static_cast<double>(samples.size()) / sample_rate_hz,
                                  options_.cut_s));
    samples.erase(samples.begin(), samples.begin() + static_cast<std::ptrdiff_t>(n));
    return samples;
  }

 private:
  StartCutOptions options_;
};

}  // namespace

void register_start_cut(Registry& registry) {
  registry.deformations.add({{.name = "start_cut",
                              .summary = "Without the beginning: y(t) = x(t + cut_s).",
                              .options = start_cut_options().schema()},
                             [](const OptionValues& values) {
                               return std::make_unique<StartCut>(start_cut_options().parse(values));
                             }});
}

}  // namespace genrebench
