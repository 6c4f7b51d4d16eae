#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <nlohmann/json.hpp>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "harness/store/connection.hpp"
#include "harness/store/run_store.hpp"
#include "harness/store/schema.hpp"

namespace genrebench {
namespace {

namespace fs = std::filesystem;

std::int64_t now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

class SqliteStore final : public RunStore {
 public:
  SqliteStore(const fs::path& file, const ConnectionSettings& settings)
      : connection_(file, settings) {
    prepare_schema(connection_, settings);
  }

  fs::path file() const override { return connection_.file(); }

  std::vector<ExperimentRecord> experiments() const override {
    return connection_.guard([&] {
      std::vector<ExperimentRecord> result;
      const Query query = connection_.query(
          "SELECT id, name, description, source_file, created_at FROM experiments ORDER BY id");
      while (query.next()) {
        ExperimentRecord record{.name = query[1],
                                .description = query[2],
                                .source_file = query[3],
                                .created_at = query[4],
                                .run_ids = {}};
        const Query runs = connection_.query(
            "SELECT run_id FROM experiment_runs WHERE experiment_id = ? GROUP BY run_id ORDER BY "
            "min(position)");
        runs.with(query[0].getInt64());
        while (runs.next()) record.run_ids.push_back(runs[0]);
        result.push_back(std::move(record));
      }
      return result;
    });
  }

  std::optional<RunRecord> run(const std::string& id) const override {
    return connection_.guard([&]() -> std::optional<RunRecord> {
      auto found = select_runs("WHERE id = ?", id);
      if (found.empty()) return std::nullopt;
      return std::move(found.front());
    });
  }

  std::vector<RunRecord> runs(const std::string& experiment) const override {
    return connection_.guard([&] {
      if (experiment.empty()) return select_runs("ORDER BY started_at, id", std::nullopt);
      return select_runs(
          "JOIN (SELECT run_id, min(position) AS place FROM experiment_runs JOIN experiments ON "
          "experiments.id = experiment_id WHERE name = ? GROUP BY run_id) ON run_id = runs.id "
          "ORDER BY place",
          experiment);
    });
  }

  std::vector<MetricRecord> metrics(const std::string& run_id) const override {
    return connection_.guard([&] {
      std::vector<MetricRecord> result;
      const Query query = connection_.query(
          "SELECT split, name, step, value FROM metrics WHERE run_id = ? ORDER BY split, name, "
          "step");
      query.with(run_id);
      while (query.next())
        result.push_back({query[0], query[1], query[2].getInt64(), query[3].getDouble()});
      return result;
    });
  }

  std::optional<double> metric(const std::string& run_id, const std::string& split,
                               const std::string& name) const override {
    return connection_.guard([&]() -> std::optional<double> {
      const Query query = connection_.query(
          "SELECT value FROM metrics WHERE run_id = ? AND split = ? AND name = ? AND step = -1");
      query.with(run_id, split, name);
      if (!query.next()) return std::nullopt;
      return query[0].getDouble();
    });
  }

  std::vector<PredictionRecord> predictions(const std::string& run_id,
                                            const std::string& split) const override {
    return connection_.guard([&] {
      std::vector<PredictionRecord> result;
      const Query query = connection_.query(
          "SELECT track, truth, predicted, probabilities, cluster FROM predictions WHERE run_id = "
          "? AND split = ? ORDER BY track");
      query.with(run_id, split);
      while (query.next()) {
        PredictionRecord record{.split = split,
                                .track = query[0],
                                .truth = query[1],
                                .predicted = query[2],
                                .probabilities = {},
                                .cluster = query[4]};
        const SQLite::Column blob = query[3];
        record.probabilities.resize(static_cast<std::size_t>(blob.getBytes()) / sizeof(float));
        if (!record.probabilities.empty())
          std::memcpy(record.probabilities.data(), blob.getBlob(),
                      record.probabilities.size() * sizeof(float));
        result.push_back(std::move(record));
      }
      return result;
    });
  }

  std::vector<BadTrackRecord> bad_tracks(const std::string& run_id) const override {
    return connection_.guard([&] {
      std::vector<BadTrackRecord> result;
      for (auto& [track, message] : pairs("bad_tracks", "track", "message", run_id))
        result.push_back({track, message});
      return result;
    });
  }

  std::vector<ArtifactRecord> artifacts(const std::string& run_id) const override {
    return connection_.guard([&] {
      std::vector<ArtifactRecord> result;
      const Query query = connection_.query(
          "SELECT name, sha256, bytes FROM artifacts WHERE run_id = ? ORDER BY name");
      query.with(run_id);
      while (query.next()) result.push_back({query[0], query[1], query[2].getInt64()});
      return result;
    });
  }

