#include "harness/cluster/submission_state.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/files.hpp"
#include "harness/records/short_id.hpp"
#include "harness/store/merge.hpp"
#include "harness/store/run_store.hpp"

namespace genrebench {
namespace {

namespace fs = std::filesystem;

/// Opens a shard for writing once, because a killed task may have left its last commits in the log,
/// or no tables yet. Errors are ignored here; merging reports them.
void tidy_up(const fs::path& shard) {
  try {
    RunStore::open(shard, RunStore::Mode::write);
  } catch (const DataError&) {
  }
}

void append(std::vector<std::string>& lines, const std::vector<std::string>& more) {
  lines.insert(lines.end(), more.begin(), more.end());
}

/// Adds the runs and workers of one shard.
void add_shard(const RunStore& store, const std::string& experiment, std::size_t task,
               SubmissionState& state) {
  for (const RunRecord& run : store.runs(experiment)) {
    ++state.runs[run.status];
    if (run.status == RunStatus::failed)
      state.failures.push_back({task, fmt::format("run {}: {}", short_id(run.id), run.message)});
  }
  for (const WorkerRecord& worker : store.workers())
    if (!worker.run_id.empty())
      state.under_way.push_back(
          {task, worker.now.empty() ? fmt::format("run {}", short_id(worker.run_id)) : worker.now});
}

}  // namespace

MergedShards merge_shards(const Submission& submission) {
  const std::vector<fs::path> shards = submission.shards();
  for (const fs::path& shard : shards) tidy_up(shard);
  // The time of this file becomes that of the mark: what is written from now on is newer.
  const fs::path begun = submission.folder / "merging";
  write_file_atomically(begun, "");
  MergedShards result;
  for (const fs::path& shard : shards) {
    try {
      const MergeSummary summary = merge_store(submission.database, shard);
      ++result.n_merged;
      append(result.notes, summary.warnings);
      append(result.notes, summary.differences);
    } catch (const DataError& error) {
      result.failures.push_back(error.what());
    }
  }
  std::error_code error;
  if (result.failures.empty()) fs::rename(begun, submission.merged_mark(), error);
  if (error)
    throw DataError(fmt::format("{}: cannot be renamed: {}", begun.string(), error.message()));
  return result;
}

SubmissionState state_of(const Submission& submission) {
  SubmissionState state;
  for (const std::size_t task : submission.started_tasks()) {
    try {
      const auto store = RunStore::open(submission.shard(task), RunStore::Mode::read);
      add_shard(*store, submission.experiment, task, state);
    } catch (const DataError& damage) {
      state.unreadable.push_back({task, damage.what()});
    }
  }
  std::size_t n_known = 0;
  for (const auto& [status, count] : state.runs) n_known += count;
  state.runs[RunStatus::planned] += submission.n_runs - std::min(n_known, submission.n_runs);
  return state;
}

}  // namespace genrebench
