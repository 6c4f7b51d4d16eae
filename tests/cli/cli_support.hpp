#pragma once
// The program's commands, declared, without a process.

#include <memory>
#include <string>
#include <vector>

#include "cli/command_line.hpp"
#include "cli/program.hpp"

namespace genrebench::testing {

/// The commands of a program with every plug-in of this repository.
class DeclaredProgram {
 public:
  DeclaredProgram() {
    register_all(registry_);
    cli::CommandList commands;
    cli::add_all_commands(commands);
    line_ = std::make_unique<cli::CommandLine>(registry_, std::move(commands));
  }

  cli::CommandLine& line() { return *line_; }
  const std::vector<cli::CommandEntry>& commands() const { return line_->commands(); }

  const cli::CommandEntry& command(const std::string& name) const {
    for (const cli::CommandEntry& entry : commands())
      if (entry.info.name == name) return entry;
    throw std::out_of_range("no command " + name);
  }

 private:
  Registry registry_;
  std::unique_ptr<cli::CommandLine> line_;
};

/// Parses words and runs the command that they name. @return  the exit code
inline int run_words(cli::CommandLine& line, const std::vector<std::string>& words) {
  std::vector<const char*> argv = {"genrebench"};
  for (const std::string& word : words) argv.push_back(word.c_str());
  return line.run(static_cast<int>(argv.size()), argv.data());
}

}  // namespace genrebench::testing
