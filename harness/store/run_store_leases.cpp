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
/// @param work  is given the run's key
template <typename Work>
void write_held(const Connection& connection, const Lease& lease, const Work& work) {
  connection.write([&] {
    std::int64_t run = 0;
    {
      const Query query = connection.query(
          "SELECT key FROM runs WHERE id = ? AND token = ? AND status = 'running'");
      if (!query.with(lease.run_id, lease.token).next())
        throw LeaseLost(
            fmt::format("{}: run {} was taken by another worker, or this one was declared lost; "
                        "its results are not recorded",
                        connection.file(), short_id(lease.run_id, kLongerId)));
      run = query[0].getInt64();
    }
    work(run);
  });
}

void end_attempt(const Connection& connection, std::int64_t run, RunStatus status,
                 const std::string& message, double wall_s) {
  connection
      .query("UPDATE runs SET status = ?, message = ?, wall_s = ?, worker = NULL WHERE key = ?")
      .run(to_string(status), message, wall_s, run);
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
    const std::int64_t run = run_key(*connection_, run_id);
    connection_->query("DELETE FROM environment WHERE run = ?").run(run);
    insert_pairs(*connection_, "INSERT", "environment", run, environment);
  });
  return result;
}

void RunStore::add_curves(const Lease& lease, const std::vector<MetricRecord>& points) {
  // Replaces points that are there already: a resumed run repeats its first epochs.
  write_held(*connection_, lease, [&](std::int64_t run) {
    add_metrics(*connection_, "INSERT OR REPLACE", run, points);
  });
}

void RunStore::finish(const Lease& lease, const RunResult& result,
                      const std::function<void()>& publish) {
  write_held(*connection_, lease, [&](std::int64_t run) {
    clear_results(*connection_, run);
    add_result(*connection_, run, result);
    end_attempt(*connection_, run, RunStatus::done, {}, result.wall_s);
    publish();
  });
}

RunStatus RunStore::fail(const Lease& lease, const std::string& message,
                         const std::vector<BadTrackRecord>& bad_tracks, const RetryRules& rules) {
  RunStatus status = RunStatus::failed;
  write_held(*connection_, lease, [&](std::int64_t run) {
    clear_results(*connection_, run);
    add_bad_tracks(*connection_, run, bad_tracks);
    const Query query =
        connection_->query(fmt::format("SELECT {} FROM runs WHERE key = ?", kProgressColumns));
    query.with(run).next();
    const int failures = progress_of(CheckedRow(*connection_, query, "runs")).failures;
    status = failures < rules.retries ? RunStatus::planned : RunStatus::failed;
    end_attempt(*connection_, run, status, message, 0.0);
    const double pause_ms =
        1000.0 * rules.backoff_s * static_cast<double>(std::int64_t{1} << std::min(failures, 20));
    connection_
        ->query(
            "UPDATE runs SET failures = failures + 1, retry_at_ms = ?, retry_pause_ms = ? WHERE "
            "key = ?")
        .run(now_ms() + static_cast<std::int64_t>(pause_ms), static_cast<std::int64_t>(pause_ms),
             run);
  });
  return status;
}

void RunStore::release(const Lease& lease, const std::string& message) {
  write_held(*connection_, lease, [&](std::int64_t run) {
    clear_results(*connection_, run);
    end_attempt(*connection_, run, RunStatus::planned, message, 0.0);
  });
}

void RunStore::prune(const Lease& lease, const std::string& reason, const RunResult& result) {
  write_held(*connection_, lease, [&](std::int64_t run) {
    clear_results(*connection_, run);
    add_result(*connection_, run, result);
    end_attempt(*connection_, run, RunStatus::pruned, reason, result.wall_s);
  });
}

}  // namespace genrebench
