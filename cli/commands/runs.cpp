// `genrebench runs`: the runs that the store holds.

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/closest_name.hpp"
#include "base/text.hpp"
#include "cli/console.hpp"
#include "cli/shared_arguments.hpp"
#include "cli/stored_runs.hpp"
#include "harness/records/find_experiment.hpp"
#include "harness/records/short_id.hpp"
#include "harness/run/provenance.hpp"

namespace genrebench::cli {
namespace {

std::vector<Cell> cells(const RunRecord& run, const std::optional<double>& accuracy) {
  const bool leaky = run.parameter("split.leaky") == "true";
  return {{.text = short_id(run.id)},
          {.text = to_string(run.status) + (run.origin == RunOrigin::imported ? ", imported" : "")},
          {.text = run.parameter("method.name")},
          {.text = run.parameter("features.name")},
          {.text = run.parameter("excerpt.name")},
          {.text = run.parameter("dataset.name")},
          {.text = run.parameter("split.kind") + (leaky ? ", leaky" : ""), .caution = leaky},
          {.text = std::to_string(run.seed), .numeric = true},
          {.text = accuracy ? fmt::format("{:.1f} %", 100.0 * *accuracy) : "", .numeric = true},
          {.text = run.wall_s > 0 ? fmt::format("{:.2f}", run.wall_s) : "", .numeric = true},
          {.text = run.started_at},
          {.text = run.message}};
}

nlohmann::ordered_json to_json(const RunRecord& run, const std::optional<double>& accuracy) {
  nlohmann::ordered_json row = {{"id", run.id},
                                {"identity_version", run.identity_version},
                                {"status", to_string(run.status)},
                                {"origin", to_string(run.origin)},
                                {"seed", run.seed},
                                {"message", run.message},
                                {"started_at", run.started_at},
                                {"wall_s", run.wall_s},
                                {"parameters", run.parameters},
                                {"facts", typed_json(run.facts)}};
  if (accuracy) row["test_accuracy"] = *accuracy;
  return row;
}

class RunsCommand final : public Command {
 public:
  void declare(Arguments& arguments, Context& context) override {
    arguments.add({.name = "--experiment",
                   .value = "NAME",
                   .help = "Only runs of this experiment's latest plan"},
                  experiment_);
    arguments.add({.name = "--status",
                   .value = "STATUS",
                   .help = "Only runs that are planned, running, done, failed, skipped, lost or "
                           "pruned"},
                  status_);
    arguments.add_flag({.name = "--failed", .help = "Only runs that failed: --status failed"},
                       [this] { status_ = to_string(RunStatus::failed); });
    add_database(arguments, context);
    add_json(arguments, context);
  }

  int run(Context& context) override {
    const auto store = context.store_to_read();
    const std::vector<RunRecord> runs = wanted(*store, context.database.string());
    Table table{.columns = {"run", "status", "method", "features", "excerpt", "dataset", "split",
                            "seed", "test accuracy", "seconds", "started", "message"}};
    nlohmann::ordered_json rows = nlohmann::ordered_json::array();
    for (const RunRecord& run : runs) {
      const auto accuracy = store->metric(run.id, "test", "accuracy");
      if (context.json)
        rows.push_back(to_json(run, accuracy));
      else
        table.rows.push_back(cells(run, accuracy));
    }
    if (context.json) {
      print_json(rows);
      return kDone;
    }
    table.notes.push_back(counted(runs.size(), "run"));
    if (const std::string older = older_ids(runs, ""); !older.empty()) table.notes.push_back(older);
    print_table(table);
    return kDone;
  }

 private:
  std::vector<RunRecord> wanted(const RunStore& store, const std::string& database) const {
    if (!experiment_.empty()) find_experiment(store, experiment_, database);
    const std::vector<std::string> statuses = run_status_names();
    if (!status_.empty() && std::find(statuses.begin(), statuses.end(), status_) == statuses.end())
      throw ConfigError(unknown_name_message("status", status_, "runs --status", statuses));
    std::vector<RunRecord> runs = store.runs(experiment_);
    std::erase_if(runs, [&](const RunRecord& run) {
      return !status_.empty() && to_string(run.status) != status_;
    });
    return runs;
  }

  std::string experiment_, status_;
};

}  // namespace

void command_runs(CommandList& commands) {
  commands.add<RunsCommand>({.name = "runs",
                             .group = CommandGroup::results,
                             .position = 1,
                             .summary = "List the runs in the store"});
}

}  // namespace genrebench::cli
