#pragma once
// How far a submission is, by the shards of its tasks, and the merge of these shards.

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "harness/cluster/submission.hpp"
#include "harness/records/run_records.hpp"

namespace genrebench {

struct MergedShards {
  std::size_t n_merged = 0;
  std::vector<std::string> failures;  ///< one line per shard that could not be merged
  std::vector<std::string> notes;     ///< other lines for the user
};

/// Merges the shards into the database, and marks the submission as merged if this worked for all
/// of them. A damaged shard does not keep the others out.
MergedShards merge_shards(const Submission& submission);

struct SubmissionState {
  struct Note {
    std::size_t task = 0;
    std::string text;
  };
  /// Number of runs by status. `planned` includes runs that were put back into the queue.
  std::map<RunStatus, std::size_t> runs;
  /// What workers were doing when they last reported. A killed worker's last report stays.
  std::vector<Note> under_way;
  std::vector<Note> failures;
  std::vector<Note> unreadable;  ///< shards that cannot be read
};

SubmissionState state_of(const Submission& submission);

}  // namespace genrebench
