#include <fmt/format.h>

#include <algorithm>

#include "base/clock.hpp"
#include "harness/records/short_id.hpp"
#include "harness/store/checked_row.hpp"
#include "harness/store/connection.hpp"
#include "harness/store/run_rows.hpp"
#include "harness/store/run_store.hpp"

namespace genrebench {
namespace {

/// Runs `work` in a transaction, if the lease is still valid. @throws LeaseLost  otherwise
template <typename Work>
void write_held(const Connection& connection, const Lease& lease, const Work& work) {
  connection.write([&] {
    {
      const Query query =
          connection.query("SELECT 1 FROM runs WHERE id = ? AND token = ? AND status = 'running'");
      if (!query.with(lease.run_id, lease.token).next())
        throw LeaseLost(
            fmt::format("{}: run {} was taken by another worker, or this one was declared lost; "
                        "its results are not recorded",
                        connection.file(), short_id(lease.run_id, kLongerId)));
    }
    work();
  });
}

void end_attempt(const Connection& connection, const std::string& run_id, RunStatus status,
                 const std::string& message, double wall_s) {
  connection
      .query("UPDATE runs SET status = ?, message = ?, wall_s = ?, worker = NULL WHERE id = ?")
      .run(to_string(status), message, wall_s, run_id);
}

/// Replaces points that are there already: a resumed run repeats its first epochs.
void add_metrics(const Connection& connection, const std::string& run_id,
                 const std::vector<MetricRecord>& metrics) {
  const Query add = connection.query("INSERT OR REPLACE INTO metrics VALUES (?, ?, ?, ?, ?)");
  for (const MetricRecord& metric : metrics)
    add.run(run_id, metric.split, metric.name, metric.step, metric.value);
}

}  // namespace

Claim RunStore::claim(const std::string& run_id, std::int64_t worker,
                      const std::map<std::string, std::string>& environment) {
  Claim result;
  connection_->write([&] {
    result = look(run_id);  // the transaction holds the lock, so the answer stays true
    if (result.answer != Claim::Answer::free) return;
    result.answer = Claim::Answer::taken;
    ++result.lease.token;
    result.status = RunStatus::running;
    connection_
        ->query(
            "UPDATE runs SET status = 'running', message = '', started_at = ?, token = ?, worker "
            "= ? WHERE id = ?")
        .run(utc_now(), result.lease.token, worker, run_id);
    connection_->query("DELETE FROM environment WHERE run_id = ?").run(run_id);
    insert_pairs(*connection_, "INSERT INTO environment VALUES (?, ?, ?)", run_id, environment);
  });
  return result;
}

void RunStore::add_curves(const Lease& lease, const std::vector<MetricRecord>& points) {
  write_held(*connection_, lease, [&] { add_metrics(*connection_, lease.run_id, points); });
}

void RunStore::finish(const Lease& lease, const RunResult& result,
                      const std::function<void()>& publish) {
  write_held(*connection_, lease, [&] {
    clear_results(*connection_, lease.run_id);
    add_result(*connection_, lease.run_id, result);
    end_attempt(*connection_, lease.run_id, RunStatus::done, {}, result.wall_s);
    publish();
  });
}

RunStatus RunStore::fail(const Lease& lease, const std::string& message,
                         const std::vector<BadTrackRecord>& bad_tracks, const RetryRules& rules) {
  RunStatus status = RunStatus::failed;
  write_held(*connection_, lease, [&] {
    clear_results(*connection_, lease.run_id);
    add_bad_tracks(*connection_, lease.run_id, bad_tracks);
    const Query query =
        connection_->query(fmt::format("SELECT {} FROM runs WHERE id = ?", kProgressColumns));
    query.with(lease.run_id).next();
    const int failures = progress_of(CheckedRow(*connection_, query, "runs")).failures;
    status = failures < rules.retries ? RunStatus::planned : RunStatus::failed;
    end_attempt(*connection_, lease.run_id, status, message, 0.0);
    const double pause_ms =
        1000.0 * rules.backoff_s * static_cast<double>(std::int64_t{1} << std::min(failures, 20));
    connection_
        ->query(
            "UPDATE runs SET failures = failures + 1, retry_at_ms = ?, retry_pause_ms = ? WHERE "
            "id = ?")
        .run(now_ms() + static_cast<std::int64_t>(pause_ms), static_cast<std::int64_t>(pause_ms),
             lease.run_id);
  });
  return status;
}

void RunStore::release(const Lease& lease, const std::string& message) {
  write_held(*connection_, lease, [&] {
    clear_results(*connection_, lease.run_id);
    end_attempt(*connection_, lease.run_id, RunStatus::planned, message, 0.0);
  });
}

void RunStore::prune(const Lease& lease, const std::string& reason, const RunResult& result) {
  write_held(*connection_, lease, [&] {
    clear_results(*connection_, lease.run_id);
    add_result(*connection_, lease.run_id, result);
    end_attempt(*connection_, lease.run_id, RunStatus::pruned, reason, result.wall_s);
  });
}

}  // namespace genrebench
