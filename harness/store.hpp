#pragma once
// The run store: one SQLite file that holds every experiment, run, metric and prediction.

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace genrebench {

/// Where a run stands. `skipped` is a recorded result too: the configuration cannot apply (with the reason).
enum class RunStatus { planned, running, done, failed, skipped };

std::string to_string(RunStatus status);

/// A run as stored. Its id is the SHA-256, in hex, of the resolved configuration, the dataset's fingerprint
/// and the seed; any unique prefix names it.
struct RunRecord {
  std::string id;
  RunStatus status = RunStatus::planned;
  std::string message;  ///< why it failed or was skipped; else empty
  std::uint64_t seed = 0;
  std::string dataset_fingerprint;
  /// The resolved configuration, flattened, with every default: {"method.name": "svm", "method.c": "1"}.
  std::map<std::string, std::string> parameters;
  /// What the run found out and chose: tuned options, "split.leaky", "split.groups", "split.notes",
  /// "dataset.genres" (comma-separated, in class order), numbers of tracks.
  std::map<std::string, std::string> facts;
  std::string started_at;  ///< UTC, ISO 8601; empty where it has not started
  double wall_s = 0.0;

  /// A parameter, or `fallback` where the run has none of that name.
  std::string parameter(const std::string& key, const std::string& fallback = {}) const;
  std::string fact(const std::string& key, const std::string& fallback = {}) const;
};

/// One value of a metric. `step` is the epoch or iteration for curves and -1 for the final value.
struct MetricRecord {
  std::string split;  ///< "train", "valid", "test"
  std::string name;   ///< "accuracy", "macro_f1", "recall/blues"
  std::int64_t step = -1;
  double value = 0.0;
};

/// What a run said of one track of the validation or test part, after the vote over its excerpts.
struct PredictionRecord {
  std::string split;  ///< "valid" or "test"
  std::string track;
  int truth = 0;
  int predicted = 0;
  std::vector<float> probabilities;  ///< one a class
};

/// A track that could not be used, by the rule `on_bad_track: skip`.
struct BadTrackRecord {
  std::string track;
  std::string message;
};

/// A file that a run left beside the store.
struct ArtifactRecord {
  std::string name;    ///< "model", "preprocessing.json"
  std::string sha256;  ///< of its content, hex
  std::int64_t bytes = 0;
};

struct ExperimentRecord {
  std::string name;
  std::string description;
  std::string source_file;
  std::string created_at;
  std::vector<std::string> run_ids;  ///< its latest plan, in order
};

/// Read access, what reports get.
class StoreReader {
 public:
  virtual ~StoreReader() = default;

  virtual std::vector<ExperimentRecord> experiments() const = 0;
  virtual std::optional<RunRecord> run(const std::string& id) const = 0;
  /// @return  all runs, or those of one experiment's plan, in the order of the plan
  virtual std::vector<RunRecord> runs(const std::string& experiment = {}) const = 0;
  virtual std::vector<MetricRecord> metrics(const std::string& run_id) const = 0;
  /// The final value of one metric of a run.
  virtual std::optional<double> metric(const std::string& run_id, const std::string& split,
                                       const std::string& name) const = 0;
  virtual std::vector<PredictionRecord> predictions(const std::string& run_id, const std::string& split) const = 0;
  virtual std::vector<BadTrackRecord> bad_tracks(const std::string& run_id) const = 0;
  virtual std::vector<ArtifactRecord> artifacts(const std::string& run_id) const = 0;
  /// Commit, library versions, processor, threads, host of a run.
  virtual std::map<std::string, std::string> environment(const std::string& run_id) const = 0;
};

/// All that a finished run leaves behind; written in one transaction.
struct RunResult {
  std::vector<MetricRecord> metrics;
  std::vector<PredictionRecord> predictions;
  std::vector<BadTrackRecord> bad_tracks;
  std::map<std::string, std::string> facts;
  std::vector<ArtifactRecord> artifacts;
  double wall_s = 0.0;
};

/// Read and write access. One connection: for one thread at a time. Several processes may have the same file
/// open; every write is one immediate transaction, so a killed process leaves whole runs or none.
class RunStore : public StoreReader {
 public:
  enum class Mode { read, write };

  /// Opens the file; write mode creates it and migrates an older schema (after a backup beside it).
  /// @throws DataError  if the file is not SQLite, not a genrebench store, has a newer schema, is missing
  ///                    (read mode) or cannot be written (write mode)
  static std::unique_ptr<RunStore> open(const std::filesystem::path& file, Mode mode);

  /// Records an experiment's plan: adds the runs that the store does not know as `planned`.
  virtual void plan(const ExperimentRecord& experiment, const std::vector<RunRecord>& runs) = 0;
  virtual void start(const std::string& run_id, const std::map<std::string, std::string>& environment) = 0;
  /// Points of curves of a run that is under way, for those who watch; finish() and give_up() replace them.
  virtual void add_curves(const std::string& run_id, const std::vector<MetricRecord>& points) = 0;
  virtual void finish(const std::string& run_id, const RunResult& result) = 0;
  /// Records why a run has no result; status is `failed`, `skipped`, or `planned` where it was interrupted.
  virtual void give_up(const std::string& run_id, RunStatus status, const std::string& message,
                       const std::vector<BadTrackRecord>& bad_tracks = {}) = 0;
};

}  // namespace genrebench
