#pragma once
// The store as reports read it: nearly all of it, several times, and in one state.

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/records/store_reader.hpp"

namespace genrebench {

/// Read access for one report, or for several that are made of the same state of the store: as it
/// was at the first reading, whatever other processes write meanwhile. (Not where the store has no
/// write-ahead log, as on network file systems: there, writers would have to wait.)
///
/// What was read is kept, and what is asked for again and again, run by run, is read for all runs
/// at once. Use it from one thread at a time.
class ReportReader final : public StoreReader {
 public:
  /// @throws DataError  as RunStore::open() in read mode
  explicit ReportReader(const std::filesystem::path& file);
  ~ReportReader() override;

  std::vector<ExperimentRecord> experiments() const override;
  std::optional<RunRecord> run(const std::string& id) const override;
  std::vector<RunRecord> runs(const std::string& experiment = {}) const override;
  std::vector<MetricRecord> metrics(const std::string& run_id) const override;
  std::optional<double> metric(const std::string& run_id, const std::string& split,
                               const std::string& name) const override;
  std::vector<PredictionRecord> predictions(const std::string& run_id,
                                            const std::string& split) const override;
  void each_prediction(const std::string& run_id, const std::string& split,
                       const std::function<void(const PredictionView&)>& see) const override;
  std::vector<BadTrackRecord> bad_tracks(const std::string& run_id) const override;
  std::vector<ArtifactRecord> artifacts(const std::string& run_id) const override;
  std::map<std::string, std::string> environment(const std::string& run_id) const override;
  std::vector<TrackRecord> tracks(const std::string& dataset_fingerprint) const override;
  std::vector<KernelSession> kernel_sessions() const override;
  std::map<std::string, std::string> kernel_notes() const override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace genrebench
