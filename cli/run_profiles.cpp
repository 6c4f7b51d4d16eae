#include "cli/run_profiles.hpp"

#include "cli/stored_runs.hpp"
#include "harness/records/run_profile.hpp"

namespace genrebench::cli {

std::optional<Profile> profile_of(const RunStore& store, const RunFiles& files,
                                  const std::string& run_id) {
  const std::optional<std::string> text = artifact_text(store, files, run_id, kProfileName);
  if (!text) return std::nullopt;
  return profile_from(*text, files.artifact(run_id, kProfileName).string());
}

}  // namespace genrebench::cli
