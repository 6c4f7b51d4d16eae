// `genrebench store ...`: upkeep of the run store. Each command is a file of its own.

#include "cli/command.hpp"

namespace genrebench::cli {

void command_store(CommandList& commands) {
  commands.add_group({.name = "store",
                      .group = CommandGroup::store,
                      .summary = "Check, copy or tidy up the store; delete runs, with undo"});
}

}  // namespace genrebench::cli
