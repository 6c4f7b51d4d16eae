// `genrebench kernels ...`: how fast the kernels are, from commit to commit. Each command is a file
// of its own.

#include "cli/command.hpp"

namespace genrebench::cli {

void command_kernels(CommandList& commands) {
  commands.add_group({.name = "kernels",
                      .group = CommandGroup::data,
                      .position = 50,
                      .summary = "Measure the kernels, and find the commit that made one slower"});
}

}  // namespace genrebench::cli
