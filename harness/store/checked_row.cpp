#include "harness/store/checked_row.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/error.hpp"
#include "base/text.hpp"
#include "harness/records/facts.hpp"
#include "harness/records/short_id.hpp"
#include "harness/store/run_files.hpp"

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

/// The same of a table whose rows belong to runs.
template <typename Read>
void scan_of_runs(const Connection& connection, const char* table, const char* columns,
                  const Read& read) {
  scan(connection, table, fmt::format("SELECT {} FROM {}", columns, table),
       [&](const CheckedRow& row) {
         row.run_id(0);
         read(row);
       });
}

}  // namespace

void CheckedRow::refuse(int column, const std::string& expected) const {
  const SQLite::Column first = query_[0], value = query_[column];
  const std::string row = first.isInteger()
                              ? fmt::format("row {}", first.getInt64())
                              : fmt::format("run {}", shortened(short_id(first.getString())));
  throw DataError(fmt::format("{}: table {}, {}: expected {} to be {}, found {}",
                              connection_.file(), table_, row, value.getName(), expected,
                              value_text(value)));
}

std::string CheckedRow::text(int column) const {
  const SQLite::Column value = query_[column];
  if (!value.isText()) refuse(column, "text");
  std::string result = value.getString();
  if (result.find('\0') != std::string::npos) refuse(column, "text without null characters");
  return result;
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
  return {.split = row.text(1),
          .name = row.text(2),
          .step = row.integer(3, -1, kMost),
          .value = row.number(4)};
}

PredictionRecord prediction_of(const CheckedRow& row, std::size_t n_classes) {
  const std::int64_t last = static_cast<std::int64_t>(n_classes) - 1;
  PredictionRecord record{.split = row.text(1),
                          .track = row.text(2),
                          .truth = static_cast<int>(row.integer(3, 0, last)),
                          .predicted = static_cast<int>(row.integer(4, 0, last)),
                          .probabilities = row.floats(5),
                          .cluster = row.text(6)};
  if (record.probabilities.size() != n_classes && !record.probabilities.empty())
    row.refuse(5, fmt::format("{} probabilities, one per genre of the run", n_classes));
  return record;
}

BadTrackRecord bad_track_of(const CheckedRow& row) {
  return {.track = row.text(1), .message = row.text(2)};
}

ArtifactRecord artifact_of(const CheckedRow& row) {
  ArtifactRecord artifact{
      .name = row.text(1), .sha256 = row.text(2), .bytes = row.integer(3, 0, kMostUnits)};
  if (!is_artifact_name(artifact.name))
    row.refuse(1, "the name of a file, of letters, digits, '.', '_' and '-'");
  return artifact;
}

std::pair<std::string, std::string> pair_of(const CheckedRow& row) {
  return {row.text(1), row.text(2)};
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

std::size_t n_classes_of(const Connection& connection, const std::string& run_id) {
  RunRecord run;
  run.id = run_id;
  const Query query =
      connection.query("SELECT run_id, key, value FROM facts WHERE run_id = ? AND key = ?");
  query.with(run_id, facts::kGenres.key());
  if (query.next()) run.facts.insert(pair_of(CheckedRow(connection, query, "facts")));
  const auto refuse = [&](const std::string& what) {
    throw DataError(fmt::format("{}: run {}: its predictions cannot be read: {}", connection.file(),
                                short_id(run_id, kLongerId), what));
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

void check_rows(const Connection& connection) {
  scan(connection, "experiments", fmt::format("SELECT {} FROM experiments", kExperimentColumns),
       experiment_of);
  scan(connection, "workers", fmt::format("SELECT {} FROM workers w", kWorkerColumns), worker_of);
  scan_of_runs(connection, "runs", kRunColumns, run_of);
  scan_of_runs(connection, "runs", kProgressColumns, progress_of);
  scan_of_runs(connection, "experiment_runs", "run_id, position",
               [](const CheckedRow& row) { row.integer(1, 0, kMost); });
  for (const char* table : {"parameters", "facts", "environment"})
    scan_of_runs(connection, table, kPairColumns, pair_of);
  scan_of_runs(connection, "metrics", kMetricColumns, metric_of);
  scan_of_runs(connection, "bad_tracks", kBadTrackColumns, bad_track_of);
  scan_of_runs(connection, "artifacts", kArtifactColumns, artifact_of);
  std::string run;
  std::size_t n_classes = 0;
  scan_of_runs(connection, "predictions", kPredictionColumns, [&](const CheckedRow& row) {
    // Rows come in the order of their key, which begins with the run.
    if (std::string next = row.run_id(0); next != run) {
      run = std::move(next);
      n_classes = n_classes_of(connection, run);
    }
    prediction_of(row, n_classes);
  });
}

}  // namespace genrebench
