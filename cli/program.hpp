#pragma once
// The program, for `genrebench` itself and for programs that add plug-ins or commands of their own.

#include "harness/plugin/registry.hpp"

namespace genrebench {

namespace cli {
class CommandList;
}

/// Adds every plug-in of this repository.
void register_all(Registry& registry);

/// Parses the command line and runs one of this repository's commands.
/// @return  exit code: 0 done, 1 not done (bad data, failed runs), 2 a mistake in the command or
/// the configuration, 130 interrupted
int run_program(const Registry& registry, int argc, const char* const* argv);

/// The same with commands of the caller's choice: cli::add_all_commands() adds this repository's.
int run_program(const Registry& registry, cli::CommandList commands, int argc,
                const char* const* argv);

}  // namespace genrebench
