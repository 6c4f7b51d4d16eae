// `genrebench store delete`: deletes runs, or brings them back.

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/text.hpp"
#include "cli/console.hpp"
#include "cli/shared_arguments.hpp"
#include "cli/store_output.hpp"
#include "cli/stored_runs.hpp"
#include "harness/records/short_id.hpp"
#include "harness/store/deletion.hpp"
#include "harness/store/run_filter.hpp"

namespace genrebench::cli {
namespace {

Table run_table(const std::vector<RunRecord>& runs) {
  Table table{.columns = {"run", "status", "method", "features", "excerpt", "dataset", "seed"}};
  for (const RunRecord& run : runs)
    table.rows.push_back({{.text = short_id(run.id)},
                          {.text = to_string(run.status)},
                          {.text = run.parameter("method.name")},
                          {.text = run.parameter("features.name")},
                          {.text = run.parameter("excerpt.name")},
                          {.text = run.parameter("dataset.name")},
                          {.text = std::to_string(run.seed), .numeric = true}});
  return table;
}

std::map<std::string, std::string> parse_conditions(const std::vector<std::string>& words) {
  std::map<std::string, std::string> conditions;
  for (const std::string& word : words) {
    const auto pair = split_key_value(word);
    if (!pair)
      throw ConfigError(
          fmt::format("--where: expected key=value, such as method.name=knn, found '{}'", word));
    const auto& [key, value] = *pair;
    if (!conditions.emplace(key, value).second && conditions.at(key) != value)
      throw ConfigError(fmt::format("--where: no run has both {}={} and {}={}", key,
                                    conditions.at(key), key, value));
  }
  return conditions;
}

class StoreDeleteCommand final : public Command {
 public:
  void declare(Arguments& arguments, Context& context) override {
    add_database(arguments, context);
    add_json(arguments, context);
    arguments.add({.name = "--run",
                   .value = "ID",
                   .help = "This run: its id, or the beginning of it; may be given several times"},
                  runs_);
    arguments.add(
        {.name = "--experiment", .value = "NAME", .help = "Runs of this experiment's latest plan"},
        experiment_);
    arguments.add({.name = "--status",
                   .value = "STATUS",
                   .help = "Runs that are planned, done, failed, skipped, lost or pruned"},
                  status_);
    arguments.add({.name = "--where",
                   .value = "KEY=VALUE",
                   .help = "Runs with this value of a parameter, such as method.name=knn; may be "
                           "given several times"},
                  where_);
    arguments.add_flag({.name = "--dry-run", .help = "Only list the runs"}, dry_run_);
    arguments.add_flag({.name = "--undo",
                        .help = "Bring back the runs that were deleted last; possible until "
                                "`genrebench store vacuum`"},
                       undo_);
  }

  int run(Context& context) override {
    const bool filtered =
        !runs_.empty() || !experiment_.empty() || !status_.empty() || !where_.empty();
    if (undo_ && (filtered || dry_run_))
      throw ConfigError(
          "store delete --undo brings back all runs that were deleted last; it takes no other "
          "conditions");
    if (undo_) return undo(context);
    if (!filtered)
      throw ConfigError(
          "store delete: which runs? Select them by --run, --experiment, --status or --where");
    return delete_selected(context);
  }

 private:
  static int undo(Context& context) {
    const RestoredRuns restored = undo_delete(context.database);
    const std::size_t n_back = restored.merge.added + restored.merge.improved,
                      n_kept = restored.merge.present + restored.merge.different;
    warn(context.progress(), restored.merge.warnings);
    if (context.json) {
      print_json({{"restored", n_back},
                  {"present", n_kept},
                  {"files", restored.merge.files},
                  {"archive", restored.archive.string()}});
      return kDone;
    }
    const std::string kept =
        n_kept == 0 ? ""
                    : fmt::format("; {} in the store again, and kept as now",
                                  n_kept == 1 ? "1 is" : fmt::format("{} are", n_kept));
    write_out("{} brought back to {}{}\n", counted(n_back, "run"), context.database.string(), kept);
    return kDone;
  }

  std::vector<RunRecord> selected(const RunStore& store) const {
    RunFilter filter{.run_ids = {},
                     .experiment = experiment_,
                     .status = status_,
                     .where = parse_conditions(where_)};
    for (const std::string& run : runs_) filter.run_ids.push_back(find_run(store, run).id);
    return filtered_runs(store, filter);
  }

  int delete_selected(Context& context) const {
    const std::vector<RunRecord> runs = selected(*context.store_to_read());
    std::vector<std::string> ids;
    for (const RunRecord& run : runs) ids.push_back(run.id);
    const DeletedRuns deleted = dry_run_ ? DeletedRuns{} : delete_runs(context.database, ids);
    warn(context.progress(), deleted.warnings);
    if (context.json) {
      print_json({{"runs", ids},
                  {"deleted", !deleted.archive.empty()},
                  {"archive", deleted.archive.string()}});
      return kDone;
    }
    Table table = run_table(runs);
    table.notes.push_back(note_on(runs.size()));
    print_table(table);
    return kDone;
  }

  std::string note_on(std::size_t n) const {
    if (n == 0) return "no run matches; nothing was deleted";
    if (dry_run_) return fmt::format("{} would be deleted; nothing was changed", counted(n, "run"));
    return fmt::format(
        "{} deleted; `genrebench store delete --undo` brings them back, until `genrebench store "
        "vacuum`",
        counted(n, "run"));
  }

  std::vector<std::string> runs_, where_;
  std::string experiment_, status_;
  bool dry_run_ = false, undo_ = false;
};

}  // namespace

void command_store_delete(CommandList& commands) {
  commands.add<StoreDeleteCommand>({.name = "store delete",
                                    .group = CommandGroup::store,
                                    .position = 3,
                                    .summary = "Delete runs; several conditions must all hold"});
}

}  // namespace genrebench::cli
