#pragma once
// What commands that take a stored run share.

#include <string>
#include <vector>

#include "harness/store/run_store.hpp"

namespace genrebench::cli {

/// @param prefix  of the run's id
/// @throws ConfigError  if no run or several begin so
RunRecord find_run(const StoreReader& store, const std::string& prefix);

/// The run's genres in class order; empty where it is not done.
std::vector<std::string> genres_of(const RunRecord& run);

}  // namespace genrebench::cli
