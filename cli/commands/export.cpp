// `genrebench export ...`: from the store to other tools. Each command is a file of its own.

#include "cli/command.hpp"

namespace genrebench::cli {

void command_export(CommandList& commands) {
  commands.add_group({.name = "export",
                      .group = CommandGroup::results,
                      .position = 6,
                      .summary = "Take runs to other tools: CSV, TensorBoard, MLflow, a bundle"});
}

}  // namespace genrebench::cli
