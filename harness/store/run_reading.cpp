#include "harness/store/run_reading.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "harness/store/checked_row.hpp"
#include "harness/store/connection.hpp"
#include "harness/store/run_rows.hpp"
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

/// Groups of the tracks of a dataset, by the key of the track's id.
std::map<std::int64_t, std::map<std::string, std::string>> groups_of(const Connection& connection,
                                                                     std::int64_t dataset) {
  std::map<std::int64_t, std::map<std::string, std::string>> result;
  const Query query =
      connection.query("SELECT dataset, track, kind, name FROM track_groups WHERE dataset = ?");
  query.with(dataset);
  const CheckedRow row(connection, query, "track_groups");
  while (query.next()) {
    std::string kind = row.shared_text(2);
    result[row.integer(1)].insert_or_assign(std::move(kind), row.shared_text(3));
  }
  return result;
}

}  // namespace

std::vector<ExperimentRecord> read_experiments(const Connection& connection) {
  return connection.guard([&] {
    std::vector<ExperimentRecord> result;
    const Query query =
        connection.query(fmt::format("SELECT {} FROM experiments ORDER BY id", kExperimentColumns));
    const CheckedRow row(connection, query, "experiments");
    while (query.next()) {
      ExperimentRecord record = experiment_of(row);
      const Query runs = connection.query(
          "SELECT experiment_id, id FROM experiment_runs LEFT JOIN runs ON runs.key = run WHERE "
          "experiment_id = ? GROUP BY run ORDER BY min(position)");
      runs.with(query[0].getInt64());
      const CheckedRow planned(connection, runs, "experiment_runs");
      while (runs.next()) record.run_ids.push_back(planned.run_id(1));
      result.push_back(std::move(record));
    }
    return result;
  });
}

std::optional<RunRecord> read_run(const Connection& connection, const std::string& id) {
  return connection.guard([&]() -> std::optional<RunRecord> {
    auto found = select_runs(connection, {.which = "WHERE id = ?", .argument = id});
    if (found.empty()) return std::nullopt;
    return std::move(found.front());
  });
}

std::vector<RunRecord> read_runs(const Connection& connection, const std::string& experiment) {
  return connection.guard([&] {
    if (experiment.empty())
      return select_runs(connection, {.which = "", .order = "ORDER BY started_at, id"});
    return select_runs(
        connection,
        {.which = "JOIN (SELECT run, min(position) AS place FROM experiment_runs JOIN "
                  "experiments ON experiments.id = experiment_id WHERE name = ? GROUP BY run) ON "
                  "run = runs.key",
         .order = "ORDER BY place",
         .argument = experiment});
  });
}

std::vector<MetricRecord> read_metrics(const Connection& connection, const std::string& run_id) {
  return connection.guard([&] {
    return records<MetricRecord>(connection, {.table = "metrics", .columns = kMetricColumns},
                                 run_id, metric_of, place_of);
  });
}

std::optional<double> read_metric(const Connection& connection, const std::string& run_id,
                                  const std::string& split, const std::string& name) {
  return connection.guard([&]() -> std::optional<double> {
    const ReadSnapshot snapshot(connection);
    const auto key = find_run_key(connection, run_id);
    if (!key) return std::nullopt;
    const Query query = connection.query(
        fmt::format("SELECT {} FROM metrics WHERE run = ? AND step = -1", kMetricColumns));
    query.with(*key);
    const CheckedRow row(connection, query, "metrics");
    while (query.next())
      if (row.shared_text(2) == name && row.shared_text(1) == split) return metric_of(row).value;
    return std::nullopt;
  });
}

std::vector<PredictionRecord> read_predictions(const Connection& connection,
                                               const std::string& run_id,
                                               const std::string& split) {
  std::vector<PredictionRecord> result;
  each_prediction(connection, run_id, split, [&](const PredictionView& one) {
    result.push_back({.split = split,
                      .track = one.track,
                      .truth = one.truth,
                      .predicted = one.predicted,
                      .probabilities = {one.probabilities.begin(), one.probabilities.end()},
                      .cluster = one.cluster});
  });
  return result;
}

void each_prediction(const Connection& connection, const std::string& run_id,
                     const std::string& split,
                     const std::function<void(const PredictionView&)>& see) {
  connection.guard([&] {
    const ReadSnapshot snapshot(connection);
    const auto key = find_run_key(connection, run_id);
    if (!key) return;
    static const std::string kSelect = fmt::format("SELECT {} FROM {} WHERE p.run = ?",
                                                   kPredictionColumns, kPredictionsWithTracks);
    const Query query = connection.query(kSelect);
    query.with(*key);
    const CheckedRow row(connection, query, "predictions");
    while (query.next())
      if (row.shared_text(1) == split)
        return each_prediction_of(row, n_classes_of(connection, *key), see);
  });
}

std::vector<BadTrackRecord> read_bad_tracks(const Connection& connection,
                                            const std::string& run_id) {
  return connection.guard([&] {
    return records<BadTrackRecord>(
        connection, {.table = "bad_tracks", .columns = kBadTrackColumns}, run_id, bad_track_of,
        [](const BadTrackRecord& bad) -> const std::string& { return bad.track; });
  });
}

std::vector<ArtifactRecord> read_artifacts(const Connection& connection,
                                           const std::string& run_id) {
  return connection.guard([&] {
    return records<ArtifactRecord>(
        connection, {.table = "artifacts", .columns = kArtifactColumns}, run_id, artifact_of,
        [](const ArtifactRecord& artifact) -> const std::string& { return artifact.name; });
  });
}

std::map<std::string, std::string> read_environment(const Connection& connection,
                                                    const std::string& run_id) {
  return connection.guard([&] {
    using Pair = std::pair<std::string, std::string>;
    std::map<std::string, std::string> result;
    for (Pair& pair :
         records<Pair>(connection, {.table = "environment", .columns = kPairColumns}, run_id,
                       pair_of, [](const Pair& one) -> const std::string& { return one.first; }))
      result.insert(std::move(pair));
    return result;
  });
}

std::vector<TrackRecord> read_tracks(const Connection& connection,
                                     const std::string& dataset_fingerprint) {
  return connection.guard([&] {
    const ReadSnapshot snapshot(connection);
    std::vector<TrackRecord> result;
    const Query find = connection.query("SELECT key FROM datasets WHERE fingerprint = ?");
    if (!find.with(dataset_fingerprint).next()) return result;
    const std::int64_t dataset = find[0].getInt64();
    auto groups = groups_of(connection, dataset);
    const Query query =
        connection.query(fmt::format("SELECT {} FROM tracks WHERE dataset = ?", kTrackColumns));
    query.with(dataset);
    const CheckedRow row(connection, query, "tracks");
    while (query.next()) {
      result.push_back(track_of(row));
      if (const auto own = groups.find(row.integer(1)); own != groups.end())
        result.back().groups = std::move(own->second);
    }
    std::sort(result.begin(), result.end(),
              [](const TrackRecord& a, const TrackRecord& b) { return a.id < b.id; });
    return result;
  });
}

}  // namespace genrebench
