#include "harness/store/run_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/error.hpp"
#include "harness/records/short_id.hpp"
#include "harness/store/packed_predictions.hpp"
#include "harness/store/shared_rows.hpp"

namespace genrebench {
namespace {

void bind_blob(const Query& query, int index, const std::string& bytes) {
  query->bind(index, bytes.data(), static_cast<int>(bytes.size()));
}

/// Where the predictions of one part belong.
struct PartOfRun {
  std::int64_t run = 0, dataset = 0;
  const std::string& split;
};

/// @param predictions  of one part, in order of their tracks
void add_part(const Connection& connection, const PartOfRun& part,
              const std::vector<const PredictionRecord*>& predictions) {
  SharedRows& shared = connection.shared();
  std::vector<std::int64_t> tracks;
  std::vector<int> predicted;
  std::vector<std::vector<float>> probabilities;
  for (const PredictionRecord* p : predictions) {
    tracks.push_back(shared.key_of_track(
        part.dataset, {.track = p->track, .truth = p->truth, .cluster = p->cluster}));
    predicted.push_back(p->predicted);
    probabilities.push_back(p->probabilities);
  }
  const std::optional<std::string> packed = packed_probabilities(probabilities);
  if (!packed)
    throw DataError(
        fmt::format("{}: the predictions of the {} part of a run have different numbers of "
                    "probabilities",
                    connection.file(), part.split));
  const std::int64_t split = shared.key_of_text(part.split), list = shared.key_of_list(tracks);
  const Query add = connection.query(
      "INSERT INTO predictions (run, split, tracks, predicted, probabilities) VALUES (?, ?, ?, ?, "
      "?)");
  add.with(part.run, split, list);
  const std::string classes = packed_classes(predicted);
  bind_blob(add, 4, classes);
  bind_blob(add, 5, *packed);
  add->exec();
}

}  // namespace

std::optional<std::int64_t> find_run_key(const Connection& connection, const std::string& run_id) {
  const Query query = connection.query("SELECT key FROM runs WHERE id = ?");
  if (!query.with(run_id).next()) return std::nullopt;
  return query[0].getInt64();
}

std::int64_t run_key(const Connection& connection, const std::string& run_id) {
  if (const auto key = find_run_key(connection, run_id)) return *key;
  throw DataError(fmt::format("{}: run {} is not in the store any more", connection.file(),
                              short_id(run_id, kLongerId)));
}

bool has_runs_from(const Connection& connection, std::int64_t experiment, RunOrigin origin) {
  const Query query = connection.query(
      "SELECT 1 FROM experiment_runs JOIN runs ON runs.key = run WHERE experiment_id = ? AND "
      "origin = ?");
  return query.with(experiment, to_string(origin)).next();
}

void insert_pairs(const Connection& connection, const char* verb, const char* table,
                  std::int64_t run, const std::map<std::string, std::string>& values) {
  SharedRows& shared = connection.shared();
  const Query add = connection.query(fmt::format("{} INTO {} VALUES (?, ?, ?)", verb, table));
  for (const auto& [name, value] : values)
    add.run(run, shared.key_of_text(name), shared.key_of_text(value));
}

void clear_results(const Connection& connection, std::int64_t run) {
  for (const char* table : {"metrics", "predictions", "bad_tracks", "facts", "artifacts"})
    connection.query(fmt::format("DELETE FROM {} WHERE run = ?", table)).run(run);
}

void add_metrics(const Connection& connection, const char* verb, std::int64_t run,
                 const std::vector<MetricRecord>& metrics) {
  SharedRows& shared = connection.shared();
  const Query add = connection.query(
      fmt::format("{} INTO metrics (run, step, split, name, value) VALUES (?, ?, ?, ?, ?)", verb));
  for (const MetricRecord& metric : metrics)
    add.run(run, metric.step, shared.key_of_text(metric.split), shared.key_of_text(metric.name),
            metric.value);
}

void add_predictions(const Connection& connection, std::int64_t run, std::int64_t dataset,
                     const std::vector<PredictionRecord>& predictions) {
  std::map<std::string, std::vector<const PredictionRecord*>> parts;
  for (const PredictionRecord& p : predictions) parts[p.split].push_back(&p);
  for (auto& [split, part] : parts) {
    std::sort(part.begin(), part.end(), [](const PredictionRecord* a, const PredictionRecord* b) {
      return a->track < b->track;
    });
    const auto twice = std::adjacent_find(
        part.begin(), part.end(),
        [](const PredictionRecord* a, const PredictionRecord* b) { return a->track == b->track; });
    if (twice != part.end())
      throw DataError(fmt::format("{}: track {} is predicted twice in the {} part of a run",
                                  connection.file(), (*twice)->track, split));
    add_part(connection, {.run = run, .dataset = dataset, .split = split}, part);
  }
}

void add_bad_tracks(const Connection& connection, std::int64_t run,
                    const std::vector<BadTrackRecord>& bad_tracks) {
  SharedRows& shared = connection.shared();
  const Query add = connection.query("INSERT INTO bad_tracks VALUES (?, ?, ?)");
  for (const BadTrackRecord& bad : bad_tracks)
    add.run(run, shared.key_of_text(bad.track), shared.key_of_text(bad.message));
}

void add_result(const Connection& connection, std::int64_t run, const RunResult& result) {
  add_metrics(connection, "INSERT", run, result.metrics);
  if (!result.predictions.empty()) {
    const std::int64_t dataset = [&] {
      const Query query = connection.query("SELECT dataset FROM runs WHERE key = ?");
      query.with(run).next();
      return query[0].getInt64();
    }();
    add_predictions(connection, run, dataset, result.predictions);
  }
  add_bad_tracks(connection, run, result.bad_tracks);
  insert_pairs(connection, "INSERT", "facts", run, result.facts);
  const Query add_artifact = connection.query("INSERT INTO artifacts VALUES (?, ?, ?, ?)");
  for (const ArtifactRecord& artifact : result.artifacts)
    add_artifact.run(run, artifact.name, artifact.sha256, artifact.bytes);
  insert_pairs(connection, "INSERT OR REPLACE", "environment", run, result.resources);
}

std::int64_t now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

}  // namespace genrebench
