#pragma once
// What a run leaves behind, as the store keeps it and reports read it.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace genrebench {

/// Where a run stands. `skipped` is a recorded result too: the configuration cannot apply (with the
/// reason); so is `pruned`: it was stopped early, because the experiment asks for that (with the
/// reason). `failed` means that the run itself went wrong, `lost` that its worker vanished: the
/// next one takes it again.
enum class RunStatus { planned, running, done, failed, skipped, lost, pruned };

std::string to_string(RunStatus status);

/// @throws DataError  if no status has this name
RunStatus run_status_from(const std::string& name);

/// Their names, in the order of the enumeration.
std::vector<std::string> run_status_names();

/// What a run's id covers (harness/plan/plan.cpp). Ids of an earlier version stay readable; they
/// are never equal to new ones.
constexpr int kIdentityVersion = 2;

/// Counts the changes of what is made of predictions: standardisation, the vote, metrics, structure
/// scores, the choice of tuned options.
constexpr int kEvaluationVersion = 1;

/// A run as stored. Its id is the SHA-256, in hex, of the resolved configuration, the dataset's
/// fingerprint, the division of the tracks, the versions of the plug-ins and the seed; any unique
/// prefix names it.
struct RunRecord {
  std::string id;
  int identity_version = kIdentityVersion;  ///< of the rule that made the id
  RunStatus status = RunStatus::planned;
  std::string message;  ///< why it failed or was skipped; else empty
  std::uint64_t seed = 0;
  std::string dataset_fingerprint;
  /// The resolved configuration, flattened, with every default: {"method.name": "svm", "method.c":
  /// "1"}.
  std::map<std::string, std::string> parameters;
  /// What the run found out and chose: tuned options, "split.leaky", "split.division" (a hash:
  /// equal where the same tracks are in the same parts), numbers of tracks; and lists, to be read
  /// with fact_list(): "split.groups", "split.notes", "fit.warnings", "dataset.genres" (in class
  /// order).
  std::map<std::string, std::string> facts;
  std::string started_at;  ///< UTC, ISO 8601; empty where it has not started
  double wall_s = 0.0;

  /// A parameter, or `fallback` where the run has none of that name.
  std::string parameter(const std::string& key, const std::string& fallback = {}) const;
  std::string fact(const std::string& key, const std::string& fallback = {}) const;
  /// A fact that is a list; empty where the run has none of that name.
  /// @throws DataError  if the fact is there and no list
  std::vector<std::string> fact_list(const std::string& key) const;
};

/// A list as a fact holds it: a JSON array of strings, so that commas, quotes and line ends in them
/// do no harm.
std::string list_text(const std::vector<std::string>& values);

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
  /// What the track's answer is not independent within: its artist, as evaluation_clusters() says;
  /// empty: not known.
  std::string cluster = {};
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

/// All that a finished run leaves behind; written in one transaction.
struct RunResult {
  std::vector<MetricRecord> metrics;
  std::vector<PredictionRecord> predictions;
  std::vector<BadTrackRecord> bad_tracks;
  std::map<std::string, std::string> facts;
  std::vector<ArtifactRecord> artifacts;
  std::map<std::string, std::string> resources;  ///< what it took; joins the environment:
                                                 ///< "resources.cpu_s",
                                                 ///< "resources.peak_memory_bytes"
  double wall_s = 0.0;
};

}  // namespace genrebench
