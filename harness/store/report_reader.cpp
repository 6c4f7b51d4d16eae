#include "harness/store/report_reader.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "base/files.hpp"
#include "harness/store/checked_row.hpp"
#include "harness/store/connection.hpp"
#include "harness/store/kernel_tables.hpp"
#include "harness/store/run_reading.hpp"
#include "harness/store/schema.hpp"
#include "harness/store/shared_rows.hpp"
#include "harness/store/store_places.hpp"

namespace genrebench {
namespace {

/// Values by the id of a run.
template <typename Value>
using ByRun = std::unordered_map<std::string, Value>;

using Environment = std::map<std::string, std::string>;

std::optional<std::int64_t> find_text(const Connection& connection, const std::string& text) {
  const Query query = connection.query("SELECT key FROM texts WHERE hash = ? AND text = ?");
  if (!query.with(text_hash(text), text).next()) return std::nullopt;
  return query[0].getInt64();
}

/// The final values of one metric.
ByRun<double> final_values(const Connection& connection, const std::string& split,
                           const std::string& name) {
  return connection.guard([&] {
    const ReadSnapshot snapshot(connection);
    ByRun<double> result;
    const auto split_key = find_text(connection, split), name_key = find_text(connection, name);
    if (!split_key || !name_key) return result;
    // CROSS: run by run, each found by the key of the table.
    const Query query = connection.query(
        "SELECT id, value FROM runs CROSS JOIN metrics ON metrics.run = runs.key AND step = -1 AND "
        "split = ? AND name = ?");
    query.with(*split_key, *name_key);
    const CheckedRow row(connection, query, "metrics");
    while (query.next()) result.emplace(row.run_id(0), row.number(1));
    return result;
  });
}

ByRun<Environment> all_environments(const Connection& connection) {
  return connection.guard([&] {
    const ReadSnapshot snapshot(connection);
    ByRun<Environment> result;
    std::unordered_map<std::int64_t, Environment*> by_key;
    const Query runs = connection.query("SELECT id, key FROM runs");
    const CheckedRow run(connection, runs, "runs");
    while (runs.next()) by_key.emplace(run.integer(1), &result[run.run_id(0)]);
    const Query query = connection.query(fmt::format("SELECT {} FROM environment", kPairColumns));
    const CheckedRow row(connection, query, "environment");
    while (query.next())
      if (const auto own = by_key.find(row.integer(0)); own != by_key.end())
        own->second->insert(pair_of(row));
    return result;
  });
}

std::unordered_set<std::string> runs_with_bad_tracks(const Connection& connection) {
  return connection.guard([&] {
    std::unordered_set<std::string> result;
    const Query query =
        connection.query("SELECT id FROM runs WHERE key IN (SELECT run FROM bad_tracks)");
    const CheckedRow row(connection, query, "runs");
    while (query.next()) result.insert(row.run_id(0));
    return result;
  });
}

Connection opened(const std::filesystem::path& file) {
  const ConnectionSettings settings{.mode = RunStore::Mode::read,
                                    .write_ahead_log = !on_network(file)};
  Connection connection(file, settings);
  prepare_schema(connection, settings);
  return connection;
}

}  // namespace

struct ReportReader::State {
  /// What is asked for run by run. The first few answers are read one by one; whoever asks for more
  /// will ask for most.
  template <typename Value>
  class Gathered {
   public:
    /// @param one  reads the value of the run
    /// @param all  reads the values of all runs, without those that have none
    template <typename One, typename All>
    auto get(const std::string& run_id, const One& one, const All& all) -> decltype(one()) {
      if (!all_) {
        if (++n_asked_ <= kSingly) return one();
        all_ = all();
      }
      const auto found = all_->find(run_id);
      return found == all_->end() ? decltype(one())() : found->second;
    }

   private:
    static constexpr std::size_t kSingly = 20;

    std::size_t n_asked_ = 0;
    std::optional<std::unordered_map<std::string, Value>> all_;
  };

  explicit State(const std::filesystem::path& file) : connection(opened(file)) {
    connection.guard([&] {
      if (connection.at_rest() ||
          connection.database().execAndGet("PRAGMA journal_mode").getString() == "wal")
        held.emplace(connection);
    });
  }

  Connection connection;
  std::optional<ReadSnapshot> held;
  std::optional<std::vector<ExperimentRecord>> experiments = {};
  std::map<std::string, std::vector<RunRecord>> runs = {};                       ///< by experiment
  std::map<std::pair<std::string, std::string>, Gathered<double>> metrics = {};  ///< by split, name
  Gathered<std::map<std::string, std::string>> environments = {};
  std::optional<std::unordered_set<std::string>> with_bad_tracks = {};
};

ReportReader::ReportReader(const std::filesystem::path& file)
    : state_(std::make_unique<State>(file)) {}

ReportReader::~ReportReader() = default;

std::vector<ExperimentRecord> ReportReader::experiments() const {
  if (!state_->experiments) state_->experiments = read_experiments(state_->connection);
  return *state_->experiments;
}

std::optional<RunRecord> ReportReader::run(const std::string& id) const {
  return read_run(state_->connection, id);
}

std::vector<RunRecord> ReportReader::runs(const std::string& experiment) const {
  auto place = state_->runs.find(experiment);
  if (place == state_->runs.end())
    place = state_->runs.emplace(experiment, read_runs(state_->connection, experiment)).first;
  return place->second;
}

std::vector<MetricRecord> ReportReader::metrics(const std::string& run_id) const {
  return read_metrics(state_->connection, run_id);
}

std::optional<double> ReportReader::metric(const std::string& run_id, const std::string& split,
                                           const std::string& name) const {
  const Connection& connection = state_->connection;
  return state_->metrics[{split, name}].get(
      run_id, [&] { return read_metric(connection, run_id, split, name); },
      [&] { return final_values(connection, split, name); });
}

std::vector<PredictionRecord> ReportReader::predictions(const std::string& run_id,
                                                        const std::string& split) const {
  return read_predictions(state_->connection, run_id, split);
}

void ReportReader::each_prediction(const std::string& run_id, const std::string& split,
                                   const std::function<void(const PredictionView&)>& see) const {
  genrebench::each_prediction(state_->connection, run_id, split, see);
}

std::vector<BadTrackRecord> ReportReader::bad_tracks(const std::string& run_id) const {
  if (!state_->with_bad_tracks) state_->with_bad_tracks = runs_with_bad_tracks(state_->connection);
  if (!state_->with_bad_tracks->contains(run_id)) return {};
  return read_bad_tracks(state_->connection, run_id);
}

std::vector<ArtifactRecord> ReportReader::artifacts(const std::string& run_id) const {
  return read_artifacts(state_->connection, run_id);
}

Environment ReportReader::environment(const std::string& run_id) const {
  const Connection& connection = state_->connection;
  return state_->environments.get(
      run_id, [&] { return read_environment(connection, run_id); },
      [&] { return all_environments(connection); });
}

std::vector<TrackRecord> ReportReader::tracks(const std::string& dataset_fingerprint) const {
  return read_tracks(state_->connection, dataset_fingerprint);
}

std::vector<KernelSession> ReportReader::kernel_sessions() const {
  return read_kernel_sessions(state_->connection);
}

std::map<std::string, std::string> ReportReader::kernel_notes() const {
  return read_kernel_notes(state_->connection);
}

}  // namespace genrebench
