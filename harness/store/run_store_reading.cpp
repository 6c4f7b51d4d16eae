#include <fmt/format.h>

#include "harness/store/checked_row.hpp"
#include "harness/store/connection.hpp"
#include "harness/store/kernel_tables.hpp"
#include "harness/store/run_reading.hpp"
#include "harness/store/run_rows.hpp"
#include "harness/store/run_store.hpp"

namespace genrebench {

std::vector<ExperimentRecord> RunStore::experiments() const {
  return read_experiments(*connection_);
}

std::optional<RunRecord> RunStore::run(const std::string& id) const {
  return read_run(*connection_, id);
}

std::vector<RunRecord> RunStore::runs(const std::string& experiment) const {
  return read_runs(*connection_, experiment);
}

std::vector<MetricRecord> RunStore::metrics(const std::string& run_id) const {
  return read_metrics(*connection_, run_id);
}

std::optional<double> RunStore::metric(const std::string& run_id, const std::string& split,
                                       const std::string& name) const {
  return read_metric(*connection_, run_id, split, name);
}

std::vector<PredictionRecord> RunStore::predictions(const std::string& run_id,
                                                    const std::string& split) const {
  return read_predictions(*connection_, run_id, split);
}

void RunStore::each_prediction(const std::string& run_id, const std::string& split,
                               const std::function<void(const PredictionView&)>& see) const {
  genrebench::each_prediction(*connection_, run_id, split, see);
}

std::vector<BadTrackRecord> RunStore::bad_tracks(const std::string& run_id) const {
  return read_bad_tracks(*connection_, run_id);
}

std::vector<ArtifactRecord> RunStore::artifacts(const std::string& run_id) const {
  return read_artifacts(*connection_, run_id);
}

std::map<std::string, std::string> RunStore::environment(const std::string& run_id) const {
  return read_environment(*connection_, run_id);
}

std::vector<TrackRecord> RunStore::tracks(const std::string& dataset_fingerprint) const {
  return read_tracks(*connection_, dataset_fingerprint);
}

std::vector<KernelSession> RunStore::kernel_sessions() const {
  return read_kernel_sessions(*connection_);
}

std::map<std::string, std::string> RunStore::kernel_notes() const {
  return read_kernel_notes(*connection_);
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
