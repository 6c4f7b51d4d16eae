#pragma once
// What a run leaves behind, as the store keeps it and reports read it.

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace genrebench {

/// State of a run.
/// - `skipped`: the configuration cannot apply; the message says why.
/// - `pruned`: stopped early, because the experiment asks for that; the message says why.
/// - `failed`: the run itself went wrong.
/// - `lost`: its worker vanished; another worker takes the run again.
enum class RunStatus { planned, running, done, failed, skipped, lost, pruned };

std::string to_string(RunStatus status);

/// @throws DataError  if no status has this name
RunStatus run_status_from(const std::string& name);

/// Their names, in the order of the enumeration.
std::vector<std::string> run_status_names();

/// Where a run's result is from.
/// - `computed`: this program fitted the method and evaluated it.
/// - `imported`: the predictions were made elsewhere; this program scored them.
enum class RunOrigin { computed, imported };

std::string to_string(RunOrigin origin);

/// Their names, in the order of the enumeration.
std::vector<std::string> run_origin_names();

/// Version of the rule that makes a run's id (harness/plan). Runs with ids of an earlier version
/// stay readable, but no new run has such an id.
constexpr int kIdentityVersion = 2;

/// Version of the evaluation: standardisation, the vote, metrics, section scores, and the choice of
/// tuned options. Part of a run's id.
constexpr int kEvaluationVersion = 1;

/// A run as stored. Its id is the SHA-256 in hex of the resolved configuration, the dataset's
/// fingerprint, the division of the tracks, the versions of the plug-ins and the seed. Users may
/// name a run by any prefix of its id that no other run has.
struct RunRecord {
  std::string id;
  int identity_version = kIdentityVersion;  ///< version of the rule that made the id
  RunStatus status = RunStatus::planned;
  std::string message;  ///< why it failed, was skipped or pruned; else empty
  std::uint64_t seed = 0;
  std::string dataset_fingerprint;
  /// The resolved configuration, flattened, with every default: {"method.name": "svm", "method.c":
  /// "1"}.
  std::map<std::string, std::string> parameters;
  /// What the run found out and chose. facts.hpp names them all and gives access by type.
  std::map<std::string, std::string> facts;
  std::string started_at;  ///< UTC, ISO 8601; empty where it has not started
  double wall_s = 0.0;
  RunOrigin origin = RunOrigin::computed;

  /// A parameter or fact, or `fallback` if the run does not have it.
  std::string parameter(const std::string& key, const std::string& fallback = {}) const;
  std::string fact(const std::string& key, const std::string& fallback = {}) const;
  /// A fact that is a list; empty if the run does not have it.
  /// @throws DataError  if the run has the fact, but it is not a list
  std::vector<std::string> fact_list(const std::string& key) const;
};

/// A list as the text of a fact: a JSON array of strings, so that they may contain commas, quotes
/// and line breaks.
std::string list_text(const std::vector<std::string>& values);

/// The list whose text this is; nothing if the text is no JSON array of strings. Reading ends at
/// the first thing that does not belong into one, so that a text of brackets takes neither time nor
/// memory.
std::optional<std::vector<std::string>> list_from(const std::string& text);

/// One value of a metric. `step` is the epoch or iteration for curves and -1 for the final value.
struct MetricRecord {
  std::string split;  ///< "train", "valid", "test"
  std::string name;   ///< "accuracy", "macro_f1", "recall/blues"
  std::int64_t step = -1;
  double value = 0.0;
};

/// A run's answer for one track of the validation or test part, after the vote over its excerpts.
struct PredictionRecord {
  std::string split;  ///< "valid" or "test"
  std::string track;
  int truth = 0;
  int predicted = 0;
  std::vector<float> probabilities;  ///< one per class
  /// The cluster, usually the artist, within which answers are not independent of each other; see
  /// evaluation_clusters(). Empty: not known.
  std::string cluster = {};
};

/// A prediction of one part as a store shows it. What it refers to holds until the next one.
struct PredictionView {
  const std::string& track;
  int truth;
  int predicted;
  std::span<const float> probabilities;  ///< as in PredictionRecord
  const std::string& cluster;
};

/// A track that could not be used, and was left out by the rule `on_bad_track: skip`.
struct BadTrackRecord {
  std::string track;
  std::string message;
};

/// The artifact that holds what another program printed. It may tell times, so it is never
/// compared.
inline constexpr const char* kLogName = "log.txt";

/// The artifact that says where the run's time went (harness/records/run_profile.hpp). Never
/// compared either.
inline constexpr const char* kProfileName = "profile.json";

/// True if an artifact of this name is a part of the run's result: the same in two runs of one id.
bool is_result_file(std::string_view name);

/// A file that a run left beside the store.
struct ArtifactRecord {
  std::string name;    ///< "model", "preprocessing.json"
  std::string sha256;  ///< of its content, hex
  std::int64_t bytes = 0;
};

/// A track of a dataset, as it was when runs over the dataset were planned.
struct TrackRecord {
  std::string id;
  int genre = 0;  ///< a class: an index into the fact dataset.genres of the dataset's runs
  std::map<std::string, std::string> groups;  ///< by kind: {"artist": "Queen"}
  double start_s = 0.0;                       ///< where the track begins in its file
  std::optional<double> duration_s;           ///< not set: the file was not measured
  /// Hash of the file, and of the features that the dataset gives; not set: it could not be read.
  std::optional<std::string> content;
  /// The absolute path of the file on the machine where the dataset was last planned. The store may
  /// be somebody else's: look whether the file is there, and do nothing else with it unasked.
  std::optional<std::string> audio;
};

/// The tracks of a dataset.
struct DatasetRecord {
  std::string fingerprint;
  std::vector<TrackRecord> tracks;
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
  std::map<std::string, std::string> resources;  ///< what it took (run_cost.hpp); joins the
                                                 ///< environment: "resources.cpu_s",
                                                 ///< "resources.peak_memory_bytes"
  double wall_s = 0.0;
};

}  // namespace genrebench
