#pragma once
// Which program made a run, and which versions of plug-ins it used.

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "harness/plan/plan.hpp"
#include "harness/plugin/registry.hpp"
#include "harness/store/run_store.hpp"

namespace genrebench {

/// What a run's environment has besides describe_environment(): "versions", the list of
/// versions_of(), "library.ffmpeg" where ffmpeg decodes some of its files, and what its method uses
/// outside genrebench (MethodPlugin::surroundings).
std::map<std::string, std::string> with_versions(std::map<std::string, std::string> environment,
                                                 const PlannedRun& run, const Registry& registry);

/// The versions that with_versions() recorded, {"method svm 1", …}; empty for runs of earlier
/// programs.
std::vector<std::string> recorded_versions(const std::map<std::string, std::string>& environment);

/// The number of threads that a run was computed with; `fallback` if its environment has none.
/// @throws DataError  if it is no number of threads
int recorded_threads(const std::map<std::string, std::string>& environment,
                     const std::string& run_id, int fallback);

/// The commit of the program that an environment describes. For a tree with changes also the build,
/// because several such trees share a commit: "0162fb7a31b9-dirty (build 5d41402a)". Empty if the
/// environment names no commit.
std::string program_of(const std::map<std::string, std::string>& environment);

/// program_of() of this program.
const std::string& this_program();

/// A continuation of "75 done": ", by commit X; this is Y", with numbers if there are several
/// programs. Empty if no run is done, or this program made all that are done.
std::string other_programs(const StoreReader& store, const std::vector<RunRecord>& runs);

/// "12 runs of 'table2' have ids of version 1, made by an earlier genrebench; they are not reused";
/// empty if there are none.
/// @param whose  "of 'table2'"
std::string older_ids(const std::vector<RunRecord>& runs, const std::string& whose);

}  // namespace genrebench
