#pragma once
// Parses the command line and runs the command that it names.

#include <memory>
#include <vector>

#include "cli/command.hpp"

namespace genrebench::cli {

class CommandLine {
 public:
  /// Declares every command.
  CommandLine(const Registry& registry, CommandList commands);
  ~CommandLine();
  CommandLine(const CommandLine&) = delete;
  CommandLine& operator=(const CommandLine&) = delete;

  /// In the order in which --help lists them.
  const std::vector<CommandEntry>& commands() const;
  Context& context();

  /// Parses, and runs the command. Mistakes in usage, help and the version are printed.
  /// @return  the exit code
  int run(int argc, const char* const* argv);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace genrebench::cli
