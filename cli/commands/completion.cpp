// `genrebench completion`: a script that makes a shell complete commands, options and files.

#include "cli/completion.hpp"

#include <fmt/format.h>

#include <string>

#include "cli/command.hpp"
#include "cli/standard_streams.hpp"

namespace genrebench::cli {
namespace {

class CompletionCommand final : public Command {
 public:
  void declare(Arguments& arguments, Context& /*context*/) override {
    arguments.add({.name = "SHELL",
                   .help = "bash, zsh or fish",
                   .choices = {"bash", "zsh", "fish"},
                   .required = true},
                  shell_);
  }

  int run(Context& context) override {
    const std::vector<CommandEntry>& commands = *context.commands;
    write_out("{}", shell_ == "bash"  ? bash_completion(commands)
                    : shell_ == "zsh" ? zsh_completion(commands)
                                      : fish_completion(commands));
    return kDone;
  }

 private:
  std::string shell_;
};

}  // namespace

void command_completion(CommandList& commands) {
  commands.add<CompletionCommand>({.name = "completion",
                                   .group = CommandGroup::program,
                                   .position = 2,
                                   .summary = "Print a completion script for a shell",
                                   .details = "For example: source <(genrebench completion bash)"});
}

}  // namespace genrebench::cli
