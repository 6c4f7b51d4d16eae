#pragma once
// Read access to a run store. Reports see nothing else of it.

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/records/kernel_records.hpp"
#include "harness/records/run_records.hpp"

namespace genrebench {

/// Read access to a run store. Tests implement it in memory.
class StoreReader {
 public:
  virtual ~StoreReader() = default;

  virtual std::vector<ExperimentRecord> experiments() const = 0;
  virtual std::optional<RunRecord> run(const std::string& id) const = 0;
  /// All runs in the order in which they were started, or those of one experiment in the order of
  /// its plan.
  virtual std::vector<RunRecord> runs(const std::string& experiment = {}) const = 0;
  virtual std::vector<MetricRecord> metrics(const std::string& run_id) const = 0;
  /// The final value of one metric of a run.
  virtual std::optional<double> metric(const std::string& run_id, const std::string& split,
                                       const std::string& name) const = 0;
  virtual std::vector<PredictionRecord> predictions(const std::string& run_id,
                                                    const std::string& split) const = 0;
  virtual std::vector<BadTrackRecord> bad_tracks(const std::string& run_id) const = 0;
  virtual std::vector<ArtifactRecord> artifacts(const std::string& run_id) const = 0;
  /// Where a run was computed: commit, versions of libraries, processor, number of threads, host.
  virtual std::map<std::string, std::string> environment(const std::string& run_id) const = 0;
  /// The tracks of a dataset in the order of their ids; empty if they are not known, as of datasets
  /// whose runs were planned by a version before schema 6.
  virtual std::vector<TrackRecord> tracks(const std::string& dataset_fingerprint) const {
    static_cast<void>(dataset_fingerprint);
    return {};
  }
  /// Measurements of kernels in the order of kernel_order(), and what people wrote on commits.
  /// Empty if there are none.
  virtual std::vector<KernelSession> kernel_sessions() const { return {}; }
  virtual std::map<std::string, std::string> kernel_notes() const { return {}; }
  /// Shows predictions() one after the other, which is faster where those of many runs are read.
  /// @param see  must not read from the store
  virtual void each_prediction(const std::string& run_id, const std::string& split,
                               const std::function<void(const PredictionView&)>& see) const {
    for (const PredictionRecord& one : predictions(run_id, split))
      see({one.track, one.truth, one.predicted, one.probabilities, one.cluster});
  }
};

}  // namespace genrebench
