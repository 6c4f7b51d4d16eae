// How the kernels moved from commit to commit, of those measured on the machine of the newest one.

#include "harness/plugin/registry.hpp"
#include "harness/records/find_experiment.hpp"
#include "reports/support/kernel_history.hpp"

namespace genrebench {
namespace {

struct KernelsOptions {
  double level = KernelHistoryOptions{}.level;
  double magnitude = KernelHistoryOptions{}.magnitude;
  int figures = static_cast<int>(KernelHistoryOptions{}.most_figures);
};

const OptionTable<KernelsOptions>& kernels_options() {
  static const OptionTable<KernelsOptions> options = [] {
    OptionTable<KernelsOptions> t;
    t.number("level", &KernelsOptions::level, 1e-9, 0.5, "Level of a change point.")
        .number("magnitude", &KernelsOptions::magnitude, 0.0, 10.0,
                "Smaller changes are not marked: 0.02 is 2 %.")
        .integer("figures", &KernelsOptions::figures, 0, 10000,
                 "How many benchmarks are drawn, those that moved last first. The data tables have "
                 "all.");
    return t;
  }();
  return options;
}

class Kernels final : public Report {
 public:
  explicit Kernels(const KernelsOptions& options) : options_(options) {}

  /// Kernels belong to no experiment, so it is the same for every scope.
  Document render(const StoreReader& store, const ReportScope& scope) const override {
    for (const std::string& name : scope.experiments) find_experiment(store, name, "the run store");
    const std::vector<KernelSession> all = store.kernel_sessions();
    if (all.empty())
      throw ConfigError(
          "kernels: this store has no measurements of kernels; `genrebench kernels run` records "
          "some");
    const std::vector<KernelSession> sessions = comparable_with_last(all);
    return kernel_history(sessions, gate_histories(sessions), store.kernel_notes(),
                          {.level = options_.level,
                           .magnitude = options_.magnitude,
                           .most_figures = static_cast<std::size_t>(options_.figures)});
  }

 private:
  KernelsOptions options_;
};

}  // namespace

void register_kernels(Registry& registry) {
  registry.reports.add(
      {{.name = "kernels",
        .summary = "Measurements of kernels from commit to commit, and where they moved.",
        .source = "Matteson and James, J. Am. Stat. Assoc. 109, 2014 (change points)",
        .options = kernels_options().schema()},
       [](const OptionValues& values) {
         return std::make_unique<Kernels>(kernels_options().parse(values));
       }});
}

}  // namespace genrebench
