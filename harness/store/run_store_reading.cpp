#include <fmt/format.h>

#include <cstring>
#include <vector>

#include "harness/store/connection.hpp"
#include "harness/store/run_rows.hpp"
#include "harness/store/run_store.hpp"

namespace genrebench {
namespace {

std::map<std::string, std::string> pairs(const Connection& connection, const std::string& table,
                                         const std::string& key, const std::string& value,
                                         const std::string& run_id) {
  std::map<std::string, std::string> result;
  const Query query =
      connection.query(fmt::format("SELECT {}, {} FROM {} WHERE run_id = ?", key, value, table));
  query.with(run_id);
  while (query.next()) result.emplace(query[0], query[1]);
  return result;
}

/// Which runs a query is about, and in which order: parts of an SQL statement after `FROM runs`.
struct Selection {
  std::string which;
  std::string order = {};
  std::optional<std::string> argument = {};  ///< value of the one parameter of `which`
};

/// Reads a table of (run_id, key, value) for all selected runs at once.
void add_pairs(const Connection& connection, const std::string& table, const Selection& selection,
               const std::map<std::string, RunRecord*>& runs,
               std::map<std::string, std::string> RunRecord::*pairs) {
  const Query query = connection.query(
      fmt::format("SELECT run_id, key, value FROM {} WHERE run_id IN (SELECT runs.id FROM runs {})",
                  table, selection.which));
  if (selection.argument) query.with(*selection.argument);
  while (query.next())
    if (const auto run = runs.find(query[0]); run != runs.end())
      (run->second->*pairs).emplace(query[1], query[2]);
}

std::vector<RunRecord> select_runs(const Connection& connection, const Selection& selection) {
  const ReadSnapshot snapshot(connection);
  std::vector<RunRecord> result;
  const Query query = connection.query(
      fmt::format("SELECT runs.id, status, message, seed, dataset_fingerprint, started_at, wall_s, "
                  "identity_version FROM runs {} {}",
                  selection.which, selection.order));
  if (selection.argument) query.with(*selection.argument);
  while (query.next()) {
    RunRecord record;
    record.id = query[0].getString();
    record.status = run_status_from(query[1]);
    record.message = query[2].getString();
    record.seed = static_cast<std::uint64_t>(query[3].getInt64());
    record.dataset_fingerprint = query[4].getString();
    record.started_at = query[5].getString();
    record.wall_s = query[6];
    record.identity_version = query[7];
    result.push_back(std::move(record));
  }
  std::map<std::string, RunRecord*> by_id;
  for (RunRecord& run : result) by_id.emplace(run.id, &run);
  add_pairs(connection, "parameters", selection, by_id, &RunRecord::parameters);
  add_pairs(connection, "facts", selection, by_id, &RunRecord::facts);
  return result;
}

}  // namespace

std::vector<ExperimentRecord> RunStore::experiments() const {
  return connection_->guard([&] {
    std::vector<ExperimentRecord> result;
    const Query query = connection_->query(
        "SELECT id, name, description, source_file, created_at FROM experiments ORDER BY id");
    while (query.next()) {
      ExperimentRecord record{.name = query[1],
                              .description = query[2],
                              .source_file = query[3],
                              .created_at = query[4],
                              .run_ids = {}};
      const Query runs = connection_->query(
          "SELECT run_id FROM experiment_runs WHERE experiment_id = ? GROUP BY run_id ORDER BY "
          "min(position)");
      runs.with(query[0].getInt64());
      while (runs.next()) record.run_ids.push_back(runs[0]);
      result.push_back(std::move(record));
    }
    return result;
  });
}

std::optional<RunRecord> RunStore::run(const std::string& id) const {
  return connection_->guard([&]() -> std::optional<RunRecord> {
    auto found = select_runs(*connection_, {.which = "WHERE id = ?", .argument = id});
    if (found.empty()) return std::nullopt;
    return std::move(found.front());
  });
}

std::vector<RunRecord> RunStore::runs(const std::string& experiment) const {
  return connection_->guard([&] {
    if (experiment.empty())
      return select_runs(*connection_, {.which = "", .order = "ORDER BY started_at, id"});
    return select_runs(
        *connection_,
        {.which = "JOIN (SELECT run_id, min(position) AS place FROM experiment_runs JOIN "
                  "experiments ON experiments.id = experiment_id WHERE name = ? GROUP BY run_id) "
                  "ON run_id = runs.id",
         .order = "ORDER BY place",
         .argument = experiment});
  });
}

std::vector<MetricRecord> RunStore::metrics(const std::string& run_id) const {
  return connection_->guard([&] {
    std::vector<MetricRecord> result;
    const Query query = connection_->query(
        "SELECT split, name, step, value FROM metrics WHERE run_id = ? ORDER BY split, name, "
        "step");
    query.with(run_id);
    while (query.next())
      result.push_back({query[0], query[1], query[2].getInt64(), query[3].getDouble()});
    return result;
  });
}

std::optional<double> RunStore::metric(const std::string& run_id, const std::string& split,
                                       const std::string& name) const {
  return connection_->guard([&]() -> std::optional<double> {
    const Query query = connection_->query(
        "SELECT value FROM metrics WHERE run_id = ? AND split = ? AND name = ? AND step = -1");
    query.with(run_id, split, name);
    if (!query.next()) return std::nullopt;
    return query[0].getDouble();
  });
}

std::vector<PredictionRecord> RunStore::predictions(const std::string& run_id,
                                                    const std::string& split) const {
  return connection_->guard([&] {
    std::vector<PredictionRecord> result;
    const Query query = connection_->query(
        "SELECT track, truth, predicted, probabilities, cluster FROM predictions WHERE run_id = "
        "? AND split = ? ORDER BY track");
    query.with(run_id, split);
    while (query.next()) {
      PredictionRecord record{.split = split,
                              .track = query[0],
                              .truth = query[1],
                              .predicted = query[2],
                              .probabilities = {},
                              .cluster = query[4]};
      const SQLite::Column blob = query[3];
      record.probabilities.resize(static_cast<std::size_t>(blob.getBytes()) / sizeof(float));
      if (!record.probabilities.empty())
        std::memcpy(record.probabilities.data(), blob.getBlob(),
                    record.probabilities.size() * sizeof(float));
      result.push_back(std::move(record));
    }
    return result;
  });
}

std::vector<BadTrackRecord> RunStore::bad_tracks(const std::string& run_id) const {
  return connection_->guard([&] {
    std::vector<BadTrackRecord> result;
    for (auto& [track, message] : pairs(*connection_, "bad_tracks", "track", "message", run_id))
      result.push_back({track, message});
    return result;
  });
}

std::vector<ArtifactRecord> RunStore::artifacts(const std::string& run_id) const {
  return connection_->guard([&] {
    std::vector<ArtifactRecord> result;
    const Query query = connection_->query(
        "SELECT name, sha256, bytes FROM artifacts WHERE run_id = ? ORDER BY name");
    query.with(run_id);
    while (query.next()) result.push_back({query[0], query[1], query[2].getInt64()});
    return result;
  });
}

std::map<std::string, std::string> RunStore::environment(const std::string& run_id) const {
  return connection_->guard(
      [&] { return pairs(*connection_, "environment", "key", "value", run_id); });
}

std::map<RunStatus, std::size_t> RunStore::tally(const std::string& experiment) const {
  return connection_->guard([&] {
    std::map<RunStatus, std::size_t> result;
    const Query query = connection_->query(
        "SELECT status, count(DISTINCT runs.id) FROM experiments JOIN experiment_runs ON "
        "experiment_id = experiments.id JOIN runs ON runs.id = run_id WHERE name = ? GROUP BY "
        "status");
    query.with(experiment);
    while (query.next())
      result[run_status_from(query[0])] = static_cast<std::size_t>(query[1].getInt64());
    return result;
  });
}

std::vector<RunKindTime> RunStore::run_times() const {
  return connection_->guard([&] {
    std::vector<RunKindTime> result;
    const Query query = connection_->query(
        "SELECT coalesce(m.value, ''), coalesce(e.value, ''), coalesce(f.value, ''), "
        "sum(wall_s), count(*) FROM runs LEFT JOIN parameters m ON m.run_id = runs.id AND m.key "
        "= 'method.name' LEFT JOIN parameters e ON e.run_id = runs.id AND e.key = 'excerpt.name' "
        "LEFT JOIN parameters f ON f.run_id = runs.id AND f.key = 'features.name' WHERE status = "
        "'done' GROUP BY 1, 2, 3");
    while (query.next())
      result.push_back({.method = query[0],
                        .excerpt = query[1],
                        .features = query[2],
                        .wall_s = query[3].getDouble(),
                        .count = query[4]});
    return result;
  });
}

std::vector<double> RunStore::curve_points(const std::string& experiment, const std::string& split,
                                           const std::string& name, std::int64_t step) const {
  return connection_->guard([&] {
    std::vector<double> result;
    const Query query = connection_->query(
        "SELECT value FROM metrics WHERE run_id IN (SELECT run_id FROM experiments JOIN "
        "experiment_runs ON experiment_id = experiments.id WHERE experiments.name = ?) AND split "
        "= ? AND name = ? AND step = ?");
    query.with(experiment, split, name, step);
    while (query.next()) result.push_back(query[0].getDouble());
    return result;
  });
}

std::vector<WorkerRecord> RunStore::workers() const {
  return connection_->guard([&] {
    std::vector<WorkerRecord> result;
    const Query query = connection_->query(
        "SELECT w.id, host, boot, pid_namespace, pid, process_start, heartbeat_s, beat, "
        "w.started_at, seen_at, coalesce(r.id, ''), now FROM workers w LEFT JOIN runs r ON "
        "r.worker = w.id AND r.status = 'running' WHERE ended = '' ORDER BY w.id");
    while (query.next())
      result.push_back({.id = query[0].getInt64(),
                        .process = {.host = query[1],
                                    .boot = query[2],
                                    .pid_namespace = query[3],
                                    .pid = query[4].getInt64(),
                                    .start = query[5].getInt64()},
                        .heartbeat_s = query[6].getDouble(),
                        .beat = query[7].getInt64(),
                        .started_at = query[8],
                        .seen_at = query[9],
                        .run_id = query[10],
                        .now = query[11]});
    return result;
  });
}

Claim RunStore::look(const std::string& run_id) const {
  return connection_->guard([&] {
    const Query query = connection_->query(
        "SELECT status, token, retry_at_ms, retry_pause_ms FROM runs WHERE id = ?");
    if (!query.with(run_id).next()) return Claim{};
    Claim claim{.answer = Claim::Answer::settled,
                .status = run_status_from(query[0]),
                .lease = {.run_id = run_id, .token = query[1].getInt64()},
                .wait_s = 0.0};
    if (claim.status == RunStatus::running) claim.answer = Claim::Answer::held;
    if (claim.status != RunStatus::planned && claim.status != RunStatus::lost) return claim;
    const std::int64_t left_ms = query[2].getInt64() - now_ms();
    // A pause longer than the recorded one means that the clock was set back; it is ignored.
    const bool waits = left_ms > 0 && left_ms <= query[3].getInt64();
    claim.answer = waits ? Claim::Answer::waits : Claim::Answer::free;
    claim.wait_s = waits ? static_cast<double>(left_ms) / 1000.0 : 0.0;
    return claim;
  });
}

}  // namespace genrebench
