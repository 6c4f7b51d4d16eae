#pragma once
// Reads what a store holds of experiments, runs and tracks, as StoreReader says.

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/records/run_records.hpp"

namespace genrebench {

class Connection;

// Each of them reads one state of the store. They throw DataError where the store cannot be read or
// holds something else than it should.

std::vector<ExperimentRecord> read_experiments(const Connection& connection);
std::optional<RunRecord> read_run(const Connection& connection, const std::string& id);
std::vector<RunRecord> read_runs(const Connection& connection, const std::string& experiment);
std::vector<MetricRecord> read_metrics(const Connection& connection, const std::string& run_id);
std::optional<double> read_metric(const Connection& connection, const std::string& run_id,
                                  const std::string& split, const std::string& name);
std::vector<PredictionRecord> read_predictions(const Connection& connection,
                                               const std::string& run_id, const std::string& split);
void each_prediction(const Connection& connection, const std::string& run_id,
                     const std::string& split,
                     const std::function<void(const PredictionView&)>& see);
std::vector<BadTrackRecord> read_bad_tracks(const Connection& connection,
                                            const std::string& run_id);
std::vector<ArtifactRecord> read_artifacts(const Connection& connection, const std::string& run_id);
std::map<std::string, std::string> read_environment(const Connection& connection,
                                                    const std::string& run_id);
std::vector<TrackRecord> read_tracks(const Connection& connection,
                                     const std::string& dataset_fingerprint);

}  // namespace genrebench
