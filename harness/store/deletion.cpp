#include "harness/store/deletion.hpp"

#include <fmt/format.h>

#include <set>

#include "base/error.hpp"
#include "harness/records/short_id.hpp"
#include "harness/store/connection.hpp"
#include "harness/store/run_files.hpp"
#include "harness/store/schema.hpp"
#include "harness/store/store_places.hpp"

namespace genrebench {
namespace {

namespace fs = std::filesystem;

using RunIds = std::vector<std::string>;

/// True if the process that made the archive ended before it had moved any run there.
bool is_empty_archive(const fs::path& archive) {
  // Write mode takes back a transaction that was cut off.
  const Connection connection(archive, {.mode = RunStore::Mode::write, .write_ahead_log = false});
  return stored_schema_version(connection) == 0 || connection.guard([&] {
    return connection.database().execAndGet("SELECT count(*) FROM runs").getInt() == 0;
  });
}

void check_not_running(const Connection& connection, const RunIds& run_ids) {
  const Query running = connection.query("SELECT 1 FROM runs WHERE id = ? AND status = 'running'");
  for (const std::string& run : run_ids) {
    running->reset();
    if (running.with(run).next())
      throw DataError(
          fmt::format("{}: run {} is running, so nothing was deleted; end its worker first, or "
                      "leave it out",
                      connection.file(), short_id(run)));
  }
}

/// Removes runs from the tables, and experiments of which no run is left.
void remove_rows(const Connection& connection, const RunIds& run_ids) {
  std::set<std::int64_t> experiments;
  const Query find = connection.query(
      "SELECT experiment_id FROM experiment_runs WHERE run = (SELECT key FROM runs WHERE id = ?)");
  const Query remove = connection.query("DELETE FROM runs WHERE id = ?");
  for (const std::string& run : run_ids) {
    find->reset();
    find.with(run);
    while (find.next()) experiments.insert(find[0].getInt64());
    remove.run(run);
  }
  const Query remove_experiment = connection.query(
      "DELETE FROM experiments WHERE id = ? AND NOT EXISTS (SELECT 1 FROM experiment_runs "
      "WHERE experiment_id = experiments.id)");
  for (const std::int64_t experiment : experiments) remove_experiment.run(experiment);
}

/// Removes the files of runs that are no longer in the store. A run that was planned again in the
/// meantime keeps its folder, because a worker may be writing there.
void remove_files(const Connection& connection, const RunFiles& files, const RunIds& run_ids) {
  connection.write([&] {
    const Query find = connection.query("SELECT 1 FROM runs WHERE id = ?");
    for (const std::string& run : run_ids) {
      find->reset();
      if (!find.with(run).next()) files.remove(run);
    }
    files.remove_if_empty();
  });
}

}  // namespace

DeletedRuns delete_runs(const fs::path& file, const RunIds& run_ids) {
  DeletedRuns deleted;
  if (run_ids.empty()) return deleted;
  const RunFiles files(files_folder_of(file));
  for (const std::string& run : run_ids) files.of_run(run);  // refused before anything is done
  const Connection connection = open_for_changes(file);
  const auto give_up_archive = [&] {
    if (!deleted.archive.empty()) remove_archive(deleted.archive);
    deleted = {};
  };
  try {
    // The store stays locked until the runs are in the archive and removed here, so that no worker
    // claims or changes one of them meanwhile.
    connection.write([&] {
      give_up_archive();  // of an earlier try
      check_not_running(connection, run_ids);
      deleted.archive = next_archive_of(file);
      deleted.warnings =
          merge_store(deleted.archive, file, {.runs = run_ids, .one_file = true, .unchecked = true})
              .warnings;
      remove_rows(connection, run_ids);
    });
  } catch (...) {
    give_up_archive();
    throw;
  }
  remove_files(connection, files, run_ids);
  return deleted;
}

RestoredRuns undo_delete(const fs::path& file) {
  check_exists(file);
  std::vector<fs::path> archives = archives_of(file);
  while (!archives.empty() && is_empty_archive(archives.back())) {
    remove_archive(archives.back());
    archives.pop_back();
  }
  if (archives.empty())
    throw DataError(
        fmt::format("{}: there is nothing to bring back: no runs were deleted since the last "
                    "`genrebench store vacuum`",
                    file.string()));
  RestoredRuns restored{.archive = archives.back(),
                        .merge = merge_store(file, archives.back(), {.unchecked = true})};
  remove_archive(restored.archive);
  return restored;
}

}  // namespace genrebench