  std::map<std::string, std::string> environment(const std::string& run_id) const override {
    return connection_.guard([&] { return pairs("environment", "key", "value", run_id); });
  }

  void plan(const ExperimentRecord& experiment, const std::vector<RunRecord>& runs,
            const PlanRules& rules) override {
    connection_.write([&] {
      connection_
          .query(
              "INSERT INTO experiments (name, description, source_file, created_at) VALUES (?, ?, "
              "?, ?) ON CONFLICT (name) DO UPDATE SET description = excluded.description, "
              "source_file = excluded.source_file")
          .run(experiment.name, experiment.description, experiment.source_file, utc_now());
      const std::int64_t id = id_of(experiment.name);
      connection_.query("DELETE FROM experiment_runs WHERE experiment_id = ?").run(id);
      const Query add_run = connection_.query(
          "INSERT OR IGNORE INTO runs (id, status, seed, dataset_fingerprint, identity_version) "
          "VALUES (?, 'planned', ?, ?, ?)");
      const Query take_over = connection_.query(
          "DELETE FROM parameters WHERE run_id = ?1 AND (SELECT status FROM runs WHERE id = ?1) "
          "NOT IN ('done', 'running')");
      const Query link = connection_.query("INSERT INTO experiment_runs VALUES (?, ?, ?)");
      // In the order of the ids, which is that of the tables: thousands of runs are then written
      // page by page.
      std::vector<const RunRecord*> by_id;
      for (const RunRecord& run : runs) by_id.push_back(&run);
      std::sort(by_id.begin(), by_id.end(),
                [](const RunRecord* a, const RunRecord* b) { return a->id < b->id; });
      for (const RunRecord* run : by_id)
        if (add_run.run(run->id, static_cast<std::int64_t>(run->seed), run->dataset_fingerprint,
                        run->identity_version) > 0 ||
            take_over.run(run->id) > 0)
          insert_pairs("INSERT OR REPLACE INTO parameters VALUES (?, ?, ?)", run->id,
                       run->parameters);
      for (std::size_t i = 0; i < runs.size(); ++i)
        link.run(id, static_cast<std::int64_t>(i), runs[i].id);
      apply(rules, id);
    });
  }

  void plan_again(const std::string& experiment, const PlanRules& rules) override {
    connection_.write([&] { apply(rules, id_of(experiment)); });
  }

  void skip(const std::string& run_id, const std::string& reason) override {
    connection_.write([&] {
      if (connection_
              .query("UPDATE runs SET status = 'skipped', message = ? WHERE id = ? AND status IN "
                     "('planned', 'failed', 'lost', 'skipped')")
              .run(reason, run_id) > 0)
        clear_results(run_id);
    });
  }

  std::map<RunStatus, std::size_t> tally(const std::string& experiment) const override {
    return connection_.guard([&] {
      std::map<RunStatus, std::size_t> result;
      const Query query = connection_.query(
          "SELECT status, count(DISTINCT runs.id) FROM experiments JOIN experiment_runs ON "
          "experiment_id = experiments.id JOIN runs ON runs.id = run_id WHERE name = ? GROUP BY "
          "status");
      query.with(experiment);
      while (query.next())
        result[run_status_from(query[0])] = static_cast<std::size_t>(query[1].getInt64());
      return result;
    });
  }

  std::vector<RunKindTime> run_times() const override {
    return connection_.guard([&] {
      std::vector<RunKindTime> result;
      const Query query = connection_.query(
          "SELECT coalesce(m.value, ''), coalesce(e.value, ''), coalesce(f.value, ''), "
          "sum(wall_s), count(*) FROM runs LEFT JOIN parameters m ON m.run_id = runs.id AND m.key "
          "= 'method.name' LEFT JOIN parameters e ON e.run_id = runs.id AND e.key = 'excerpt.name' "
          "LEFT JOIN parameters f ON f.run_id = runs.id AND f.key = 'features.name' WHERE status = "
          "'done' GROUP BY 1, 2, 3");
      while (query.next())
        result.push_back({.method = query[0],
                          .excerpt = query[1],
                          .features = query[2],
                          .wall_s = query[3].getDouble(),
                          .count = query[4]});
      return result;
    });
  }

