#include "harness/store/run_rows.hpp"

#include <fmt/format.h>

#include <chrono>

namespace genrebench {

void insert_pairs(const Connection& connection, const std::string& sql, const std::string& run_id,
                  const std::map<std::string, std::string>& values) {
  const Query add = connection.query(sql);
  for (const auto& [key, value] : values) add.run(run_id, key, value);
}

void clear_results(const Connection& connection, const std::string& run_id) {
  for (const char* table : {"metrics", "predictions", "bad_tracks", "facts", "artifacts"})
    connection.query(fmt::format("DELETE FROM {} WHERE run_id = ?", table)).run(run_id);
}

void add_bad_tracks(const Connection& connection, const std::string& run_id,
                    const std::vector<BadTrackRecord>& bad_tracks) {
  const Query add = connection.query("INSERT INTO bad_tracks VALUES (?, ?, ?)");
  for (const BadTrackRecord& bad : bad_tracks) add.run(run_id, bad.track, bad.message);
}

void add_result(const Connection& connection, const std::string& run_id, const RunResult& result) {
  const Query add_metric = connection.query("INSERT INTO metrics VALUES (?, ?, ?, ?, ?)");
  for (const MetricRecord& metric : result.metrics)
    add_metric.run(run_id, metric.split, metric.name, metric.step, metric.value);
  const Query add_prediction = connection.query(
      "INSERT INTO predictions (run_id, split, track, truth, predicted, cluster, probabilities) "
      "VALUES (?, ?, ?, ?, ?, ?, ?)");
  for (const PredictionRecord& p : result.predictions) {
    add_prediction->reset();
    add_prediction.with(run_id, p.split, p.track, p.truth, p.predicted, p.cluster);
    static constexpr float kNone = 0.0f;  // where a null pointer would be NULL
    add_prediction->bind(7, p.probabilities.empty() ? &kNone : p.probabilities.data(),
                         static_cast<int>(p.probabilities.size() * sizeof(float)));
    add_prediction->exec();
  }
  add_bad_tracks(connection, run_id, result.bad_tracks);
  insert_pairs(connection, "INSERT INTO facts VALUES (?, ?, ?)", run_id, result.facts);
  const Query add_artifact = connection.query("INSERT INTO artifacts VALUES (?, ?, ?, ?)");
  for (const ArtifactRecord& artifact : result.artifacts)
    add_artifact.run(run_id, artifact.name, artifact.sha256, artifact.bytes);
  insert_pairs(connection, "INSERT OR REPLACE INTO environment VALUES (?, ?, ?)", run_id,
               result.resources);
}

std::int64_t now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

}  // namespace genrebench
