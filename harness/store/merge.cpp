#include "harness/store/merge.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <set>
#include <string_view>
#include <utility>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/temporary_folder.hpp"
#include "harness/records/short_id.hpp"
#include "harness/store/checked_row.hpp"
#include "harness/store/connection.hpp"
#include "harness/store/incoming_files.hpp"
#include "harness/store/kernel_tables.hpp"
#include "harness/store/merge_keys.hpp"
#include "harness/store/result_comparison.hpp"
#include "harness/store/run_tables.hpp"
#include "harness/store/schema.hpp"
#include "harness/store/snapshot.hpp"
#include "harness/store/store_places.hpp"

namespace genrebench {
namespace {

namespace fs = std::filesystem;

/// The store that is read: the file itself, or a temporary copy if its schema is older or if the
/// file cannot be read together with its log.
class Source {
 public:
  Source(const fs::path& file, const fs::path& target, bool unchecked) {
    std::error_code error;
    if (!fs::exists(file, error)) throw DataError(fmt::format("{}: no such store", file.string()));
    if (fs::equivalent(file, target, error))
      throw DataError(fmt::format("{}: source and target are the same store, {}", file.string(),
                                  target.string()));
    connection_ =
        std::make_unique<Connection>(file, ConnectionSettings{.mode = RunStore::Mode::read});
    const bool has_log = bytes_of(beside_store(file, "-wal")) > 0;
    if (connection_->at_rest() && has_log) copy_with_log(file);
    const int version = stored_schema_version(*connection_);
    if (version == 0)
      throw DataError(
          fmt::format("{}: an empty database, not a genrebench run store", file.string()));
    std::string state = connection_->guard(
        [&] { return connection_->database().execAndGet("PRAGMA quick_check(1)").getString(); });
    std::replace(state.begin(), state.end(), '\n', ' ');
    if (state != "ok")
      throw DataError(fmt::format("{}: the database is damaged: {}", file.string(), state));
    try {
      if (version < schema_version()) migrate_copy();
      // All rows: those that are taken over are not looked at one by one.
      connection_->guard([&] {
        if (unchecked) return check_run_ids(*connection_);
        check_rows(*connection_);
        check_kernel_rows(*connection_);
      });
    } catch (const DataError& of_copy) {
      std::string what = of_copy.what();
      if (folder_ && what.starts_with(connection_->file()))
        what.replace(0, connection_->file().size(), file.string());
      throw DataError(what);
    }
  }

  const std::string& uri() const { return connection_->uri(); }

 private:
  /// On a read-only disk SQLite reads a store without its log, which may hold the last commits.
  void copy_with_log(const fs::path& file) {
    connection_.reset();
    folder_ = std::make_unique<TemporaryFolder>("merge");
    const fs::path copy = folder_->path() / "whole.db";
    for (const char* suffix : {"", "-wal"}) {
      std::error_code error;
      fs::copy_file(beside_store(file, suffix), copy.string() + suffix, error);
      if (error)
        throw DataError(fmt::format("{}{}: cannot be copied to {}{}: {}", file.string(), suffix,
                                    copy.string(), suffix, error.message()));
    }
    connection_ =
        std::make_unique<Connection>(copy, ConnectionSettings{.mode = RunStore::Mode::write});
  }

  void migrate_copy() {
    if (!folder_) folder_ = std::make_unique<TemporaryFolder>("merge");
    const fs::path copy = folder_->path() / "migrated.db";
    write_snapshot(connection_->file(), copy);
    const ConnectionSettings settings = {.mode = RunStore::Mode::write, .write_ahead_log = false};
    connection_ = std::make_unique<Connection>(copy, settings);
    prepare_schema(*connection_, settings);
  }

