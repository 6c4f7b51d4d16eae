#pragma once
// The store as reports read it: some experiments hold other runs than those of their latest plan.

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/experiment/experiment.hpp"
#include "harness/records/run_records.hpp"
#include "harness/records/store_reader.hpp"

namespace genrebench {

/// A store in which some experiments hold the runs that were selected for them. All else is read
/// from the store below.
class SelectedRuns final : public StoreReader {
 public:
  /// Keeps a reference.
  explicit SelectedRuns(const StoreReader& store) : store_(store) {}

  /// Selects runs for an experiment, besides those that were selected for it before.
  void select(const Experiment& experiment, const std::vector<RunRecord>& runs);
  /// Selects the runs of the experiment's latest plan.
  void select_plan(const std::string& experiment);

  std::vector<ExperimentRecord> experiments() const override;
  std::optional<RunRecord> run(const std::string& id) const override;
  std::vector<RunRecord> runs(const std::string& experiment) const override;
  std::vector<MetricRecord> metrics(const std::string& run_id) const override {
    return store_.metrics(run_id);
  }
  std::optional<double> metric(const std::string& run_id, const std::string& split,
                               const std::string& name) const override {
    return store_.metric(run_id, split, name);
  }
  std::vector<PredictionRecord> predictions(const std::string& run_id,
                                            const std::string& split) const override {
    return store_.predictions(run_id, split);
  }
  void each_prediction(const std::string& run_id, const std::string& split,
                       const std::function<void(const PredictionView&)>& see) const override {
    store_.each_prediction(run_id, split, see);
  }
  std::vector<BadTrackRecord> bad_tracks(const std::string& run_id) const override {
    return store_.bad_tracks(run_id);
  }
  std::vector<ArtifactRecord> artifacts(const std::string& run_id) const override {
    return store_.artifacts(run_id);
  }
  std::map<std::string, std::string> environment(const std::string& run_id) const override {
    return store_.environment(run_id);
  }
  std::vector<TrackRecord> tracks(const std::string& dataset_fingerprint) const override {
    return store_.tracks(dataset_fingerprint);
  }
  std::vector<KernelSession> kernel_sessions() const override { return store_.kernel_sessions(); }
  std::map<std::string, std::string> kernel_notes() const override { return store_.kernel_notes(); }

 private:
  struct Selection {
    ExperimentRecord record;
    std::vector<RunRecord> runs;
  };

  void add(Selection& selection, const std::vector<RunRecord>& runs);

  const StoreReader& store_;
  std::map<std::string, Selection> selections_;
};

}  // namespace genrebench
