#include <fmt/format.h>
#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <set>
#include <sstream>

#include "base/clock.hpp"
#include "base/closest_name.hpp"
#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/process_identity.hpp"
#include "harness/plugin/options.hpp"
#include "harness/records/find_experiment.hpp"
#include "harness/store/connection.hpp"
#include "harness/store/incoming_files.hpp"
#include "harness/store/schema.hpp"
#include "harness/store/snapshot.hpp"
#include "harness/store/store_places.hpp"
#include "harness/store/store_upkeep.hpp"

namespace genrebench {
namespace {

namespace fs = std::filesystem;

std::string stamp() { return utc_now("%Y%m%dT%H%M%SZ"); }

std::string short_id(const std::string& run_id) { return run_id.substr(0, 8); }

/// A connection for changes, with the schema up to date. Makes no store.
Connection open_for_changes(const fs::path& file) {
  std::error_code error;
  if (!fs::exists(file, error))
    throw DataError(fmt::format("{}: no such database; `genrebench run` makes it", file.string()));
  const ConnectionSettings settings{.mode = RunStore::Mode::write,
                                    .write_ahead_log = !on_network(file)};
  Connection connection(file, settings);
  prepare_schema(connection, settings);
  return connection;
}

std::uintmax_t bytes_of(const fs::path& path) {
  std::error_code error;
  if (!fs::is_directory(path, error)) {
    const std::uintmax_t bytes = fs::file_size(path, error);
    return error ? 0 : bytes;
  }
  std::uintmax_t total = 0;
  for (fs::recursive_directory_iterator entry(path, error), end; !error && entry != end;
       entry.increment(error)) {
    std::error_code gone;
    if (!entry->is_regular_file(gone)) continue;
    const std::uintmax_t bytes = entry->file_size(gone);
    if (!gone) total += bytes;
  }
  return total;
}

// ---- deleted runs: FILE.deleted/TIME-N.db, the last one with the highest N

fs::path deleted_beside(const fs::path& file) { return file.string() + ".deleted"; }

std::int64_t number_of(const fs::path& archive) {
  const std::string name = archive.stem().string();
  const std::size_t dash = name.rfind('-');
  std::int64_t number = 0;
  if (dash != std::string::npos)
    std::from_chars(name.data() + dash + 1, name.data() + name.size(), number);
  return number;
}

/// In the order in which they were made.
std::vector<fs::path> archives_of(const fs::path& file) {
  std::vector<fs::path> archives;
  std::error_code error;
  for (fs::directory_iterator entry(deleted_beside(file), error), end; !error && entry != end;
       entry.increment(error))
    if (entry->path().extension() == ".db" && number_of(entry->path()) > 0)
      archives.push_back(entry->path());
  std::sort(archives.begin(), archives.end(),
            [](const fs::path& a, const fs::path& b) { return number_of(a) < number_of(b); });
  return archives;
}

void remove_archive(const fs::path& archive) {
  std::error_code ignored;
  for (const char* suffix : {"", "-journal", "-wal", "-shm", ".files"})
    fs::remove_all(archive.string() + suffix, ignored);
  fs::remove(archive.parent_path(), ignored);  // where nothing else is in it
}

/// No run came into it: the process ended before.
bool is_empty_archive(const fs::path& archive) {
  const Connection connection(
      archive, {.mode = RunStore::Mode::write, .write_ahead_log = false});  // which takes back half
                                                                            // a write
  return stored_schema_version(connection) == 0 || connection.guard([&] {
    return connection.database().execAndGet("SELECT count(*) FROM runs").getInt() == 0;
  });
}

/// Folders beside the store that belong to no run of it. To be called where the store is locked, if
/// they are to be removed.
std::vector<fs::path> ownerless_folders(const Connection& connection, const fs::path& files) {
  std::vector<fs::path> result = abandoned_incoming(files);
  std::error_code error;
  const Query find = connection.query("SELECT 1 FROM runs WHERE id = ?");
  for (fs::directory_iterator entry(files, error), end; !error && entry != end;
       entry.increment(error)) {
    if (is_incoming(entry->path())) continue;
    find->reset();
    if (!find.with(entry->path().filename().string()).next()) result.push_back(entry->path());
  }
  std::sort(result.begin(), result.end());
  return result;
}

// ---- check

class Inspection {
 public:
  explicit Inspection(const fs::path& file)
      : file_(file),
        files_(files_folder_of(file)),
        connection_(file, {.mode = RunStore::Mode::read}) {}