  std::unique_ptr<TemporaryFolder> folder_;  ///< declared before the connection, so that it is
                                             ///< destroyed after it
  std::unique_ptr<Connection> connection_;
};

/// A higher rank is more of a result. A run that is being computed elsewhere ranks like a planned
/// one.
std::string rank(const std::string& status) {
  return fmt::format(
      "CASE {} WHEN 'done' THEN 5 WHEN 'pruned' THEN 4 WHEN 'failed' THEN 3 WHEN 'skipped' THEN 2 "
      "WHEN 'lost' THEN 1 ELSE 0 END",
      status);
}

/// A target and the source that is merged into it, on one connection: the source's tables are
/// `source.TABLE`, the target's `main.TABLE`.
class StorePair {
 public:
  StorePair(const fs::path& target, const fs::path& source, const MergeOptions& options)
      : source_name_(source.string()),
        target_name_(target.string()),
        source_(source, target, options.unchecked),
        settings_{.mode = RunStore::Mode::write,
                  .write_ahead_log = !options.one_file && !on_network(target)},
        connection_(target, settings_),
        files_(files_folder_of(source), files_folder_of(target), /*link=*/true) {
    prepare_schema(connection_, settings_);
    connection_.expect_also(bytes_of(source) + bytes_of(beside_store(source, "-wal")));
    connection_.guard([&] {
      execute("PRAGMA temp_store = MEMORY");
      connection_.query("ATTACH ? AS source").run(source_.uri());
      execute(
          "CREATE TEMP TABLE fates (id TEXT PRIMARY KEY, fate TEXT NOT NULL, has_results INTEGER "
          "NOT NULL, source INTEGER NOT NULL, target INTEGER) WITHOUT ROWID");
      keys_ = std::make_unique<MergeKeys>(connection_);
      execute(
          "CREATE TEMP TABLE pairs (target INTEGER PRIMARY KEY, source INTEGER NOT NULL, "
          "has_results INTEGER NOT NULL)");
      execute("CREATE TEMP TABLE chosen (id TEXT PRIMARY KEY) WITHOUT ROWID");
      if (options.runs) {
        const Query choose = connection_.query("INSERT OR IGNORE INTO chosen VALUES (?)");
        for (const std::string& run : *options.runs) choose.run(run);
      } else {
        execute("INSERT INTO chosen SELECT id FROM source.runs");
      }
    });
    all_ = !options.runs;
  }

  MergeSummary merge() {
    connection_.guard([&] {
      decide();
      for (const auto& [run, artifact] : artifacts()) files_.fetch(run, artifact);
    });
    MergeSummary summary;
    connection_.write([&] {
      // Runs may have been added to the source meanwhile.
      if (all_) execute("INSERT OR IGNORE INTO chosen SELECT id FROM source.runs");
      decide();  // again: from here on no other process can change the target
      summary = {};
      count(summary);
      for (const auto& [run, artifact] : artifacts()) files_.put(run, artifact);
      execute(
          "DELETE FROM coming; INSERT INTO coming SELECT source FROM fates WHERE fate IN ('added', "
          "'improved')");
      keys_->find_or_add();
      add_runs();
      improve_runs();
      add_results();
      join_plans();
      // Runs that are moved alone leave the measurements of kernels where they are.
      if (all_) merge_kernel_rows(connection_);
    });
    summary.files = files_.n_put();
    summary.warnings = files_.notes();
    return summary;
  }

 private:
  void execute(const std::string& sql) { connection_.database().exec(sql); }

  /// What becomes of each run, with its keys in both stores.
  void decide() {
    connection_.begin_reading();
    execute("DELETE FROM fates");
    execute(fmt::format(
        "INSERT INTO fates SELECT s.id, CASE WHEN t.key IS NULL THEN 'added' WHEN s.status = "
        "'done' "
        "AND t.status = 'done' THEN 'both done' WHEN t.status = 'running' AND s.status <> 'done' "
        "THEN 'present' WHEN {} > {} THEN 'improved' ELSE 'present' END, s.status <> 'running', "
        "s.key, t.key FROM source.runs s JOIN chosen ON chosen.id = s.id LEFT JOIN main.runs t ON "
        "t.id = s.id",
        rank("s.status"), rank("t.status")));
    ResultComparison comparison(connection_);
    std::vector<std::pair<std::string, bool>> compared;
    {
      const Query both =
          connection_.query("SELECT id, source, target FROM fates WHERE fate = 'both done'");
      while (both.next())
        compared.emplace_back(both[0].getString(),
                              comparison.same(both[1].getInt64(), both[2].getInt64()));
    }
    const Query put = connection_.query("UPDATE fates SET fate = ? WHERE id = ?");
    for (const auto& [run, same] : compared) put.run(same ? "present" : "different", run);
  }

