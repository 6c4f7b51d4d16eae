#pragma once
// By what a run was made: the program, and the versions of the plug-ins that it used.

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "harness/experiment/run_spec.hpp"
#include "harness/plugin/registry.hpp"
#include "harness/store/run_store.hpp"

namespace genrebench {

/// What a run's environment has besides describe_environment(): "versions", the list of
/// versions_of().
std::map<std::string, std::string> with_versions(std::map<std::string, std::string> environment,
                                                 const RunSpec& spec, const Registry& registry);

/// The versions that with_versions() recorded, {"method svm 1", …}; empty for runs of earlier
/// programs.
std::vector<std::string> recorded_versions(const std::map<std::string, std::string>& environment);

/// The commit of the program that an environment describes; for a tree with changes with the build,
/// as two such trees have one commit: "0162fb7a31b9-dirty (build 5d41402a)". Empty where the
/// environment names none.
std::string program_of(const std::map<std::string, std::string>& environment);

/// program_of() of this program.
const std::string& this_program();

/// To follow "75 done": ", by commit X; this is Y", or with the numbers where there are several
/// programs; empty where all runs that are done are by this program, or none is done.
std::string other_programs(const StoreReader& store, const std::vector<RunRecord>& runs);

/// "12 runs of 'table2' have ids of version 1, made by an earlier genrebench; they are not reused";
/// empty where none has.
/// @param whose  "of 'table2'"
std::string older_ids(const std::vector<RunRecord>& runs, const std::string& whose);

}  // namespace genrebench
