#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "harness/store/checked_row.hpp"
#include "harness/store/connection.hpp"
#include "harness/store/run_rows.hpp"
#include "harness/store/run_store.hpp"
#include "harness/store/shared_rows.hpp"

namespace genrebench {
namespace {

/// Which runs a query is about, and in which order: parts of an SQL statement after `FROM runs`.
struct Selection {
  std::string which;
  std::string order = {};
  std::optional<std::string> argument = {};  ///< value of the one parameter of `which`
};

using RunsByKey = std::unordered_map<std::int64_t, RunRecord*>;

/// Reads a table of (run, name, value) for all selected runs at once.
void add_pairs(const Connection& connection, const char* table, const Selection& selection,
               const RunsByKey& runs, std::map<std::string, std::string> RunRecord::*pairs) {
  const std::string which =
      selection.which.empty()
          ? std::string()
          : fmt::format(" WHERE run IN (SELECT runs.key FROM runs {})", selection.which);
  const Query query =
      connection.query(fmt::format("SELECT {} FROM {}{}", kPairColumns, table, which));
  if (selection.argument) query.with(*selection.argument);
  const CheckedRow row(connection, query, table);
  while (query.next())
    if (const auto run = runs.find(row.integer(0)); run != runs.end())
      (run->second->*pairs).insert(pair_of(row));
}

std::vector<RunRecord> select_runs(const Connection& connection, const Selection& selection) {
  const ReadSnapshot snapshot(connection);
  std::vector<RunRecord> result;
  std::vector<std::int64_t> keys;
  const Query query = connection.query(fmt::format(
      "SELECT {} FROM {} {} {}", kRunColumns, kRunsWithData, selection.which, selection.order));
  if (selection.argument) query.with(*selection.argument);
  const CheckedRow row(connection, query, "runs");
  while (query.next()) {
    result.push_back(run_of(row));
    keys.push_back(query[kRunKeyColumn].getInt64());
  }
  RunsByKey by_key;
  for (std::size_t i = 0; i < keys.size(); ++i) by_key.emplace(keys[i], &result[i]);
  add_pairs(connection, "parameters", selection, by_key, &RunRecord::parameters);
  add_pairs(connection, "facts", selection, by_key, &RunRecord::facts);
  return result;
}

/// A table whose rows belong to runs, and the columns that are read.
struct TableOfRuns {
  const char* table;
  const char* columns;
};

/// The rows of one run, in the order of one of their texts, or of several.
template <typename Record, typename Order>
std::vector<Record> records(const Connection& connection, const TableOfRuns& from,
                            const std::string& run_id, Record (*read)(const CheckedRow&),
                            const Order& order) {
  const ReadSnapshot snapshot(connection);
  std::vector<Record> result;
  const auto key = find_run_key(connection, run_id);
  if (!key) return result;
  const Query query =
      connection.query(fmt::format("SELECT {} FROM {} WHERE run = ?", from.columns, from.table));
  query.with(*key);
  const CheckedRow row(connection, query, from.table);
  while (query.next()) result.push_back(read(row));
  std::sort(result.begin(), result.end(),
            [&](const Record& a, const Record& b) { return order(a) < order(b); });
  return result;
}

auto place_of(const MetricRecord& metric) {
  return std::tie(metric.split, metric.name, metric.step);
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
          "SELECT experiment_id, id FROM experiment_runs LEFT JOIN runs ON runs.key = run WHERE "
          "experiment_id = ? GROUP BY run ORDER BY min(position)");
      runs.with(query[0].getInt64());
      const CheckedRow planned(*connection_, runs, "experiment_runs");
      while (runs.next()) record.run_ids.push_back(planned.run_id(1));
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
        {.which = "JOIN (SELECT run, min(position) AS place FROM experiment_runs JOIN "
                  "experiments ON experiments.id = experiment_id WHERE name = ? GROUP BY run) ON "
                  "run = runs.key",
         .order = "ORDER BY place",
         .argument = experiment});
  });
}

std::vector<MetricRecord> RunStore::metrics(const std::string& run_id) const {
  return connection_->guard([&] {
    return records<MetricRecord>(*connection_, {.table = "metrics", .columns = kMetricColumns},
                                 run_id, metric_of, place_of);
  });
}

