#include "harness/store/check.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <sstream>

#include "base/error.hpp"
#include "base/process_identity.hpp"
#include "harness/records/short_id.hpp"
#include "harness/store/checked_row.hpp"
#include "harness/store/connection.hpp"
#include "harness/store/kernel_tables.hpp"
#include "harness/store/run_files.hpp"
#include "harness/store/schema.hpp"

namespace genrebench {
namespace {

namespace fs = std::filesystem;

using Lines = std::vector<std::string>;

/// What SQLite says of the pages and indices of the file.
Lines damaged_pages(const Connection& connection) {
  Lines problems;
  try {
    const Query integrity = connection.query("PRAGMA integrity_check(20)");
    while (integrity.next()) {
      std::istringstream lines(integrity[0].getString());
      for (std::string line; std::getline(lines, line);)
        if (line != "ok" && !line.starts_with("***"))
          problems.push_back(fmt::format("damaged: {}", line));
    }
  } catch (const SQLite::Exception& error) {
    // The check itself fails on a file that is damaged badly enough.
    if ((error.getErrorCode() & 0xff) != SQLITE_CORRUPT) throw;
    problems.push_back(fmt::format("damaged: {}", error.what()));
  }
  return problems;
}

/// Rows that refer to rows that do not exist.
Lines dangling_references(const Connection& connection) {
  std::map<std::string, std::size_t> dangling;
  const Query references = connection.query("PRAGMA foreign_key_check");
  while (references.next())
    ++dangling[fmt::format("{} refer to {} that do not exist", references[0].getString(),
                           references[2].getString())];
  Lines problems;
  for (const auto& [what, n] : dangling)
    problems.push_back(fmt::format("damaged: {} rows of {}", n, what));
  return problems;
}

/// The first value that is not what it should be.
Lines wrong_value(const Connection& connection) {
  try {
    connection.guard([&] {
      check_rows(connection);
      check_kernel_rows(connection);
    });
    return {};
  } catch (const DataError& error) {
    return {error.what()};
  }
}

void count(const Connection& connection, StoreCondition& condition) {
  const auto number = [&](const char* query) {
    return static_cast<std::size_t>(connection.database().execAndGet(query).getInt64());
  };
  condition.counted = true;
  condition.n_experiments = number("SELECT count(*) FROM experiments");
  condition.n_workers = number("SELECT count(*) FROM workers WHERE ended = ''");
  const Query counts =
      connection.query("SELECT min(id), status, count(*) FROM runs GROUP BY status");
  const CheckedRow row(connection, counts, "runs");
  while (counts.next())
    condition.runs[status_of(row, 1)] = static_cast<std::size_t>(counts[2].getInt64());
}

/// Why the worker of a running run cannot be computing it; empty: it may be.
/// @param row  the worker's id, how it ended, and its process, from column 1 on
std::string why_abandoned(const Query& row) {
  if (row[1].isNull()) return "has no worker";
  const std::int64_t worker = row[1].getInt64();
  const std::string ended = row[2];
  if (!ended.empty())
    return fmt::format("its worker {} {}", worker, ended == "left" ? "has left" : "was lost");
  const ProcessIdentity process{.host = row[3],
                                .boot = row[4],
                                .pid_namespace = row[5],
                                .pid = row[6].getInt64(),
                                .start = row[7].getInt64()};
  if (state_of(process) != ProcessState::ended) return {};
  return fmt::format("its worker {} (process {} on {}) has ended", worker, process.pid,
                     process.host);
}

Lines abandoned_runs(const Connection& connection) {
  Lines problems;
  const Query running = connection.query(
      "SELECT r.id, w.id, w.ended, host, boot, pid_namespace, pid, process_start FROM runs r "
      "LEFT JOIN workers w ON w.id = r.worker WHERE status = 'running' ORDER BY r.id");
  while (running.next())
    if (const std::string why = why_abandoned(running); !why.empty())
      problems.push_back(fmt::format("run {} is running, but {}; `genrebench run` takes it again",
                                     short_id(running[0].getString()), why));
  return problems;
}

/// Every done run has metrics. Runs that classify have predictions as well.
Lines runs_without_results(const Connection& connection) {
  Lines problems;
  const Query bare = connection.query(
      "SELECT id, NOT EXISTS (SELECT 1 FROM metrics WHERE run = runs.key), NOT EXISTS (SELECT 1 "
      "FROM "
      "predictions WHERE run = runs.key) AND NOT EXISTS (SELECT 1 FROM parameters p JOIN texts n "
      "ON n.key = p.name JOIN texts v ON v.key = p.value WHERE run = runs.key AND n.text = 'task' "
      "AND v.text = 'segmentation') FROM runs WHERE status = 'done' ORDER BY id");
  while (bare.next()) {
    const std::string id = short_id(bare[0].getString());
    if (bare[1].getInt() != 0)
      problems.push_back(fmt::format("run {} is done, but has no metrics", id));
    if (bare[2].getInt() != 0)
      problems.push_back(fmt::format("run {} is done, but has no predictions", id));
  }
  return problems;
}

Lines problems_of_files(const Connection& connection, const RunFiles& files) {
  Lines problems;
  const Query artifacts = connection.query(
      fmt::format("SELECT {}, id FROM artifacts JOIN runs ON runs.key = run ORDER BY id, name",
                  kArtifactColumns));
  const CheckedRow row(connection, artifacts, "artifacts");
  while (artifacts.next()) {
    const std::string run = row.run_id(4);
    const ArtifactRecord artifact = artifact_of(row);
    try {
      if (const std::string what = files.problem_of(run, artifact); !what.empty())
        problems.push_back(fmt::format("run {}: {}: {}", short_id(run),
                                       files.artifact(run, artifact.name).string(), what));
    } catch (const DataError& link) {
      problems.emplace_back(link.what());
    }
  }
  for (const fs::path& folder : ownerless_folders(connection, files.folder()))
    problems.push_back(fmt::format("{}: belongs to no run; `genrebench store vacuum` removes it",
                                   folder.string()));
  return problems;
}

/// A store that had several names while each of them had its files: only those beside the real one
/// are found.
Lines files_beside_a_link(const fs::path& file) {
  const fs::path beside = file.string() + ".files";
  std::error_code error;
  if (beside == files_folder_of(file) || !fs::exists(beside, error) ||
      fs::equivalent(beside, files_folder_of(file), error))
    return {};
  return {fmt::format("{}: lies beside a link to the store; move what is in it to {}",
                      beside.string(), files_folder_of(file).string())};
}

/// SQLite keeps the log beside the name by which a file was opened.
Lines other_names(const fs::path& file) {
  std::error_code error;
  const std::uintmax_t n = fs::hard_link_count(file, error);
  if (error || n < 2) return {};
  return {
      fmt::format("{}: the file has {} names (hard links); use only one of them, because each "
                  "has its own log and two in use at once damage the store",
                  file.string(), n)};
}

/// Checks that need a store which is undamaged and of this version's schema.
void check_contents(const Connection& connection, const fs::path& file, StoreCondition& condition) {
  count(connection, condition);
  for (const Lines& found : {abandoned_runs(connection), runs_without_results(connection),
                             problems_of_files(connection, RunFiles(files_folder_of(file))),
                             files_beside_a_link(file), other_names(file)})
    condition.problems.insert(condition.problems.end(), found.begin(), found.end());
  if (!archives_of(file).empty())
    condition.notes.push_back(
        fmt::format("{}: deleted runs; `genrebench store delete --undo` brings them back, "
                    "`genrebench store vacuum` removes them for good",
                    deleted_folder_of(file).string()));
}

}  // namespace

StoreCondition check_store(const fs::path& file) {
  const Connection connection(file, {.mode = RunStore::Mode::read});
  StoreCondition whole;
  whole.schema_version = stored_schema_version(connection);
  whole.size = size_of_store(file);
  return connection.guard([&] {
    StoreCondition condition = whole;
    condition.problems = damaged_pages(connection);
    if (condition.problems.empty()) condition.problems = dangling_references(connection);
    if (condition.schema_version == schema_version())
      for (std::string& problem : wrong_value(connection))
        condition.problems.push_back(std::move(problem));
    if (!condition.problems.empty())
      condition.notes.push_back("the database is damaged, so nothing else was checked");
    else if (condition.schema_version < schema_version())
      condition.notes.push_back(
          fmt::format("checked for damage only: the store has schema version {}, expected {}; "
                      "`genrebench run` migrates it",
                      condition.schema_version, schema_version()));
    else
      check_contents(connection, file, condition);
    return condition;
  });
}

}  // namespace genrebench