  StoreCondition operator()() {
    condition_.schema_version = stored_schema_version(connection_);
    condition_.size = {.database_bytes = bytes_of(file_) + bytes_of(file_.string() + "-wal"),
                       .files_bytes = bytes_of(files_),
                       .deleted_bytes = bytes_of(deleted_beside(file_))};
    connection_.guard([&] {
      condition_.problems.clear();
      condition_.notes.clear();
      look_for_damage();
      if (!condition_.problems.empty()) {
        condition_.notes.push_back(
            "what else may be wrong was not looked for, because the database is damaged");
      } else if (condition_.schema_version < schema_version()) {
        condition_.notes.push_back(fmt::format(
            "looked for damage only: schema version {}, expected {}; `genrebench run` migrates it",
            condition_.schema_version, schema_version()));
      } else {
        look_at_runs();
        look_at_files();
      }
    });
    return std::move(condition_);
  }

 private:
  void problem(const std::string& text) { condition_.problems.push_back(text); }

  void look_for_damage() {
    try {
      const Query integrity = connection_.query("PRAGMA integrity_check(20)");
      while (integrity.next()) {
        std::istringstream lines(integrity[0].getString());
        for (std::string line; std::getline(lines, line);)
          if (line != "ok" && !line.starts_with("***")) problem(fmt::format("damaged: {}", line));
      }
    } catch (const SQLite::Exception& error) {
      if ((error.getErrorCode() & 0xff) != SQLITE_CORRUPT) throw;
      problem(fmt::format("damaged: {}", error.what()));  // so much that the check itself ends
                                                          // early
    }
    if (!condition_.problems.empty()) return;
    const Query references = connection_.query("PRAGMA foreign_key_check");
    std::map<std::string, std::size_t> dangling;
    while (references.next())
      ++dangling[fmt::format("{} refer to {} that are not there", references[0].getString(),
                             references[2].getString())];
    for (const auto& [what, n] : dangling) problem(fmt::format("damaged: {} rows of {}", n, what));
  }

  void look_at_runs() {
    condition_.counted = true;
    const Query counts = connection_.query("SELECT status, count(*) FROM runs GROUP BY status");
    const std::vector<std::string> names = run_status_names();
    while (counts.next()) {
      const auto name = std::find(names.begin(), names.end(), counts[0].getString());
      condition_.runs[static_cast<RunStatus>(name - names.begin())] =
          static_cast<std::size_t>(counts[1].getInt64());
    }
    condition_.n_experiments = static_cast<std::size_t>(
        connection_.database().execAndGet("SELECT count(*) FROM experiments").getInt64());
    condition_.n_workers =
        static_cast<std::size_t>(connection_.database()
                                     .execAndGet("SELECT count(*) FROM workers WHERE ended = ''")
                                     .getInt64());
    look_for_lost_workers();
    // Every done run has metrics; those that classify have predictions as well.
    const Query bare = connection_.query(
        "SELECT id, NOT EXISTS (SELECT 1 FROM metrics WHERE run_id = id), NOT EXISTS (SELECT 1 "
        "FROM predictions WHERE run_id = id) AND NOT EXISTS (SELECT 1 FROM parameters WHERE run_id "
        "= id AND key = 'task' AND value = 'segmentation') FROM runs WHERE status = 'done' ORDER "
        "BY id");
    while (bare.next()) {
      if (bare[1].getInt() != 0)
        problem(fmt::format("run {} is done, but has no metrics", short_id(bare[0])));
      if (bare[2].getInt() != 0)
        problem(fmt::format("run {} is done, but has no predictions", short_id(bare[0])));
    }
  }

