#include <fmt/format.h>

#include <vector>

#include "harness/store/checked_row.hpp"
#include "harness/store/connection.hpp"
#include "harness/store/run_rows.hpp"
#include "harness/store/run_store.hpp"

namespace genrebench {
namespace {

/// Which runs a query is about, and in which order: parts of an SQL statement after `FROM runs`.
struct Selection {
  std::string which;
  std::string order = {};
  std::optional<std::string> argument = {};  ///< value of the one parameter of `which`
};

/// Reads a table of (run_id, key, value) for all selected runs at once.
void add_pairs(const Connection& connection, const char* table, const Selection& selection,
               const std::map<std::string, RunRecord*>& runs,
               std::map<std::string, std::string> RunRecord::*pairs) {
  const Query query = connection.query(
      fmt::format("SELECT {} FROM {} WHERE run_id IN (SELECT runs.id FROM runs {})", kPairColumns,
                  table, selection.which));
  if (selection.argument) query.with(*selection.argument);
  const CheckedRow row(connection, query, table);
  while (query.next())
    if (const auto run = runs.find(query[0]); run != runs.end())
      (run->second->*pairs).insert(pair_of(row));
}

std::vector<RunRecord> select_runs(const Connection& connection, const Selection& selection) {
  const ReadSnapshot snapshot(connection);
  std::vector<RunRecord> result;
  const Query query = connection.query(
      fmt::format("SELECT {} FROM runs {} {}", kRunColumns, selection.which, selection.order));
  if (selection.argument) query.with(*selection.argument);
  const CheckedRow row(connection, query, "runs");
  while (query.next()) result.push_back(run_of(row));
  std::map<std::string, RunRecord*> by_id;
  for (RunRecord& run : result) by_id.emplace(run.id, &run);
  add_pairs(connection, "parameters", selection, by_id, &RunRecord::parameters);
  add_pairs(connection, "facts", selection, by_id, &RunRecord::facts);
  return result;
}

/// A table whose rows belong to runs: the columns that are read, and their order.
struct TableOfRuns {
  const char* table;
  const char* columns;
  const char* order;
};

/// The rows of one run.
template <typename Record>
std::vector<Record> records(const Connection& connection, const TableOfRuns& from,
                            const std::string& run_id, Record (*read)(const CheckedRow&)) {
  std::vector<Record> result;
  const Query query = connection.query(fmt::format("SELECT {} FROM {} WHERE run_id = ? ORDER BY {}",
                                                   from.columns, from.table, from.order));
  query.with(run_id);
  const CheckedRow row(connection, query, from.table);
  while (query.next()) result.push_back(read(row));
  return result;
}

}  // namespace

std::vector<ExperimentRecord> RunStore::experiments() const {
  return connection_->guard([&] {
    std::vector<ExperimentRecord> result;
    const Query query = connection_->query(
        fmt::format("SELECT {} FROM experiments ORDER BY id", kExperimentColumns));
    const CheckedRow row(*connection_, query, "experiments");
    while (query.next()) {
      ExperimentRecord record = experiment_of(row);
      const Query runs = connection_->query(
          "SELECT run_id FROM experiment_runs WHERE experiment_id = ? GROUP BY run_id ORDER BY "
          "min(position)");
      runs.with(query[0].getInt64());
      const CheckedRow planned(*connection_, runs, "experiment_runs");
      while (runs.next()) record.run_ids.push_back(planned.run_id(0));
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
    return records<MetricRecord>(
        *connection_, {.table = "metrics", .columns = kMetricColumns, .order = "split, name, step"},
        run_id, metric_of);
  });
}

std::optional<double> RunStore::metric(const std::string& run_id, const std::string& split,
                                       const std::string& name) const {
  return connection_->guard([&]() -> std::optional<double> {
    const Query query = connection_->query(
        fmt::format("SELECT {} FROM metrics WHERE run_id = ? AND split = ? AND name = ? AND step "
                    "= -1",
                    kMetricColumns));
    query.with(run_id, split, name);
    if (!query.next()) return std::nullopt;
    return metric_of(CheckedRow(*connection_, query, "metrics")).value;
  });
}

std::vector<PredictionRecord> RunStore::predictions(const std::string& run_id,
                                                    const std::string& split) const {
  return connection_->guard([&] {
    const ReadSnapshot snapshot(*connection_);
    std::vector<PredictionRecord> result;
    const Query query = connection_->query(
        fmt::format("SELECT {} FROM predictions WHERE run_id = ? AND split = ? ORDER BY track",
                    kPredictionColumns));
    query.with(run_id, split);
    const CheckedRow row(*connection_, query, "predictions");
    for (std::size_t n_classes = 0; query.next();) {
      if (n_classes == 0) n_classes = n_classes_of(*connection_, run_id);
      result.push_back(prediction_of(row, n_classes));
    }
    return result;
  });
}

std::vector<BadTrackRecord> RunStore::bad_tracks(const std::string& run_id) const {
  return connection_->guard([&] {
    return records<BadTrackRecord>(
        *connection_, {.table = "bad_tracks", .columns = kBadTrackColumns, .order = "track"},
        run_id, bad_track_of);
  });
}

std::vector<ArtifactRecord> RunStore::artifacts(const std::string& run_id) const {
  return connection_->guard([&] {
    return records<ArtifactRecord>(
        *connection_, {.table = "artifacts", .columns = kArtifactColumns, .order = "name"}, run_id,
        artifact_of);
  });
}

std::map<std::string, std::string> RunStore::environment(const std::string& run_id) const {
  return connection_->guard([&] {
    std::map<std::string, std::string> result;
    for (auto& pair : records<std::pair<std::string, std::string>>(
             *connection_, {.table = "environment", .columns = kPairColumns, .order = "key"},
             run_id, pair_of))
      result.insert(std::move(pair));
    return result;
  });
}

std::map<RunStatus, std::size_t> RunStore::tally(const std::string& experiment) const {
  return connection_->guard([&] {
    std::map<RunStatus, std::size_t> result;
    const Query query = connection_->query(
        "SELECT min(runs.id), status, count(DISTINCT runs.id) FROM experiments JOIN "
        "experiment_runs ON "
        "experiment_id = experiments.id JOIN runs ON runs.id = run_id WHERE name = ? GROUP BY "
        "status");
    query.with(experiment);
    const CheckedRow row(*connection_, query, "runs");
    while (query.next()) result[status_of(row, 1)] = static_cast<std::size_t>(query[2].getInt64());
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
        fmt::format("SELECT {} FROM metrics WHERE run_id IN (SELECT run_id FROM experiments JOIN "
                    "experiment_runs ON experiment_id = experiments.id WHERE experiments.name = ?) "
                    "AND split = ? AND name = ? AND step = ?",
                    kMetricColumns));
    query.with(experiment, split, name, step);
    const CheckedRow row(*connection_, query, "metrics");
    while (query.next()) result.push_back(metric_of(row).value);
    return result;
  });
}

std::vector<WorkerRecord> RunStore::workers() const {
  return connection_->guard([&] {
    std::vector<WorkerRecord> result;
    const Query query = connection_->query(
        fmt::format("SELECT {}, coalesce(r.id, '') FROM workers w LEFT JOIN runs r ON r.worker = "
                    "w.id AND r.status = 'running' WHERE ended = '' ORDER BY w.id",
                    kWorkerColumns));
    const CheckedRow row(*connection_, query, "workers");
    while (query.next()) {
      result.push_back(worker_of(row));
      result.back().run_id = row.text(11);
    }
    return result;
  });
}

Claim RunStore::look(const std::string& run_id) const {
  return connection_->guard([&] {
    const Query query =
        connection_->query(fmt::format("SELECT {} FROM runs WHERE id = ?", kProgressColumns));
    if (!query.with(run_id).next()) return Claim{};
    const RunProgress progress = progress_of(CheckedRow(*connection_, query, "runs"));
    Claim claim{.answer = Claim::Answer::settled,
                .status = progress.status,
                .lease = {.run_id = run_id, .token = progress.token},
                .wait_s = 0.0};
    if (claim.status == RunStatus::running) claim.answer = Claim::Answer::held;
    if (claim.status != RunStatus::planned && claim.status != RunStatus::lost) return claim;
    const std::int64_t left_ms = progress.retry_at_ms - now_ms();
    // A pause longer than the recorded one means that the clock was set back; it is ignored.
    const bool waits = left_ms > 0 && left_ms <= progress.retry_pause_ms;
    claim.answer = waits ? Claim::Answer::waits : Claim::Answer::free;
    claim.wait_s = waits ? static_cast<double>(left_ms) / 1000.0 : 0.0;
    return claim;
  });
}

}  // namespace genrebench
