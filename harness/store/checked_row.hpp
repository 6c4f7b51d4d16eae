#pragma once
// Rows of a store as they may be read. SQLite takes any value in any column, and a store may be
// damaged or made by somebody else, so no value is used before it has been looked at.

#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/records/run_records.hpp"
#include "harness/store/connection.hpp"

namespace genrebench {

/// The row that a query stands at. The first column is the run's id, the run's key, if the column
/// is called "run", or the number of a row that belongs to no run; messages name it. Every access
/// throws DataError if the value is not what is asked for, and the message names the store, the
/// table, the run and the column.
class CheckedRow {
 public:
  /// @param table  the one that is read, for messages
  CheckedRow(const Connection& connection, const Query& query, const char* table)
      : connection_(connection), query_(query), table_(table) {}

  /// Text without null characters. It may hold bytes that are not UTF-8, as paths and names of
  /// files do; whoever prints it replaces them.
  std::string text(int column) const;
  bool is_null(int column) const;
  /// The text whose key is in the column, checked in the same way. It holds until the next call.
  const std::string& shared_text(int column) const;
  /// The id of a run.
  std::string run_id(int column) const;
  /// An integer from `least` to `most`.
  std::int64_t integer(int column, std::int64_t least = std::numeric_limits<std::int64_t>::min(),
                       std::int64_t most = std::numeric_limits<std::int64_t>::max()) const;
  /// A finite number.
  double number(int column, double least = std::numeric_limits<double>::lowest()) const;
  /// A blob of 32-bit floats, each of them finite.
  std::vector<float> floats(int column) const;
  /// Any blob. It holds until the query moves on.
  std::string_view blob(int column) const;

  const Connection& connection() const { return connection_; }

  /// @throws DataError  saying that a column was expected to be something else
  [[noreturn]] void refuse(int column, const std::string& expected) const;
  /// The same of a value in a blob, or elsewhere than in the column itself.
  [[noreturn]] void refuse(const std::string& what, const std::string& expected,
                           const std::string& found) const;

 private:
  const Connection& connection_;
  const Query& query_;
  const char* table_;
};

// Records from the columns that the constants name, in their order. The first is the run's id or,
// in the tables whose rows belong to runs, its key.

inline constexpr const char* kRunColumns =
    "runs.id, status, message, seed, fingerprint AS dataset_fingerprint, started_at, wall_s, "
    "identity_version, origin, runs.key";
inline constexpr int kRunKeyColumn = 9;
/// A table of runs with these columns.
inline constexpr const char* kRunsWithData =
    "runs LEFT JOIN datasets ON datasets.key = runs.dataset";
RunRecord run_of(const CheckedRow& row);

RunStatus status_of(const CheckedRow& row, int column);

RunOrigin origin_of(const CheckedRow& row, int column);

/// How far a run has come, for those who want to take it.
struct RunProgress {
  RunStatus status = RunStatus::planned;
  std::int64_t token = 0;  ///< of the latest claim
  int failures = 0, losses = 0;
  std::int64_t retry_at_ms = 0, retry_pause_ms = 0;
};
inline constexpr const char* kProgressColumns =
    "id, status, token, failures, losses, retry_at_ms, retry_pause_ms";
RunProgress progress_of(const CheckedRow& row);

inline constexpr const char* kMetricColumns = "run, split, name, step, value";
MetricRecord metric_of(const CheckedRow& row);

/// The predictions of one part of a run are one row.
inline constexpr const char* kPredictionColumns =
    "p.run, split, n, l.tracks, predicted, probabilities";
inline constexpr const char* kPredictionsWithTracks =
    "predictions p LEFT JOIN track_lists l ON l.key = p.tracks";
/// Shows each of them, in the order of the tracks' ids.
/// @param n_classes  of the run
void each_prediction_of(const CheckedRow& row, std::size_t n_classes,
                        const std::function<void(const PredictionView&)>& see);

inline constexpr const char* kBadTrackColumns = "run, track, message";
BadTrackRecord bad_track_of(const CheckedRow& row);

inline constexpr const char* kArtifactColumns = "run, name, sha256, bytes";
ArtifactRecord artifact_of(const CheckedRow& row);

/// A row of parameters, facts or environment.
inline constexpr const char* kPairColumns = "run, name, value";
std::pair<std::string, std::string> pair_of(const CheckedRow& row);

/// A track of a dataset, without its groups.
inline constexpr const char* kTrackColumns =
    "dataset, id, genre, start_s, duration_s, content, audio";
TrackRecord track_of(const CheckedRow& row);

inline constexpr const char* kExperimentColumns = "id, name, description, source_file, created_at";
ExperimentRecord experiment_of(const CheckedRow& row);

/// Their runs are in another table.
inline constexpr const char* kWorkerColumns =
    "w.id, host, boot, pid_namespace, pid, process_start, heartbeat_s, beat, w.started_at, "
    "seen_at, now";
WorkerRecord worker_of(const CheckedRow& row);

/// The number of classes of a run, from its fact dataset.genres.
/// @throws DataError  if the run has predictions and no such fact, or the fact is no list of at
/// most kMostGenres names
std::size_t n_classes_of(const Connection& connection, std::int64_t run);
inline constexpr std::size_t kMostGenres = 10000;

/// Reads every row of every table, as above.
/// @throws DataError  naming the first value that is not what it should be
void check_rows(const Connection& connection);

/// Reads every id of a run. @throws DataError  naming the first that is none
void check_run_ids(const Connection& connection);

}  // namespace genrebench
