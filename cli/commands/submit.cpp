// `genrebench submit ...`: experiments on a cluster. Each command is a file of its own.

#include "cli/command.hpp"

namespace genrebench::cli {

void command_submit(CommandList& commands) {
  commands.add_group({.name = "submit",
                      .group = CommandGroup::cluster,
                      .summary = "Submit experiments to a cluster, and see how far they are"});
}

}  // namespace genrebench::cli