  std::int64_t join(const ProcessIdentity& process, double heartbeat_s) override {
    std::int64_t id = 0;
    connection_.write([&] {
      const std::string now = utc_now();
      connection_
          .query(
              "INSERT INTO workers (host, boot, pid_namespace, pid, process_start, heartbeat_s, "
              "started_at, seen_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
          .run(process.host, process.boot, process.pid_namespace, process.pid, process.start,
               heartbeat_s, now, now);
      id = connection_.database().getLastInsertRowid();
    });
    return id;
  }

  bool beat(std::int64_t worker, const std::string& now) override {
    bool alive = false;
    connection_.write([&] {
      alive = connection_
                  .query(
                      "UPDATE workers SET beat = beat + 1, seen_at = ?, now = ? WHERE id = ? AND "
                      "ended = ''")
                  .run(utc_now(), now, worker) > 0;
    });
    return alive;
  }

  void leave(std::int64_t worker) override {
    connection_.write([&] {
      connection_.query("UPDATE workers SET ended = 'left', now = '' WHERE id = ? AND ended = ''")
          .run(worker);
      connection_
          .query(
              "UPDATE runs SET status = 'planned', worker = NULL, message = 'its worker left' "
              "WHERE worker = ? AND status = 'running'")
          .run(worker);
    });
  }

  std::vector<WorkerRecord> workers() const override {
    return connection_.guard([&] {
      std::vector<WorkerRecord> result;
      const Query query = connection_.query(
          "SELECT w.id, host, boot, pid_namespace, pid, process_start, heartbeat_s, beat, "
          "w.started_at, seen_at, coalesce(r.id, ''), now FROM workers w LEFT JOIN runs r ON "
          "r.worker = w.id AND r.status = 'running' WHERE ended = '' ORDER BY w.id");
      while (query.next())
        result.push_back({.id = query[0].getInt64(),
                          .process = {.host = query[1],
                                      .boot = query[2],
                                      .pid_namespace = query[3],
                                      .pid = query[4].getInt64(),
                                      .start = query[5].getInt64()},
                          .heartbeat_s = query[6].getDouble(),
                          .beat = query[7].getInt64(),
                          .started_at = query[8],
                          .seen_at = query[9],
                          .run_id = query[10],
                          .now = query[11]});
      return result;
    });
  }

  bool declare_lost(std::int64_t worker, std::int64_t beat, const std::string& reason,
                    int max_losses) override {
    bool declared = false;
    connection_.write([&] {
      declared = connection_
                     .query(
                         "UPDATE workers SET ended = 'lost', now = '' WHERE id = ? AND beat = ? "
                         "AND ended = ''")
                     .run(worker, beat) > 0;
      if (!declared) return;
      connection_
          .query(
              "UPDATE runs SET losses = losses + 1, worker = NULL, status = CASE WHEN losses < ? "
              "THEN 'lost' ELSE 'failed' END, message = CASE WHEN losses < ? THEN ? ELSE ? || ' (' "
              "|| (losses + 1) || ' workers were lost with this run)' END WHERE worker = ? AND "
              "status = 'running'")
          .run(max_losses, max_losses, reason, reason, worker);
    });
    return declared;
  }

  Claim look(const std::string& run_id) const override {
    return connection_.guard([&] {
      const Query query = connection_.query(
          "SELECT status, token, retry_at_ms, retry_pause_ms FROM runs WHERE id = ?");
      if (!query.with(run_id).next()) return Claim{};
      Claim claim{.answer = Claim::Answer::settled,
                  .status = run_status_from(query[0]),
                  .lease = {.run_id = run_id, .token = query[1].getInt64()},
                  .wait_s = 0.0};
      if (claim.status == RunStatus::running) claim.answer = Claim::Answer::held;
      if (claim.status != RunStatus::planned && claim.status != RunStatus::lost) return claim;
      const std::int64_t left_ms = query[2].getInt64() - now_ms();
      const bool waits = left_ms > 0 && left_ms <= query[3].getInt64();  // a longer wait than was
                                                                         // asked for: the clock was
                                                                         // set back
      claim.answer = waits ? Claim::Answer::waits : Claim::Answer::taken;
      claim.wait_s = waits ? static_cast<double>(left_ms) / 1000.0 : 0.0;
      return claim;
    });
  }

  Claim claim(const std::string& run_id, std::int64_t worker,
              const std::map<std::string, std::string>& environment) override {
    Claim result;
    connection_.write([&] {
      result = look(run_id);  // now that nobody can change it
      if (result.answer != Claim::Answer::taken) return;
      ++result.lease.token;
      result.status = RunStatus::running;
      connection_
          .query(
              "UPDATE runs SET status = 'running', message = '', started_at = ?, token = ?, worker "
              "= ? WHERE id = ?")
          .run(utc_now(), result.lease.token, worker, run_id);
      connection_.query("DELETE FROM environment WHERE run_id = ?").run(run_id);
      insert_pairs("INSERT INTO environment VALUES (?, ?, ?)", run_id, environment);
    });
    return result;
  }

  void add_curves(const Lease& lease, const std::vector<MetricRecord>& points) override {
    held(lease, [&] { add_metrics(lease.run_id, points); });
  }

  void finish(const Lease& lease, const RunResult& result,
              const std::function<void()>& publish) override {
    held(lease, [&] {
      clear_results(lease.run_id);
      add_result(lease.run_id, result);
      end(lease.run_id, RunStatus::done, {}, result.wall_s);
      publish();
    });
  }

  RunStatus fail(const Lease& lease, const std::string& message,
                 const std::vector<BadTrackRecord>& bad_tracks, const RetryRules& rules) override {
    RunStatus status = RunStatus::failed;
    held(lease, [&] {
      clear_results(lease.run_id);
      add_bad_tracks(lease.run_id, bad_tracks);
      const Query count = connection_.query("SELECT failures FROM runs WHERE id = ?");
      count.with(lease.run_id).next();
      const int failures = count[0];
      status = failures < rules.retries ? RunStatus::planned : RunStatus::failed;
      end(lease.run_id, status, message, 0.0);
      const double pause_ms =
          1000.0 * rules.backoff_s * static_cast<double>(std::int64_t{1} << std::min(failures, 20));
      connection_
          .query(
              "UPDATE runs SET failures = failures + 1, retry_at_ms = ?, retry_pause_ms = ? WHERE "
              "id = ?")
          .run(now_ms() + static_cast<std::int64_t>(pause_ms), static_cast<std::int64_t>(pause_ms),
               lease.run_id);
    });
    return status;
  }

  void release(const Lease& lease, const std::string& message) override {
    held(lease, [&] {
      clear_results(lease.run_id);
      end(lease.run_id, RunStatus::planned, message, 0.0);
    });
  }

  void prune(const Lease& lease, const std::string& reason, const RunResult& result) override {
    held(lease, [&] {
      clear_results(lease.run_id);
      add_result(lease.run_id, result);
      end(lease.run_id, RunStatus::pruned, reason, result.wall_s);
    });
  }

  std::vector<double> curve_points(const std::string& experiment, const std::string& split,
                                   const std::string& name, std::int64_t step) const override {
    return connection_.guard([&] {
      std::vector<double> result;
      const Query query = connection_.query(
          "SELECT value FROM metrics WHERE run_id IN (SELECT run_id FROM experiments JOIN "
          "experiment_runs ON experiment_id = experiments.id WHERE experiments.name = ?) AND split "
          "= ? AND name = ? AND step = ?");
      query.with(experiment, split, name, step);
      while (query.next()) result.push_back(query[0].getDouble());
      return result;
    });
  }

 private:
  /// A write of the holder of a run.
  template <typename Work>
  void held(const Lease& lease, const Work& work) {
    connection_.write([&] {
      {
        const Query query = connection_.query(
            "SELECT 1 FROM runs WHERE id = ? AND token = ? AND status = 'running'");
        if (!query.with(lease.run_id, lease.token).next())
          throw LeaseLost(
              fmt::format("{}: run {} was taken by another worker, or this one was declared lost; "
                          "its results are not recorded",
                          connection_.file(), lease.run_id.substr(0, 12)));
      }
      work();
    });
  }

  void apply(const PlanRules& rules, std::int64_t experiment) {
    const auto plan_again = [&](RunStatus status) {
      connection_
          .query(
              "UPDATE runs SET status = 'planned', failures = 0, losses = 0, retry_at_ms = 0 WHERE "
              "status = ? AND id IN (SELECT run_id FROM experiment_runs WHERE experiment_id = ?)")
          .run(to_string(status), experiment);
    };
    if (rules.retry_failed) plan_again(RunStatus::failed);
    if (rules.retry_pruned) plan_again(RunStatus::pruned);
  }

  std::int64_t id_of(const std::string& experiment) const {
    const Query find = connection_.query("SELECT id FROM experiments WHERE name = ?");
    find.with(experiment).next();
    return find[0].getInt64();
  }

  void end(const std::string& run_id, RunStatus status, const std::string& message, double wall_s) {
    connection_
        .query("UPDATE runs SET status = ?, message = ?, wall_s = ?, worker = NULL WHERE id = ?")
        .run(to_string(status), message, wall_s, run_id);
  }

  void insert_pairs(const std::string& sql, const std::string& run_id,
                    const std::map<std::string, std::string>& values) {
    const Query add = connection_.query(sql);
    for (const auto& [key, value] : values) add.run(run_id, key, value);
  }

  std::map<std::string, std::string> pairs(const std::string& table, const std::string& key,
                                           const std::string& value,
                                           const std::string& run_id) const {
    std::map<std::string, std::string> result;
    const Query query =
        connection_.query(fmt::format("SELECT {}, {} FROM {} WHERE run_id = ?", key, value, table));
    query.with(run_id);
    while (query.next()) result.emplace(query[0], query[1]);
    return result;
  }

  std::vector<RunRecord> select_runs(const std::string& clause,
                                     const std::optional<std::string>& argument) const {
    std::vector<RunRecord> result;
    const Query query = connection_.query(
        "SELECT runs.id, status, message, seed, dataset_fingerprint, started_at, wall_s, "
        "identity_version FROM runs " +
        clause);
    if (argument) query.with(*argument);
    while (query.next()) {
      RunRecord record;
      record.id = query[0].getString();
      record.status = run_status_from(query[1]);
      record.message = query[2].getString();
      record.seed = static_cast<std::uint64_t>(query[3].getInt64());
      record.dataset_fingerprint = query[4].getString();
      record.started_at = query[5].getString();
      record.wall_s = query[6];
      record.identity_version = query[7];
      record.parameters = pairs("parameters", "key", "value", record.id);
      record.facts = pairs("facts", "key", "value", record.id);
      result.push_back(std::move(record));
    }
    return result;
  }

  void clear_results(const std::string& run_id) {
    for (const char* table : {"metrics", "predictions", "bad_tracks", "facts", "artifacts"})
      connection_.query(fmt::format("DELETE FROM {} WHERE run_id = ?", table)).run(run_id);
  }

  /// Points that are there already are replaced: a resumed run says its first epochs again.
  void add_metrics(const std::string& run_id, const std::vector<MetricRecord>& metrics) {
    const Query add = connection_.query("INSERT OR REPLACE INTO metrics VALUES (?, ?, ?, ?, ?)");
    for (const MetricRecord& metric : metrics)
      add.run(run_id, metric.split, metric.name, metric.step, metric.value);
  }

  void add_bad_tracks(const std::string& run_id, const std::vector<BadTrackRecord>& bad_tracks) {
    const Query add = connection_.query("INSERT INTO bad_tracks VALUES (?, ?, ?)");
    for (const BadTrackRecord& bad : bad_tracks) add.run(run_id, bad.track, bad.message);
  }

  void add_result(const std::string& run_id, const RunResult& result) {
    const Query add_metric = connection_.query("INSERT INTO metrics VALUES (?, ?, ?, ?, ?)");
    for (const MetricRecord& metric : result.metrics)
      add_metric.run(run_id, metric.split, metric.name, metric.step, metric.value);
    const Query add_prediction = connection_.query(
        "INSERT INTO predictions (run_id, split, track, truth, predicted, cluster, probabilities) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)");
    for (const PredictionRecord& p : result.predictions) {
      add_prediction->reset();
      add_prediction.with(run_id, p.split, p.track, p.truth, p.predicted, p.cluster);
      add_prediction->bind(7, p.probabilities.data(),
                           static_cast<int>(p.probabilities.size() * sizeof(float)));
      add_prediction->exec();
    }
    add_bad_tracks(run_id, result.bad_tracks);
    insert_pairs("INSERT INTO facts VALUES (?, ?, ?)", run_id, result.facts);
    const Query add_artifact = connection_.query("INSERT INTO artifacts VALUES (?, ?, ?, ?)");
    for (const ArtifactRecord& artifact : result.artifacts)
      add_artifact.run(run_id, artifact.name, artifact.sha256, artifact.bytes);
    insert_pairs("INSERT OR REPLACE INTO environment VALUES (?, ?, ?)", run_id, result.resources);
  }

  Connection connection_;
};

}  // namespace

std::unique_ptr<RunStore> RunStore::open(const fs::path& file, Mode mode) {
  return std::make_unique<SqliteStore>(
      file, ConnectionSettings{.mode = mode, .write_ahead_log = !on_network(file)});
}

}  // namespace genrebench
