#pragma once
// What commands that take a stored run share.

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "cli/arguments.hpp"
#include "harness/store/run_files.hpp"
#include "harness/store/run_store.hpp"

namespace genrebench::cli {

/// A run's id, or the beginning of it.
void add_run(Arguments& arguments, std::string& prefix);

/// @param prefix  of the run's id
/// @throws ConfigError  if no run or several begin so
RunRecord find_run(const RunStore& store, const std::string& prefix);

/// The run's genres in class order; empty if the run is not done.
std::vector<std::string> genres_of(const RunRecord& run);

/// Values by key; those that are lists of texts become lists.
nlohmann::ordered_json typed_json(const std::map<std::string, std::string>& values);

/// The content of a file that a run left; nothing if it left none of this name.
/// @throws DataError  if it is missing, or not the one that the run left
std::optional<std::string> artifact_text(const RunStore& store, const RunFiles& files,
                                         const std::string& run_id, const std::string& name);

/// What the store says of a run: its record, facts and environment, without what lies in lists.
nlohmann::ordered_json run_json(const RunStore& store, const RunRecord& run);

}  // namespace genrebench::cli
