#pragma once
// Reads the profiles that runs keep beside their store.

#include <optional>
#include <string>

#include "base/profile.hpp"
#include "harness/store/run_files.hpp"
#include "harness/store/run_store.hpp"

namespace genrebench::cli {

/// Nothing if the run was done without --profile.
/// @throws DataError  if the file is missing, damaged or not the one that the run left
std::optional<Profile> profile_of(const RunStore& store, const RunFiles& files,
                                  const std::string& run_id);

}  // namespace genrebench::cli