  void count(MergeSummary& summary) {
    const Query counts = connection_.query(
        "SELECT count(*) FILTER (WHERE fate = 'added'), count(*) FILTER (WHERE fate = 'improved'), "
        "count(*) FILTER (WHERE fate = 'present'), count(*) FILTER (WHERE fate = 'different') FROM "
        "fates");
    counts.next();
    summary.added = static_cast<std::size_t>(counts[0].getInt64());
    summary.improved = static_cast<std::size_t>(counts[1].getInt64());
    summary.present = static_cast<std::size_t>(counts[2].getInt64());
    summary.different = static_cast<std::size_t>(counts[3].getInt64());
    const Query different =
        connection_.query("SELECT id FROM fates WHERE fate = 'different' ORDER BY id");
    while (different.next())
      summary.differences.push_back(fmt::format(
          "run {}: different results in {} and {}; kept those of {}",
          short_id(different[0].getString()), source_name_, target_name_, target_name_));
  }

  /// Files of runs that are added or improved, and of runs that are present already, in case the
  /// target's files were lost.
  std::vector<std::pair<std::string, ArtifactRecord>> artifacts() {
    std::vector<std::pair<std::string, ArtifactRecord>> result;
    const Query query = connection_.query(
        "SELECT fates.id, a.name, a.sha256, a.bytes FROM source.artifacts a JOIN fates ON "
        "fates.source = a.run LEFT JOIN main.artifacts b ON b.run = fates.target AND b.name = "
        "a.name WHERE has_results AND (fate IN ('added', 'improved') OR (fate = 'present' AND "
        "b.sha256 = a.sha256)) ORDER BY fates.id, a.name");
    const CheckedRow row(connection_, query, "artifacts");
    while (query.next()) result.emplace_back(row.run_id(0), artifact_of(row));
    return result;
  }

  void add_runs() {
    // A run that is computed for the source is planned here; no worker of the source is one of
    // ours.
    execute(
        "INSERT INTO main.runs (id, status, message, seed, dataset, started_at, wall_s, token, "
        "failures, losses, retry_at_ms, retry_pause_ms, identity_version, origin) SELECT s.id, "
        "iif(has_results, s.status, 'planned'), iif(has_results, s.message, ''), s.seed, d.target, "
        "iif(has_results, s.started_at, ''), iif(has_results, s.wall_s, 0), s.token, s.failures, "
        "s.losses, s.retry_at_ms, s.retry_pause_ms, s.identity_version, s.origin FROM fates JOIN "
        "source.runs s ON s.key = fates.source LEFT JOIN dataset_keys d ON d.source = s.dataset "
        "WHERE fate = 'added' ORDER BY s.key;"
        "UPDATE fates SET target = (SELECT key FROM main.runs WHERE runs.id = fates.id) WHERE fate "
        "= 'added'");
  }

  void improve_runs() {
    // The higher token takes the run from a worker that is computing it for the target.
    execute(
        "UPDATE main.runs SET (status, message, started_at, wall_s, failures, losses, retry_at_ms, "
        "retry_pause_ms, token, worker) = (SELECT s.status, s.message, s.started_at, s.wall_s, "
        "s.failures, s.losses, s.retry_at_ms, s.retry_pause_ms, max(main.runs.token, s.token) + 1, "
        "NULL FROM source.runs s WHERE s.id = main.runs.id) WHERE id IN (SELECT id FROM fates "
        "WHERE fate = 'improved')");
  }

