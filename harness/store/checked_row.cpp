#include "harness/store/checked_row.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/error.hpp"
#include "base/text.hpp"
#include "harness/records/facts.hpp"
#include "harness/records/short_id.hpp"
#include "harness/store/packed_predictions.hpp"
#include "harness/store/run_files.hpp"
#include "harness/store/shared_rows.hpp"

namespace genrebench {
namespace {

/// The largest number of anything that is counted, and the largest position in a plan.
constexpr std::int64_t kMost = 1'000'000'000;
/// The largest number of milliseconds, bytes or clock ticks: doubles still tell it from the next.
constexpr std::int64_t kMostUnits = std::int64_t{1} << 53;
/// The longest that a worker can be told.
constexpr double kLongestHeartbeatS = 3600.0;

std::string shortened(const std::string& text) {
  constexpr std::size_t kShown = 40;
  return text.size() <= kShown ? single_line(text) : single_line(text.substr(0, kShown)) + "...";
}

/// The id of a run for a message.
std::string run_of_key(const Connection& connection, std::int64_t key) {
  const Query query = connection.query("SELECT id FROM runs WHERE key = ?");
  return query.with(key).next() ? query[0].getString() : fmt::format("of key {}", key);
}

std::string value_text(const SQLite::Column& value) {
  if (value.isNull()) return "nothing";
  if (value.isText()) return fmt::format("the text '{}'", shortened(value.getString()));
  if (value.isBlob()) return fmt::format("{} bytes", value.getBytes());
  if (value.isInteger()) return fmt::format("{}", value.getInt64());
  return fmt::format("{}", value.getDouble());
}

/// Reads every row of a query.
template <typename Read>
void scan(const Connection& connection, const char* table, const std::string& sql,
          const Read& read) {
  const Query query = connection.query(sql);
  while (query.next()) {
    const CheckedRow row(connection, query, table);
    read(row);
  }
}

/// Tracks as they were scored. @param which  an SQL condition with WHERE, or nothing
void check_scored_tracks(const Connection& connection, const std::string& which) {
  scan(connection, "scored_tracks", "SELECT key, track, truth, cluster FROM scored_tracks" + which,
       [](const CheckedRow& row) {
         row.shared_text(1);
         row.integer(2, 0, static_cast<std::int64_t>(kMostGenres) - 1);
         row.shared_text(3);
       });
}

}  // namespace

bool CheckedRow::is_null(int column) const { return query_[column].isNull(); }

void CheckedRow::refuse(const std::string& what, const std::string& expected,
                        const std::string& found) const {
  const SQLite::Column first = query_[0];
  std::string row;
  if (!first.isInteger())
    row = fmt::format("run {}", shortened(short_id(first.getString())));
  else if (std::string_view(first.getName()) == "run")
    row = fmt::format("run {}", shortened(short_id(run_of_key(connection_, first.getInt64()))));
  else
    row = fmt::format("row {}", first.getInt64());
  throw DataError(fmt::format("{}: table {}, {}: expected {} to be {}, found {}",
                              connection_.file(), table_, row, what, expected, found));
}

void CheckedRow::refuse(int column, const std::string& expected) const {
  const SQLite::Column value = query_[column];
  refuse(value.getName(), expected, value_text(value));
}

std::string CheckedRow::text(int column) const {
  const SQLite::Column value = query_[column];
  if (!value.isText()) refuse(column, "text");
  std::string result = value.getString();
  if (result.find('\0') != std::string::npos) refuse(column, "text without null characters");
  return result;
}

const std::string& CheckedRow::shared_text(int column) const {
  const SQLite::Column key = query_[column];
  if (!key.isInteger()) refuse(column, "the key of a text");
  if (const std::string* text = connection_.shared().text(key.getInt64())) return *text;
  const Query query = connection_.query("SELECT text FROM texts WHERE key = ?");
  if (!query.with(key.getInt64()).next()) refuse(column, "the key of a text");
  const bool is_text = query[0].isText();
  refuse(key.getName(), is_text ? "text without null characters" : "text", value_text(query[0]));
}

std::string CheckedRow::run_id(int column) const {
  const SQLite::Column value = query_[column];
  std::string id = value.isText() ? value.getString() : std::string();
  if (!is_run_id(id)) refuse(column, "the id of a run, which is 64 hexadecimal digits");
  return id;
}

std::int64_t CheckedRow::integer(int column, std::int64_t least, std::int64_t most) const {
  const SQLite::Column value = query_[column];
  if (!value.isInteger()) refuse(column, "an integer");
  const std::int64_t number = value.getInt64();
  if (number < least || number > most)
    refuse(column, fmt::format("an integer from {} to {}", least, most));
  return number;
}

double CheckedRow::number(int column, double least) const {
  const SQLite::Column value = query_[column];
  if (!value.isFloat() && !value.isInteger()) refuse(column, "a number");
  const double number = value.getDouble();
  if (!std::isfinite(number)) refuse(column, "a finite number");
  if (number < least) refuse(column, fmt::format("at least {}", least));
  return number;
}

std::vector<float> CheckedRow::floats(int column) const {
  const SQLite::Column value = query_[column];
  const auto bytes = static_cast<std::size_t>(value.getBytes());
  if (!value.isBlob() || bytes % sizeof(float) != 0) refuse(column, "a list of 32-bit floats");
  std::vector<float> numbers(bytes / sizeof(float));
  if (!numbers.empty()) std::memcpy(numbers.data(), value.getBlob(), bytes);
  if (!std::all_of(numbers.begin(), numbers.end(), [](float x) { return std::isfinite(x); }))
    refuse(column, "a list of finite numbers");
  return numbers;
}

std::string_view CheckedRow::blob(int column) const {
  const SQLite::Column value = query_[column];
  if (!value.isBlob()) refuse(column, "a blob");
  return {static_cast<const char*>(value.getBlob()), static_cast<std::size_t>(value.getBytes())};
}

RunStatus status_of(const CheckedRow& row, int column) {
  const std::vector<std::string> names = run_status_names();
  const auto found = std::find(names.begin(), names.end(), row.text(column));
  if (found == names.end()) row.refuse(column, "the status of a run");
  return static_cast<RunStatus>(found - names.begin());
}

RunOrigin origin_of(const CheckedRow& row, int column) {
  const std::vector<std::string> names = run_origin_names();
  const auto found = std::find(names.begin(), names.end(), row.text(column));
  if (found == names.end()) row.refuse(column, "computed or imported");
  return static_cast<RunOrigin>(found - names.begin());
}

RunRecord run_of(const CheckedRow& row) {
  RunRecord run;
  run.id = row.run_id(0);
  run.status = status_of(row, 1);
  run.message = row.text(2);
  run.seed = static_cast<std::uint64_t>(row.integer(3));
  run.dataset_fingerprint = row.text(4);
  run.started_at = row.text(5);
  run.wall_s = row.number(6, 0.0);
  run.identity_version = static_cast<int>(row.integer(7, 0, kMost));
  run.origin = origin_of(row, 8);
  return run;
}

MetricRecord metric_of(const CheckedRow& row) {
  return {.split = row.shared_text(1),
          .name = row.shared_text(2),
          .step = row.integer(3, -1, kMost),
          .value = row.number(4)};
}

void each_prediction_of(const CheckedRow& row, std::size_t n_classes,
                        const std::function<void(const PredictionView&)>& see) {
  row.shared_text(1);
  const auto n = static_cast<std::size_t>(row.integer(2, 1, kMost));
  const auto keys = unpacked_keys(row.blob(3), n);
  if (!keys) row.refuse(3, fmt::format("the keys of {} tracks", n));
  const auto predicted = unpacked_classes(row.blob(4), n);
  if (!predicted) row.refuse(4, fmt::format("the classes of {} tracks", n));
  const std::string_view floats = row.blob(5);
  if (floats.size() % sizeof(float) != 0) row.refuse(5, "a list of 32-bit floats");
  if (!floats.empty() && floats.size() != n * n_classes * sizeof(float))
    row.refuse(5, fmt::format("{} probabilities per track, one per genre of the run", n_classes));
  const auto probabilities = unpacked_probabilities(floats, n, n_classes);
  if (!probabilities) row.refuse(5, "a list of finite numbers");
  const auto check_class = [&](const char* what, int found) {
    if (found < 0 || static_cast<std::size_t>(found) >= n_classes)
      row.refuse(what, fmt::format("an integer from 0 to {}", n_classes - 1),
                 fmt::format("{}", found));
  };
  const ScoredTrack* last = nullptr;
  for (std::size_t i = 0; i < n; ++i) {
    const ScoredTrack* const track = row.connection().shared().scored_track((*keys)[i]);
    if (track == nullptr) {
      check_scored_tracks(row.connection(), fmt::format(" WHERE key = {}", (*keys)[i]));
      row.refuse("tracks", "keys of scored tracks", fmt::format("{}", (*keys)[i]));
    }
    if (last != nullptr && track->track <= last->track)
      row.refuse("tracks", "in the order of their ids, each once",
                 fmt::format("'{}' after '{}'", shortened(track->track), shortened(last->track)));
    last = track;
    check_class("truth", track->truth);
    check_class("predicted", (*predicted)[i]);
    see({track->track, track->truth, (*predicted)[i], probabilities->of(i), track->cluster});
  }
}

BadTrackRecord bad_track_of(const CheckedRow& row) {
  return {.track = row.shared_text(1), .message = row.shared_text(2)};
}

ArtifactRecord artifact_of(const CheckedRow& row) {
  ArtifactRecord artifact{
      .name = row.text(1), .sha256 = row.text(2), .bytes = row.integer(3, 0, kMostUnits)};
  if (!is_artifact_name(artifact.name))
    row.refuse(1, "the name of a file, of letters, digits, '.', '_' and '-'");
  return artifact;
}

std::pair<std::string, std::string> pair_of(const CheckedRow& row) {
  return {row.shared_text(1), row.shared_text(2)};
}

TrackRecord track_of(const CheckedRow& row) {
  TrackRecord track{
      .id = row.shared_text(1),
      .genre = static_cast<int>(row.integer(2, 0, static_cast<std::int64_t>(kMostGenres) - 1)),
      .groups = {},
      .start_s = row.number(3, 0.0),
      .duration_s = {},
      .content = {},
      .audio = {}};
  if (!row.is_null(4)) track.duration_s = row.number(4, 0.0);
  if (!row.is_null(5)) track.content = row.text(5);
  if (!row.is_null(6)) track.audio = row.text(6);
  return track;
}

ExperimentRecord experiment_of(const CheckedRow& row) {
  return {.name = row.text(1),
          .description = row.text(2),
          .source_file = row.text(3),
          .created_at = row.text(4),
          .run_ids = {}};
}

WorkerRecord worker_of(const CheckedRow& row) {
  WorkerRecord worker{.id = row.integer(0, 0),
                      .process = {.host = row.text(1),
                                  .boot = row.text(2),
                                  .pid_namespace = row.text(3),
                                  .pid = row.integer(4, 0, std::numeric_limits<pid_t>::max()),
                                  .start = row.integer(5, 0, kMostUnits)},
                      .heartbeat_s = row.number(6, 0.0),
                      .beat = row.integer(7, 0, kMostUnits),
                      .started_at = row.text(8),
                      .seen_at = row.text(9),
                      .run_id = {},
                      .now = row.text(10)};
  if (worker.heartbeat_s > kLongestHeartbeatS)
    row.refuse(6, fmt::format("at most {} s", kLongestHeartbeatS));
  return worker;
}

RunProgress progress_of(const CheckedRow& row) {
  return {.status = status_of(row, 1),
          .token = row.integer(2, 0, kMostUnits),
          .failures = static_cast<int>(row.integer(3, 0, kMost)),
          .losses = static_cast<int>(row.integer(4, 0, kMost)),
          .retry_at_ms = row.integer(5, 0, kMostUnits),
          .retry_pause_ms = row.integer(6, 0, kMostUnits)};
}

std::size_t n_classes_of(const Connection& connection, std::int64_t run_key) {
  RunRecord run;
  run.id = run_of_key(connection, run_key);
  const Query query = connection.query("SELECT run, name, value FROM facts WHERE run = ?");
  query.with(run_key);
  const CheckedRow row(connection, query, "facts");
  while (query.next())
    if (row.shared_text(1) == facts::kGenres.key()) run.facts.insert(pair_of(row));
  const auto refuse = [&](const std::string& what) {
    throw DataError(fmt::format("{}: run {}: its predictions cannot be read: {}", connection.file(),
                                short_id(run.id, kLongerId), what));
  };
  std::size_t n_classes = 0;
  try {
    n_classes = facts::kGenres.of(run).size();
  } catch (const DataError& error) {
    refuse(error.what());
  }
  if (n_classes == 0) refuse(fmt::format("it has no fact {}", facts::kGenres.key()));
  if (n_classes > kMostGenres)
    refuse(fmt::format("expected at most {} genres, found {}", kMostGenres, n_classes));
  return n_classes;
}

void check_run_ids(const Connection& connection) {
  scan(connection, "runs", "SELECT id FROM runs", [](const CheckedRow& row) { row.run_id(0); });
}

namespace {

/// Reads every row of a table whose rows belong to runs.
template <typename Read>
void scan_of_runs(const Connection& connection, const char* table, const char* columns,
                  const Read& read) {
  scan(connection, table, fmt::format("SELECT {} FROM {}", columns, table),
       [&](const CheckedRow& row) {
         row.integer(0);
         read(row);
       });
}

/// Tracks of datasets, and tracks as they were scored, which predictions refer to.
void check_tracks(const Connection& connection) {
  scan(connection, "datasets", "SELECT key, fingerprint FROM datasets",
       [](const CheckedRow& row) { row.text(1); });
  scan(connection, "tracks", fmt::format("SELECT {} FROM tracks", kTrackColumns), track_of);
  scan(connection, "track_groups", "SELECT dataset, track, kind, name FROM track_groups",
       [](const CheckedRow& row) {
         for (int column = 1; column < 4; ++column) row.shared_text(column);
       });
  check_scored_tracks(connection, "");
}

}  // namespace

void check_rows(const Connection& connection) {
  const ReadSnapshot snapshot(connection);
  scan(connection, "experiments", fmt::format("SELECT {} FROM experiments", kExperimentColumns),
       experiment_of);
  scan(connection, "workers", fmt::format("SELECT {} FROM workers w", kWorkerColumns), worker_of);
  scan(connection, "runs", fmt::format("SELECT {} FROM {}", kRunColumns, kRunsWithData), run_of);
  scan(connection, "runs", fmt::format("SELECT {} FROM runs", kProgressColumns), progress_of);
  scan_of_runs(connection, "experiment_runs", "run, position",
               [](const CheckedRow& row) { row.integer(1, 0, kMost); });
  for (const char* table : {"parameters", "facts", "environment"})
    scan_of_runs(connection, table, kPairColumns, pair_of);
  scan_of_runs(connection, "metrics", kMetricColumns, metric_of);
  scan_of_runs(connection, "bad_tracks", kBadTrackColumns, bad_track_of);
  scan_of_runs(connection, "artifacts", kArtifactColumns, artifact_of);
  check_tracks(connection);
  scan(connection, "predictions",
       fmt::format("SELECT {} FROM {}", kPredictionColumns, kPredictionsWithTracks),
       [&](const CheckedRow& row) {
         each_prediction_of(row, n_classes_of(connection, row.integer(0)),
                            [](const PredictionView&) {});
       });
}

}  // namespace genrebench
