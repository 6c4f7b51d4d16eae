#pragma once
// What the commands on submissions share.

#include <string>
#include <vector>

#include "cli/command.hpp"
#include "harness/cluster/submission.hpp"

namespace genrebench::cli {

/// A submission's folder, or an experiment; with the store and --json.
void add_submission(Arguments& arguments, std::string& which, Context& context);

/// @param which  a submission's folder, or an experiment; empty: all of the store
/// @throws DataError  if there are none
std::vector<Submission> find_submissions(const Context& context, const std::string& which);

}  // namespace genrebench::cli