  void look_for_lost_workers() {
    const Query running = connection_.query(
        "SELECT r.id, w.id, w.ended, host, boot, pid_namespace, pid, process_start FROM runs r "
        "LEFT JOIN workers w ON w.id = r.worker WHERE status = 'running' ORDER BY r.id");
    while (running.next()) {
      std::string why;
      if (running[1].isNull()) {
        why = "has no worker";
      } else {
        const ProcessIdentity process{.host = running[3],
                                      .boot = running[4],
                                      .pid_namespace = running[5],
                                      .pid = running[6].getInt64(),
                                      .start = running[7].getInt64()};
        const std::string ended = running[2];
        if (!ended.empty())
          why = fmt::format("its worker {} {}", running[1].getInt64(),
                            ended == "left" ? "has left" : "was lost");
        if (ended.empty() && state_of(process) == ProcessState::ended)
          why = fmt::format("its worker {} (process {} on {}) has ended", running[1].getInt64(),
                            process.pid, process.host);
      }
      if (!why.empty())
        problem(fmt::format("run {} is running, but {}; `genrebench run` takes it again",
                            short_id(running[0]), why));
    }
  }

  void look_at_files() {
    const Query artifacts =
        connection_.query("SELECT run_id, name, sha256 FROM artifacts ORDER BY run_id, name");
    while (artifacts.next()) {
      const fs::path artifact = files_ / artifacts[0].getString() / artifacts[1].getString();
      const std::string expected = artifacts[2];
      std::error_code error;
      try {
        if (!fs::exists(artifact, error)) {
          problem(fmt::format("run {}: {}: the file is missing", short_id(artifacts[0]),
                              artifact.string()));
        } else if (const std::string found = sha256_of_file(artifact); found != expected) {
          problem(fmt::format("run {}: {}: the file was changed: expected SHA-256 {}, found {}",
                              short_id(artifacts[0]), artifact.string(), expected.substr(0, 12),
                              found.substr(0, 12)));
        }
      } catch (const DataError& unreadable) {
        problem(fmt::format("run {}: {}", short_id(artifacts[0]), unreadable.what()));
      }
    }
    for (const fs::path& folder : ownerless_folders(connection_, files_))
      problem(fmt::format("{}: belongs to no run; `genrebench store vacuum` removes it",
                          folder.string()));
    if (const std::size_t n = archives_of(file_).size(); n > 0)
      condition_.notes.push_back(
          fmt::format("{}: deleted runs, which `genrebench store delete --undo` brings back and "
                      "`genrebench store vacuum` forgets",
                      deleted_beside(file_).string()));
  }

