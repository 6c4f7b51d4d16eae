// `genrebench dataset ...`: one dataset, outside any experiment. Each command is a file of its own.

#include "cli/command.hpp"

namespace genrebench::cli {

void command_dataset(CommandList& commands) {
  commands.add_group({.name = "dataset",
                      .group = CommandGroup::data,
                      .position = 1,
                      .summary = "Make, verify or describe a dataset"});
}

}  // namespace genrebench::cli
