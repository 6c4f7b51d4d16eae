#pragma once
// The program, libraries and machine that a run is made with.

#include <map>
#include <string>

namespace genrebench {

/// "genrebench 0.1.0 (commit …)".
std::string version_text();

/// Commit and whether the tree had changes, the linker's hash of the build, compiler, library
/// versions, processor, GPUs ("gpu", where there are any), host, operating system, thread count.
std::map<std::string, std::string> describe_environment(int threads);

}  // namespace genrebench
