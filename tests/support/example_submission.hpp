#pragma once
// A submission for tests, with every option set.

#include <filesystem>

#include "harness/cluster/submission.hpp"
#include "harness/cluster/task_plan.hpp"

namespace genrebench::testing {

inline Submission example_submission(const std::filesystem::path& folder) {
  Submission submission;
  submission.folder = folder;
  submission.experiment = "table2";
  submission.created_at = "2024-01-02T03:04:05Z";
  submission.program = "/opt/genre bench/genrebench";
  submission.version = "genrebench 0";
  submission.working_folder = "/home/someone's";
  submission.database = folder / "runs.db";
  submission.cache_folder = folder / "cache";
  submission.n_runs = 40;
  submission.n_tasks = 20;
  submission.max_array_size = 16;
  submission.options = {.array_limit = 2,
                        .partition = "short",
                        .time = "30",
                        .gpus = "a100:2",
                        .memory = "8G",
                        .account = "music",
                        .qos = "low",
                        .cpus_per_task = 3,
                        .checkpoint_signal_s = 90,
                        .max_requeues = 7,
                        .others = {"--constraint=a b"}};
  submission.arrays = divide_into_arrays(20, 16);
  return submission;
}

}  // namespace genrebench::testing
