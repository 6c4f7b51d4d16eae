#include "harness/store/run_store.hpp"

#include <fmt/format.h>

#include <utility>

#include "base/clock.hpp"
#include "base/files.hpp"
#include "harness/store/connection.hpp"
#include "harness/store/run_rows.hpp"
#include "harness/store/schema.hpp"
#include "harness/store/shared_rows.hpp"

namespace genrebench {
namespace {

namespace fs = std::filesystem;

std::int64_t id_of(const Connection& connection, const std::string& experiment) {
  const Query find = connection.query("SELECT id FROM experiments WHERE name = ?");
  find.with(experiment).next();
  return find[0].getInt64();
}

/// Runs that are running without a worker, which nobody would ever declare lost. Only a damaged
/// store has such.
void free_orphans(const Connection& connection) {
  connection
      .query(
          "UPDATE runs SET status = 'lost', worker = NULL, message = 'it had no worker' WHERE "
          "status = 'running' AND NOT EXISTS (SELECT 1 FROM workers WHERE workers.id = runs.worker "
          "AND ended = '')")
      .run();
}

void apply_rules(const Connection& connection, const PlanRules& rules, std::int64_t experiment) {
  free_orphans(connection);
  const auto plan_again = [&](RunStatus status) {
    connection
        .query(
            "UPDATE runs SET status = 'planned', failures = 0, losses = 0, retry_at_ms = 0 WHERE "
            "status = ? AND key IN (SELECT run FROM experiment_runs WHERE experiment_id = ?)")
        .run(to_string(status), experiment);
  };
  if (rules.retry_failed) plan_again(RunStatus::failed);
  if (rules.retry_pruned) plan_again(RunStatus::pruned);
}

/// Adds a run, unless the store has it. @return  its key, and whether its parameters are to be
/// written: it is new, or neither done nor running
std::pair<std::int64_t, bool> add_planned(const Connection& connection, const RunRecord& run) {
  if (const auto known = find_run_key(connection, run.id)) {
    const Query take_over = connection.query(
        "DELETE FROM parameters WHERE run = ?1 AND (SELECT status FROM runs WHERE key = ?1) NOT IN "
        "('done', 'running')");
    return {*known, take_over.run(*known) > 0};
  }
  connection
      .query(
          "INSERT INTO runs (id, status, seed, dataset, identity_version) VALUES (?, 'planned', ?, "
          "?, ?)")
      .run(run.id, static_cast<std::int64_t>(run.seed),
           connection.shared().key_of_dataset(run.dataset_fingerprint), run.identity_version);
  return {connection.database().getLastInsertRowid(), true};
}

}  // namespace

RunStore::RunStore(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}

RunStore::~RunStore() = default;

std::unique_ptr<RunStore> RunStore::open(const fs::path& file, Mode mode) {
  const ConnectionSettings settings{.mode = mode, .write_ahead_log = !on_network(file)};
  auto connection = std::make_unique<Connection>(file, settings);
  prepare_schema(*connection, settings);
  return std::unique_ptr<RunStore>(new RunStore(std::move(connection)));
}

fs::path RunStore::file() const { return connection_->file(); }

void RunStore::plan(const ExperimentRecord& experiment, const std::vector<RunRecord>& runs,
                    const PlanRules& rules) {
  connection_->write([&] {
    connection_
        ->query(
            "INSERT INTO experiments (name, description, source_file, created_at) VALUES (?, ?, "
            "?, ?) ON CONFLICT (name) DO UPDATE SET description = excluded.description, "
            "source_file = excluded.source_file")
        .run(experiment.name, experiment.description, experiment.source_file, utc_now());
    const std::int64_t id = id_of(*connection_, experiment.name);
    if (has_runs_from(*connection_, id, RunOrigin::imported))
      throw ConfigError(fmt::format(
          "{}: the experiment '{}' has runs that were imported, which a plan would take "
          "out of it; give yours another name (name: ...)",
          file().string(), experiment.name));
    connection_->query("DELETE FROM experiment_runs WHERE experiment_id = ?").run(id);
    const Query link = connection_->query("INSERT INTO experiment_runs VALUES (?, ?, ?)");
    for (std::size_t i = 0; i < runs.size(); ++i) {
      const auto [key, writes] = add_planned(*connection_, runs[i]);
      if (writes)
        insert_pairs(*connection_, "INSERT OR REPLACE", "parameters", key, runs[i].parameters);
      link.run(id, static_cast<std::int64_t>(i), key);
    }
    apply_rules(*connection_, rules, id);
  });
}

void RunStore::plan_again(const std::string& experiment, const PlanRules& rules) {
  connection_->write([&] { apply_rules(*connection_, rules, id_of(*connection_, experiment)); });
}

void RunStore::skip(const std::string& run_id, const std::string& reason) {
  connection_->write([&] {
    if (connection_
            ->query("UPDATE runs SET status = 'skipped', message = ? WHERE id = ? AND status IN "
                    "('planned', 'failed', 'lost', 'skipped')")
            .run(reason, run_id) > 0)
      clear_results(*connection_, run_key(*connection_, run_id));
  });
}

std::int64_t RunStore::join(const ProcessIdentity& process, double heartbeat_s) {
  std::int64_t id = 0;
  connection_->write([&] {
    const std::string now = utc_now();
    connection_
        ->query(
            "INSERT INTO workers (host, boot, pid_namespace, pid, process_start, heartbeat_s, "
            "started_at, seen_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
        .run(process.host, process.boot, process.pid_namespace, process.pid, process.start,
             heartbeat_s, now, now);
    id = connection_->database().getLastInsertRowid();
  });
  return id;
}

bool RunStore::beat(std::int64_t worker, const std::string& now) {
  bool alive = false;
  connection_->write([&] {
    alive = connection_
                ->query(
                    "UPDATE workers SET beat = beat + 1, seen_at = ?, now = ? WHERE id = ? AND "
                    "ended = ''")
                .run(utc_now(), now, worker) > 0;
  });
  return alive;
}

void RunStore::leave(std::int64_t worker) {
  connection_->write([&] {
    connection_->query("UPDATE workers SET ended = 'left', now = '' WHERE id = ? AND ended = ''")
        .run(worker);
    connection_
        ->query(
            "UPDATE runs SET status = 'planned', worker = NULL, message = 'its worker left' "
            "WHERE worker = ? AND status = 'running'")
        .run(worker);
  });
}

bool RunStore::declare_lost(std::int64_t worker, std::int64_t beat, const std::string& reason,
                            int max_losses) {
  bool declared = false;
  connection_->write([&] {
    declared = connection_
                   ->query(
                       "UPDATE workers SET ended = 'lost', now = '' WHERE id = ? AND beat = ? "
                       "AND ended = ''")
                   .run(worker, beat) > 0;
    if (!declared) return;
    connection_
        ->query(
            "UPDATE runs SET losses = losses + 1, worker = NULL, status = CASE WHEN losses < ? "
            "THEN 'lost' ELSE 'failed' END, message = CASE WHEN losses < ? THEN ? ELSE ? || ' (' "
            "|| (losses + 1) || ' workers were lost with this run)' END WHERE worker = ? AND "
            "status = 'running'")
        .run(max_losses, max_losses, reason, reason, worker);
  });
  return declared;
}

std::string sqlite_version() { return SQLite::getLibVersion(); }

}  // namespace genrebench
