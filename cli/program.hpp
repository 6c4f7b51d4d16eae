#pragma once
// The command line of the program, for `genrebench` itself and for programs that add plug-ins of
// their own.

#include "harness/plugin/registry.hpp"

namespace genrebench {

/// Adds every plug-in of this repository.
void register_all(Registry& registry);

/// Parses the command line and runs one command.
/// @return  exit code: 0 done, 1 not done (bad data, failed runs), 2 a mistake in the command or
/// configuration,
///          130 interrupted
int run_program(const Registry& registry, int argc, const char* const* argv);

}  // namespace genrebench
