#pragma once
// The job scripts of a submission, and the commands that hand them to Slurm.

#include <cstddef>
#include <string>
#include <vector>

#include "harness/cluster/submission.hpp"

namespace genrebench {

/// Writes the job scripts.
/// @throws ConfigError  as validate() does for the submission's options
/// @throws DataError    if they cannot be written
void write_scripts(const Submission& submission);

/// The name under which an array is in the queue. No other job has it, so that the array is found
/// by it. It begins with the name that `--job-name` among the options gives, if any.
std::string array_name(const Submission& submission, std::size_t array);
/// The same of the merge job.
std::string merge_name(const Submission& submission);

/// The command that submits an array. If the number of tasks at once is limited, the array starts
/// when the one before it has ended.
std::vector<std::string> array_command(const Submission& submission, std::size_t array);

/// The command that submits the merge job, which starts after all arrays.
std::vector<std::string> merge_command(const Submission& submission);

}  // namespace genrebench
