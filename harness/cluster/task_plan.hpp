#pragma once
// Divides the runs of a submission into tasks, and gives each task its part of the frozen plan.

#include <cstddef>
#include <string>
#include <vector>

#include "harness/cluster/submission.hpp"
#include "harness/plan/plan.hpp"

namespace genrebench {

/// Number of runs per task if the user gives none: one, but at most 1000 tasks in all, or ten tasks
/// for each that may run at once.
/// @param array_limit  number of tasks that may run at once; 0: not limited
std::size_t default_runs_per_task(std::size_t n_runs, std::size_t array_limit);

/// Positions in the frozen plan of the runs of a task: those with this remainder modulo n_tasks.
std::vector<std::size_t> runs_of_task(std::size_t n_runs, std::size_t n_tasks, std::size_t task);

/// Consecutive tasks in arrays of at most max_array_size.
std::vector<TaskArray> divide_into_arrays(std::size_t n_tasks, std::size_t max_array_size);

/// Freezes a plan: writes its runs to the submission's plan file.
void freeze(const Plan& plan, const Submission& submission, const Registry& registry,
            Progress& progress);

/// Ids of the frozen runs.
std::vector<std::string> frozen_runs(const Submission& submission);

/// The part of the frozen plan that a task does.
/// @throws ConfigError  if there is no such task
/// @throws DataError    if the runs are no longer the frozen ones, because the data or the program
/// changed
Plan task_plan(const Submission& submission, std::size_t task, const Registry& registry,
               FileHashes& hashes, Progress& progress);

}  // namespace genrebench
