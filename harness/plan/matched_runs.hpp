#pragma once
// Which stored runs are those of an experiment as its file is now.

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/experiment/load_experiment.hpp"
#include "harness/plugin/registry.hpp"
#include "harness/store/run_store.hpp"

namespace genrebench {

struct MatchedRuns {
  /// In the order of the experiment. A run that the store does not have stands among them as
  /// planned.
  std::vector<RunRecord> runs;
  std::size_t n_missing = 0;     ///< of them, that the store does not have
  std::size_t n_other = 0;       ///< runs of the latest plan of that name that have another
                                 ///< configuration
  std::size_t n_other_data = 0;  ///< runs of the same configuration on other data
  std::size_t n_other_ids = 0;   ///< runs of the same configuration and data with another id: by an
                                ///< earlier version of the program or its plug-ins, or from other
                                ///< weights

  bool none() const { return n_missing == runs.size(); }
};

/// Finds the runs of the experiment by configuration and seed, in whatever plan they are; no data
/// are needed. Where the store has several of one configuration, those count that name the same
/// places, then those of the latest plan of that name, then those on the data that were used last.
MatchedRuns match_runs(const StoreReader& store, const Experiment& experiment,
                       const Registry& registry);

/// A store in which some experiments hold other runs than those of their latest plan: what reports
/// read.
class SelectedRuns final : public StoreReader {
 public:
  /// Keeps a reference.
  explicit SelectedRuns(const StoreReader& store) : store_(store) {}

  /// From now on the experiment holds these runs, and those that were selected for it before.
  void select(const Experiment& experiment, const std::vector<RunRecord>& runs);
  /// As before, with the runs of its latest plan.
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
  std::vector<BadTrackRecord> bad_tracks(const std::string& run_id) const override {
    return store_.bad_tracks(run_id);
  }
  std::vector<ArtifactRecord> artifacts(const std::string& run_id) const override {
    return store_.artifacts(run_id);
  }
  std::map<std::string, std::string> environment(const std::string& run_id) const override {
    return store_.environment(run_id);
  }

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
