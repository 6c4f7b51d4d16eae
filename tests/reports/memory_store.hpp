#pragma once
// A run store in memory, filled by hand, for tests of reports.

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "harness/records/store_reader.hpp"

namespace genrebench {

class MemoryStore final : public StoreReader {
 public:
  struct Entry {
    RunRecord record;
    std::vector<MetricRecord> metrics;
    std::vector<PredictionRecord> predictions;
    std::vector<BadTrackRecord> bad_tracks;
    std::map<std::string, std::string> environment;
  };

  /// Adds a run to the plan of an experiment, which is made if it is new.
  void add(const std::string& experiment, Entry entry) {
    plan(experiment).run_ids.push_back(entry.record.id);
    entries_[entry.record.id] = std::move(entry);
  }

  ExperimentRecord& plan(const std::string& name) {
    for (ExperimentRecord& experiment : experiments_)
      if (experiment.name == name) return experiment;
    ExperimentRecord& experiment = experiments_.emplace_back();
    experiment.name = name;
    return experiment;
  }

  std::vector<ExperimentRecord> experiments() const override { return experiments_; }

  std::optional<RunRecord> run(const std::string& id) const override {
    const auto found = entries_.find(id);
    return found == entries_.end() ? std::nullopt : std::optional(found->second.record);
  }

  std::vector<RunRecord> runs(const std::string& name) const override {
    std::vector<RunRecord> result;
    for (const ExperimentRecord& experiment : experiments_)
      if (name.empty() || experiment.name == name)
        for (const std::string& id : experiment.run_ids) result.push_back(entries_.at(id).record);
    return result;
  }

  std::vector<MetricRecord> metrics(const std::string& id) const override {
    return entries_.at(id).metrics;
  }

  std::optional<double> metric(const std::string& id, const std::string& split,
                               const std::string& name) const override {
    for (const MetricRecord& metric : entries_.at(id).metrics)
      if (metric.split == split && metric.name == name && metric.step == -1) return metric.value;
    return std::nullopt;
  }

  std::vector<PredictionRecord> predictions(const std::string& id,
                                            const std::string& split) const override {
    std::vector<PredictionRecord> result;
    for (const PredictionRecord& prediction : entries_.at(id).predictions)
      if (prediction.split == split) result.push_back(prediction);
    return result;
  }

  std::vector<BadTrackRecord> bad_tracks(const std::string& id) const override {
    return entries_.at(id).bad_tracks;
  }
  std::vector<ArtifactRecord> artifacts(const std::string&) const override { return {}; }

  std::map<std::string, std::string> environment(const std::string& id) const override {
    return entries_.at(id).environment;
  }

  std::vector<TrackRecord> tracks(const std::string& dataset_fingerprint) const override {
    const auto found = tracks_of.find(dataset_fingerprint);
    return found == tracks_of.end() ? std::vector<TrackRecord>() : found->second;
  }

  std::vector<KernelSession> kernel_sessions() const override { return kernels; }
  std::map<std::string, std::string> kernel_notes() const override { return notes_on_kernels; }

  std::map<std::string, std::vector<TrackRecord>> tracks_of;  ///< by dataset
  std::vector<KernelSession> kernels;
  std::map<std::string, std::string> notes_on_kernels;

 private:
  std::vector<ExperimentRecord> experiments_;
  std::map<std::string, Entry> entries_;
};

}  // namespace genrebench