  fs::path file_, files_;
  Connection connection_;
  StoreCondition condition_;
};

// ---- copies

fs::path free_backup_name(const fs::path& file) {
  const std::string name = fmt::format("{}.backup-{}", file.string(), stamp());
  std::string result = name;
  for (int n = 2; fs::exists(result); ++n) result = fmt::format("{}-{}", name, n);
  return result;
}

bool holds(const RunRecord& run, const std::string& key, const std::string& value) {
  const auto parameter = run.parameters.find(key), fact = run.facts.find(key);
  return (parameter != run.parameters.end() && parameter->second == value) ||
         (fact != run.facts.end() && fact->second == value);
}

void check_key(const std::vector<RunRecord>& runs, const std::string& key) {
  std::set<std::string> known;
  for (const RunRecord& run : runs) {
    for (const auto& parameter : run.parameters) known.insert(parameter.first);
    for (const auto& fact : run.facts) known.insert(fact.first);
  }
  if (known.contains(key)) return;
  const auto nearest = nearest_name(key, {known.begin(), known.end()});
  throw ConfigError(fmt::format(
      "--where: no run has a parameter '{}'; {}", key,
      nearest ? fmt::format("did you mean '{}'?", *nearest) : "`genrebench show RUN` lists them"));
}

}  // namespace

StoreCondition check_store(const fs::path& file) { return Inspection(file)(); }

StoreCopy back_up_store(const fs::path& file, const fs::path& out, bool with_files) {
  stored_schema_version(Connection(file, {.mode = RunStore::Mode::read}));  // only a store is
                                                                            // copied
  StoreCopy copy;
  copy.file = out.empty() ? free_backup_name(file) : out;
  std::error_code error;
  for (const fs::path& path : {copy.file, files_folder_of(copy.file)})
    if (fs::exists(fs::symlink_status(path, error)))
      throw ConfigError(
          fmt::format("{}: is there already; name a new file for the copy", path.string()));
  error.clear();
  if (copy.file.has_parent_path()) fs::create_directories(copy.file.parent_path(), error);
  if (error)
    throw DataError(
        fmt::format("{}: cannot make its folder: {}", copy.file.string(), error.message()));
  // Under a name of its own until the files are there too.
  const fs::path unfinished = fmt::format("{}.unfinished.{}", copy.file.string(), ::getpid());
  const auto clean = [&] {
    std::error_code ignored;
    for (const fs::path& path : {unfinished, files_folder_of(unfinished)})
      fs::remove_all(path, ignored);
  };
  try {
    write_snapshot(file, unfinished);
    {
      const Connection connection(unfinished, {.mode = RunStore::Mode::read});
      IncomingFiles files(files_folder_of(file), files_folder_of(unfinished), /*link=*/false);
      connection.guard([&] {
        copy.runs = static_cast<std::size_t>(
            connection.database().execAndGet("SELECT count(*) FROM runs").getInt64());
        if (stored_schema_version(connection) < 2) return;  // the first schema knew no files
        const Query artifacts = connection.query(
            "SELECT run_id, name, sha256, bytes FROM artifacts ORDER BY run_id, name");
        while (artifacts.next()) {
          if (!with_files) ++copy.files_left_out;
          if (with_files)
            files.put(
                artifacts[0],
                {.name = artifacts[1], .sha256 = artifacts[2], .bytes = artifacts[3].getInt64()});
        }
      });
      copy.files = files.n_put();
      copy.warnings = files.notes();
    }
    copy.bytes = bytes_of(unfinished);
    if (fs::exists(files_folder_of(unfinished), error))
      fs::rename(files_folder_of(unfinished), files_folder_of(copy.file), error);
    if (!error) fs::rename(unfinished, copy.file, error);
    if (error)
      throw DataError(
          fmt::format("{}: cannot be put in its place: {}", copy.file.string(), error.message()));
  } catch (...) {
    clean();
    throw;
  }
  return copy;
}

std::vector<RunRecord> filtered_runs(const StoreReader& store, const RunFilter& filter) {
  if (!filter.experiment.empty()) find_experiment(store, filter.experiment, "--experiment");
  const std::vector<std::string> statuses = run_status_names();
  if (!filter.status.empty() &&
      std::find(statuses.begin(), statuses.end(), filter.status) == statuses.end())
    throw ConfigError(unknown_name_message("status", filter.status, "--status", statuses));
  if (!filter.where.empty()) {
    const std::vector<RunRecord> all = store.runs();
    for (const auto& condition : filter.where) check_key(all, condition.first);
  }
  std::vector<RunRecord> runs = store.runs(filter.experiment);
  std::erase_if(runs, [&](const RunRecord& run) {
    const bool named =
        filter.run_ids.empty() ||
        std::find(filter.run_ids.begin(), filter.run_ids.end(), run.id) != filter.run_ids.end();
    const bool stands = filter.status.empty() || to_string(run.status) == filter.status;
    return !named || !stands ||
           !std::all_of(filter.where.begin(), filter.where.end(), [&](const auto& condition) {
             return holds(run, condition.first, condition.second);
           });
  });
  return runs;
}

DeletedRuns delete_runs(const fs::path& file, const std::vector<std::string>& run_ids) {
  DeletedRuns deleted;
  if (run_ids.empty()) return deleted;
  const Connection connection = open_for_changes(file);
  const auto give_up_archive = [&] {
    if (!deleted.archive.empty()) remove_archive(deleted.archive);
    deleted = {};
  };
  try {
    // The store stays locked until the runs are in the archive and gone here, so that nobody takes
    // or changes one of them between.
    connection.write([&] {
      give_up_archive();  // of an earlier try
      const Query running =
          connection.query("SELECT 1 FROM runs WHERE id = ? AND status = 'running'");
      for (const std::string& run : run_ids) {
        running->reset();
        if (running.with(run).next())
          throw DataError(
              fmt::format("{}: run {} is running, so nothing was deleted; end its worker first, or "
                          "leave it out",
                          connection.file(), short_id(run)));
      }
      const std::vector<fs::path> earlier = archives_of(file);
      deleted.archive =
          deleted_beside(file) /
          fmt::format("{}-{}.db", stamp(), earlier.empty() ? 1 : number_of(earlier.back()) + 1);
      deleted.warnings =
          merge_store(deleted.archive, file, {.runs = run_ids, .one_file = true}).warnings;
      // An experiment goes with the last run of its plan.
      std::set<std::int64_t> experiments;
      const Query find =
          connection.query("SELECT experiment_id FROM experiment_runs WHERE run_id = ?");
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
    });
  } catch (...) {
    give_up_archive();
    throw;
  }
  // A run that was planned again in the meantime keeps its folder: somebody may be writing there.
  connection.write([&] {
    const Query find = connection.query("SELECT 1 FROM runs WHERE id = ?");
    for (const std::string& run : run_ids) {
      find->reset();
      std::error_code ignored;
      if (!find.with(run).next()) fs::remove_all(files_folder_of(file) / run, ignored);
    }
    std::error_code ignored;
    fs::remove(files_folder_of(file), ignored);  // where nothing else is in it
  });
  return deleted;
}

RestoredRuns undo_delete(const fs::path& file) {
  std::error_code error;
  if (!fs::exists(file, error))
    throw DataError(fmt::format("{}: no such database; `genrebench run` makes it", file.string()));
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
  RestoredRuns restored{.archive = archives.back(), .merge = merge_store(file, archives.back())};
  remove_archive(restored.archive);
  return restored;
}

VacuumSummary vacuum_store(const fs::path& file) {
  const Connection connection = open_for_changes(file);
  const fs::path files = files_folder_of(file), deleted = deleted_beside(file);
  const auto size = [&] {
    return StoreSize{.database_bytes = bytes_of(file) + bytes_of(file.string() + "-wal"),
                     .files_bytes = bytes_of(files),
                     .deleted_bytes = bytes_of(deleted)};
  };
  VacuumSummary summary;
  summary.before = size();
  connection.write([&] {
    std::error_code error;
    summary.workers =
        static_cast<std::size_t>(connection
                                     .query("DELETE FROM workers WHERE ended <> '' AND id NOT IN "
                                            "(SELECT worker FROM runs WHERE worker IS NOT NULL)")
                                     .run());
    const std::vector<fs::path> folders = ownerless_folders(connection, files);
    for (const fs::path& folder : folders) fs::remove_all(folder, error);
    summary.folders = folders.size();
    fs::remove(files, error);  // where nothing else is in it
    summary.archives = archives_of(file).size();
    fs::remove_all(deleted, error);
  });
  connection.guard([&] {
    connection.check_in_place();
    connection.database().exec("VACUUM");
    connection.database().exec("PRAGMA wal_checkpoint(TRUNCATE)");
  });
  summary.after = size();
  return summary;
}

}  // namespace genrebench