std::optional<double> RunStore::metric(const std::string& run_id, const std::string& split,
                                       const std::string& name) const {
  return connection_->guard([&]() -> std::optional<double> {
    const ReadSnapshot snapshot(*connection_);
    const auto key = find_run_key(*connection_, run_id);
    if (!key) return std::nullopt;
    const Query query = connection_->query(
        fmt::format("SELECT {} FROM metrics WHERE run = ? AND step = -1", kMetricColumns));
    query.with(*key);
    const CheckedRow row(*connection_, query, "metrics");
    while (query.next())
      if (row.shared_text(2) == name && row.shared_text(1) == split) return metric_of(row).value;
    return std::nullopt;
  });
}

std::vector<PredictionRecord> RunStore::predictions(const std::string& run_id,
                                                    const std::string& split) const {
  return connection_->guard([&]() -> std::vector<PredictionRecord> {
    const ReadSnapshot snapshot(*connection_);
    const auto key = find_run_key(*connection_, run_id);
    if (!key) return {};
    const Query query = connection_->query(fmt::format("SELECT {} FROM {} WHERE p.run = ?",
                                                       kPredictionColumns, kPredictionsWithTracks));
    query.with(*key);
    const CheckedRow row(*connection_, query, "predictions");
    while (query.next())
      if (row.shared_text(1) == split) return predictions_of(row, n_classes_of(*connection_, *key));
    return {};
  });
}

std::vector<BadTrackRecord> RunStore::bad_tracks(const std::string& run_id) const {
  return connection_->guard([&] {
    return records<BadTrackRecord>(
        *connection_, {.table = "bad_tracks", .columns = kBadTrackColumns}, run_id, bad_track_of,
        [](const BadTrackRecord& bad) -> const std::string& { return bad.track; });
  });
}

std::vector<ArtifactRecord> RunStore::artifacts(const std::string& run_id) const {
  return connection_->guard([&] {
    return records<ArtifactRecord>(
        *connection_, {.table = "artifacts", .columns = kArtifactColumns}, run_id, artifact_of,
        [](const ArtifactRecord& artifact) -> const std::string& { return artifact.name; });
  });
}

std::map<std::string, std::string> RunStore::environment(const std::string& run_id) const {
  return connection_->guard([&] {
    using Pair = std::pair<std::string, std::string>;
    std::map<std::string, std::string> result;
    for (Pair& pair :
         records<Pair>(*connection_, {.table = "environment", .columns = kPairColumns}, run_id,
                       pair_of, [](const Pair& one) -> const std::string& { return one.first; }))
      result.insert(std::move(pair));
    return result;
  });
}

std::map<RunStatus, std::size_t> RunStore::tally(const std::string& experiment) const {
  return connection_->guard([&] {
    std::map<RunStatus, std::size_t> result;
    const Query query = connection_->query(
        "SELECT min(runs.id), status, count(DISTINCT runs.key) FROM experiments JOIN "
        "experiment_runs ON experiment_id = experiments.id JOIN runs ON runs.key = run WHERE name "
        "= ? GROUP BY status");
    query.with(experiment);
    const CheckedRow row(*connection_, query, "runs");
    while (query.next()) result[status_of(row, 1)] = static_cast<std::size_t>(query[2].getInt64());
    return result;
  });
}

std::vector<RunKindTime> RunStore::run_times() const {
  return connection_->guard([&] {
    std::vector<RunKindTime> result;
    const auto value_of = [](const char* name) {
      return fmt::format(
          "coalesce((SELECT v.text FROM parameters p JOIN texts v ON v.key = p.value WHERE p.run = "
          "runs.key AND p.name = (SELECT key FROM texts WHERE hash = text_hash('{0}') AND text = "
          "'{0}')), '')",
          name);
    };
    const Query query = connection_->query(fmt::format(
        "SELECT {}, {}, {}, sum(wall_s), count(*) FROM runs WHERE status = 'done' GROUP BY 1, 2, 3",
        value_of("method.name"), value_of("excerpt.name"), value_of("features.name")));
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
    const ReadSnapshot snapshot(*connection_);
    std::vector<double> result;
    const Query query = connection_->query(
        fmt::format("SELECT {} FROM metrics WHERE run IN (SELECT run FROM experiments JOIN "
                    "experiment_runs ON experiment_id = experiments.id WHERE experiments.name = ?) "
                    "AND step = ?",
                    kMetricColumns));
    query.with(experiment, step);
    const CheckedRow row(*connection_, query, "metrics");
    while (query.next())
      if (row.shared_text(2) == name && row.shared_text(1) == split)
        result.push_back(metric_of(row).value);
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
