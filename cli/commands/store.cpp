// `genrebench store`: check, backup, vacuum, delete.

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/text.hpp"
#include "cli/command.hpp"
#include "cli/console.hpp"
#include "cli/json_output.hpp"
#include "cli/stored_runs.hpp"
#include "harness/records/short_id.hpp"
#include "harness/store/backup.hpp"
#include "harness/store/check.hpp"
#include "harness/store/deletion.hpp"
#include "harness/store/run_filter.hpp"
#include "harness/store/vacuum.hpp"

namespace genrebench::cli {
namespace {

/// "12 B", "3.4 kB", "5.6 MB".
std::string bytes_text(std::uintmax_t bytes) {
  if (bytes < 1000) return fmt::format("{} B", bytes);
  double value = static_cast<double>(bytes);
  const char* const units[] = {"B", "kB", "MB", "GB", "TB"};
  std::size_t unit = 0;
  while (value >= 999.95 && unit + 1 < std::size(units)) {
    value /= 1000.0;
    ++unit;
  }
  return fmt::format("{:.1f} {}", value, units[unit]);
}

void warn(const std::vector<std::string>& warnings) {
  const auto progress = console_progress(/*quiet=*/false);
  for (const std::string& warning : warnings) progress->message("warning: " + warning);
}

nlohmann::ordered_json to_json(const StoreSize& size) {
  return {{"database_bytes", size.database_bytes},
          {"files_bytes", size.files_bytes},
          {"deleted_bytes", size.deleted_bytes}};
}

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

int undo(const CommonOptions& common) {
  const RestoredRuns restored = undo_delete(common.database);
  const std::size_t n_back = restored.merge.added + restored.merge.improved,
                    n_kept = restored.merge.present + restored.merge.different;
  warn(restored.merge.warnings);
  if (common.json) {
    print_json({{"restored", n_back},
                {"present", n_kept},
                {"files", restored.merge.files},
                {"archive", restored.archive.string()}});
  } else {
    fmt::print("{} brought back to {}{}\n", count_of(n_back, "run"), common.database.string(),
               n_kept > 0 ? fmt::format("; {} in the store again, and kept as now",
                                        n_kept == 1 ? "1 is" : fmt::format("{} are", n_kept))
                          : "");
  }
  return 0;
}

RunFilter filter_of(const StoreReader& store, const DeleteArguments& arguments) {
  RunFilter filter{
      .run_ids = {}, .experiment = arguments.experiment, .status = arguments.status, .where = {}};
  for (const std::string& run : arguments.runs) filter.run_ids.push_back(find_run(store, run).id);
  for (const std::string& word : arguments.where) {
    const auto pair = split_key_value(word);
    if (!pair)
      throw ConfigError(
          fmt::format("--where: expected key=value, such as method.name=knn, found '{}'", word));
    const auto& [key, value] = *pair;
    if (!filter.where.emplace(key, value).second && filter.where.at(key) != value)
      throw ConfigError(fmt::format("--where: no run has both {}={} and {}={}", key,
                                    filter.where.at(key), key, value));
  }
  return filter;
}

}  // namespace

int store_check(const CommonOptions& common) {
  const StoreCondition condition = check_store(common.database);
  if (common.json) {
    nlohmann::ordered_json runs = nlohmann::ordered_json::object();
    for (const auto& [status, n] : condition.runs) runs[to_string(status)] = n;
    nlohmann::ordered_json document = {{"database", common.database.string()},
                                       {"schema_version", condition.schema_version}};
    if (condition.counted)
      document.update({{"experiments", condition.n_experiments},
                       {"runs", runs},
                       {"workers", condition.n_workers}});
    document.update({{"size", to_json(condition.size)},
                     {"problems", condition.problems},
                     {"notes", condition.notes}});
    print_json(document);
    return condition.problems.empty() ? 0 : 1;
  }
  Table table{.title = common.database.string(), .columns = {"", "value"}};
  const auto add = [&](const std::string& name, const std::string& value) {
    table.rows.push_back({{.text = name}, {.text = value, .numeric = true}});
  };
  add("schema version", std::to_string(condition.schema_version));
  if (condition.counted) {
    add("experiments", std::to_string(condition.n_experiments));
    for (const auto& [status, n] : condition.runs)
      add("runs " + to_string(status), std::to_string(n));
    add("workers", std::to_string(condition.n_workers));
  }
  add("database", bytes_text(condition.size.database_bytes));
  add("files of runs", bytes_text(condition.size.files_bytes));
  add("deleted runs", bytes_text(condition.size.deleted_bytes));
  table.notes = condition.notes;
  if (condition.problems.empty()) table.notes.push_back("no problems");
  print_table(table);
  if (!condition.problems.empty()) {
    Table problems{.title = count_of(condition.problems.size(), "problem"),
                   .columns = {"what is wrong"}};
    for (const std::string& problem : condition.problems)
      problems.rows.push_back({{.text = problem}});
    print_table(problems);
  }
  return condition.problems.empty() ? 0 : 1;
}

int store_backup(const CommonOptions& common, const std::filesystem::path& out, bool files) {
  const StoreCopy copy = back_up_store(common.database, out, files);
  warn(copy.warnings);
  if (common.json) {
    print_json({{"copy", copy.file.string()},
                {"bytes", copy.bytes},
                {"runs", copy.runs},
                {"files", copy.files},
                {"files_left_out", copy.files_left_out}});
    return 0;
  }
  fmt::print("{}: {}, {}", copy.file.string(), count_of(copy.runs, "run"), bytes_text(copy.bytes));
  if (files) fmt::print("; {} of runs", count_of(copy.files, "file"));
  if (copy.files_left_out > 0)
    fmt::print("; without {} of runs in {}.files, which --files would copy",
               count_of(copy.files_left_out, "file"), common.database.string());
  fmt::print("\n");
  return 0;
}

int store_vacuum(const CommonOptions& common) {
  const VacuumSummary summary = vacuum_store(common.database);
  const std::uintmax_t before = summary.before.total(), after = summary.after.total(),
                       freed = before > after ? before - after : 0;
  if (common.json) {
    print_json({{"freed_bytes", freed},
                {"deletions_forgotten", summary.archives},
                {"workers", summary.workers},
                {"folders", summary.folders},
                {"before", to_json(summary.before)},
                {"after", to_json(summary.after)}});
    return 0;
  }
  Table table{.columns = {"", "before", "after"}};
  const auto add = [&](const std::string& name, std::uintmax_t first, std::uintmax_t second) {
    table.rows.push_back({{.text = name},
                          {.text = bytes_text(first), .numeric = true},
                          {.text = bytes_text(second), .numeric = true}});
  };
  add("database", summary.before.database_bytes, summary.after.database_bytes);
  add("files of runs", summary.before.files_bytes, summary.after.files_bytes);
  add("deleted runs", summary.before.deleted_bytes, summary.after.deleted_bytes);
  table.notes.push_back(fmt::format("{} freed; forgotten: {}, {} that ended, {} of no run",
                                    bytes_text(freed), count_of(summary.archives, "deletion"),
                                    count_of(summary.workers, "worker"),
                                    count_of(summary.folders, "folder")));
  print_table(table);
  return 0;
}

int store_delete(const CommonOptions& common, const DeleteArguments& arguments) {
  const bool filtered = !arguments.runs.empty() || !arguments.experiment.empty() ||
                        !arguments.status.empty() || !arguments.where.empty();
  if (arguments.undo && (filtered || arguments.dry_run))
    throw ConfigError(
        "store delete --undo brings back all runs that were deleted last; it takes no other "
        "conditions");
  if (arguments.undo) return undo(common);
  if (!filtered)
    throw ConfigError("store delete: which runs? say --run, --experiment, --status or --where");
  std::vector<RunRecord> runs;
  {
    const auto store = RunStore::open(common.database, RunStore::Mode::read);
    runs = filtered_runs(*store, filter_of(*store, arguments));
  }
  std::vector<std::string> ids;
  for (const RunRecord& run : runs) ids.push_back(run.id);
  const DeletedRuns deleted = arguments.dry_run ? DeletedRuns{} : delete_runs(common.database, ids);
  warn(deleted.warnings);
  if (common.json) {
    print_json({{"runs", ids},
                {"deleted", !deleted.archive.empty()},
                {"archive", deleted.archive.string()}});
    return 0;
  }
  Table table = run_table(runs);
  if (runs.empty())
    table.notes.push_back("no run is meant by that; nothing was deleted");
  else if (arguments.dry_run)
    table.notes.push_back(
        fmt::format("{} would be deleted; nothing was changed", count_of(runs.size(), "run")));
  else
    table.notes.push_back(
        fmt::format("{} deleted; `genrebench store delete --undo` brings them back, until "
                    "`genrebench store vacuum`",
                    count_of(runs.size(), "run")));
  print_table(table);
  return 0;
}

}  // namespace genrebench::cli