  void add_results() {
    // In the order of their keys, so that rows are written page by page.
    execute(
        "DELETE FROM pairs; INSERT INTO pairs SELECT target, source, has_results FROM fates WHERE "
        "fate IN ('added', 'improved')");
    for (const RunTable& table : run_tables()) {
      execute(fmt::format(
          "DELETE FROM main.{} WHERE run IN (SELECT target FROM fates WHERE fate = 'improved')",
          table.name));
      std::string names, values;
      for (const RunColumn& column : table.columns) {
        const char* const keys = column.to == Refers::text         ? "text_keys"
                                 : column.to == Refers::track_list ? "list_keys"
                                                                   : nullptr;
        names += fmt::format(", {}", column.name);
        values += keys == nullptr
                      ? fmt::format(", a.{}", column.name)
                      : fmt::format(", (SELECT k.target FROM {} k WHERE k.source = a.{})", keys,
                                    column.name);
      }
      execute(fmt::format(
          "INSERT INTO main.{0} (run{1}) SELECT pairs.target{2} FROM pairs CROSS JOIN source.{0} a "
          "ON a.run = pairs.source{3}",
          table.name, names, values,
          std::string_view(table.name) == "parameters" ? "" : " WHERE has_results"));
    }
  }

  /// The runs of one experiment's plan, by position.
  std::vector<std::pair<std::int64_t, std::string>> plan_of(const std::string& store,
                                                            std::int64_t experiment) {
    std::vector<std::pair<std::int64_t, std::string>> plan;
    const Query query = connection_.query(fmt::format(
        "SELECT position, id FROM {0}.experiment_runs JOIN {0}.runs ON runs.key = run WHERE "
        "experiment_id = ? ORDER BY position",
        store));
    query.with(experiment);
    while (query.next()) plan.emplace_back(query[0].getInt64(), query[1].getString());
    return plan;
  }

  void join_plans() {
    std::set<std::string> chosen;
    const Query fates = connection_.query("SELECT id FROM fates");
    while (fates.next()) chosen.insert(fates[0]);
    const Query experiments =
        connection_.query("SELECT id, name FROM source.experiments ORDER BY id");
    while (experiments.next()) {
      std::vector<std::pair<std::int64_t, std::string>> plan =
          plan_of("source", experiments[0].getInt64());
      std::erase_if(plan, [&](const auto& place) { return !chosen.contains(place.second); });
      if (plan.empty() && !all_) continue;
      connection_
          .query(
              "INSERT OR IGNORE INTO main.experiments (name, description, source_file, created_at) "
              "SELECT name, description, source_file, created_at FROM source.experiments WHERE id "
              "= ?")
          .run(experiments[0].getInt64());
      const Query find = connection_.query("SELECT id FROM main.experiments WHERE name = ?");
      find.with(experiments[1].getString()).next();
      join_plan(find[0].getInt64(), plan);
    }
  }

  void join_plan(std::int64_t experiment,
                 const std::vector<std::pair<std::int64_t, std::string>>& plan) {
    std::set<std::int64_t> taken;
    std::set<std::string> known;
    for (const auto& [position, run] : plan_of("main", experiment)) {
      taken.insert(position);
      known.insert(run);
    }
    const Query link = connection_.query(
        "INSERT INTO main.experiment_runs SELECT ?, ?, key FROM main.runs WHERE id = ?");
    std::vector<std::string> last;
    for (const auto& [position, run] : plan) {
      if (!known.insert(run).second) continue;
      if (taken.insert(position).second)
        link.run(experiment, position, run);
      else
        last.push_back(run);
    }
    std::int64_t end = taken.empty() ? 0 : *taken.rbegin() + 1;
    for (const std::string& run : last) link.run(experiment, end++, run);
  }

  std::string source_name_, target_name_;
  Source source_;
  ConnectionSettings settings_;
  Connection connection_;
  std::unique_ptr<MergeKeys> keys_;
  IncomingFiles files_;
  bool all_ = true;
};

}  // namespace

MergeSummary merge_store(const fs::path& target, const fs::path& source,
                         const MergeOptions& options) {
  return StorePair(target, source, options).merge();
}

}  // namespace genrebench
