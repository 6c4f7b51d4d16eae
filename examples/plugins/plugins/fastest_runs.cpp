// A report: the finished runs of an experiment, the fastest first.

#include <algorithm>

#include "harness/plugin/registry.hpp"

namespace genrebench {
namespace {

struct FastestRunsOptions {
  int listed = 10;
};

const OptionTable<FastestRunsOptions>& fastest_runs_options() {
  static const auto table = OptionTable<FastestRunsOptions>().integer(
      "listed", &FastestRunsOptions::listed, 1, 1000, "Number of runs that are shown.");
  return table;
}

Cell number(double value) { return {.text = std::to_string(value), .numeric = true}; }

class FastestRuns final : public Report {
 public:
  explicit FastestRuns(const FastestRunsOptions& options) : options_(options) {}

  // A report reads nothing but the store. reports/render writes the document in all formats.
  Document render(const StoreReader& store, const ReportScope& scope) const override {
    std::vector<RunRecord> runs;
    for (const std::string& experiment : scope.experiments)
      for (const RunRecord& run : store.runs(experiment))
        if (run.status == RunStatus::done) runs.push_back(run);
    if (runs.empty()) throw ConfigError("report fastest_runs: no run is done");
    std::ranges::sort(runs, {}, &RunRecord::wall_s);
    runs.resize(std::min(runs.size(), std::size_t(options_.listed)));

    Table table{.id = "fastest_runs", .title = "Fastest runs"};
    table.columns = {"run", "method", "seconds", "test accuracy"};
    for (const RunRecord& run : runs)
      table.rows.push_back({{run.id.substr(0, 8)},
                            {run.parameter("method.name")},
                            number(run.wall_s),
                            number(store.metric(run.id, "test", "accuracy").value_or(0.0))});
    return {.name = "fastest_runs", .title = "The fastest runs", .body = {table}, .data = {}};
  }

 private:
  FastestRunsOptions options_;
};
}  // namespace

void register_fastest_runs(Registry& registry) {
  registry.reports.add({{.name = "fastest_runs",
                         .summary = "Finished runs by their time",
                         .options = fastest_runs_options().schema()},
                        [](const OptionValues& values) {
                          return std::make_unique<FastestRuns>(
                              fastest_runs_options().parse(values));
                        }});
}
}  // namespace genrebench
