#include "cli/command_line.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>

#include "base/text.hpp"
#include "cli/help.hpp"
#include "harness/run/environment.hpp"

namespace genrebench::cli {

struct CommandLine::State {
  State(const Registry& registry, CommandList list)
      : context(registry), commands(std::move(list).sorted()) {
    context.commands = &commands;
    app.set_version_flag("--version", version_text());
    app.require_subcommand(1);
    app.formatter_fn([this](const CLI::App* of, const std::string&, CLI::AppFormatMode) {
      const auto found = entries.find(of);
      return found == entries.end() ? program_help(commands)
                                    : command_help(*found->second, commands);
    });
    for (const bool first_words : {true, false})
      for (CommandEntry& entry : commands)
        if ((entry.info.name.find(' ') == std::string::npos) == first_words) declare(entry);
  }

  void declare(CommandEntry& entry) {
    const std::string& name = entry.info.name;
    const std::size_t space = name.find(' ');
    CLI::App* const parent =
        space == std::string::npos ? &app : group_called(name.substr(0, space), name);
    CLI::App* const own = parent->add_subcommand(
        space == std::string::npos ? name : name.substr(space + 1), entry.info.summary);
    entries[own] = &entry;
    entry.arguments = std::make_unique<Arguments>(*own);
    if (!entry.command) {
      own->require_subcommand(1);
      return;
    }
    entry.command->declare(*entry.arguments, context);
    own->callback([this, &entry] { chosen = &entry; });
  }

  CLI::App* group_called(const std::string& name, const std::string& of) {
    for (const auto& [one, entry] : entries)
      if (entry->info.name == name && !entry->command) return const_cast<CLI::App*>(one);
    throw std::logic_error(fmt::format("command '{}': no group is called '{}'", of, name));
  }

  /// How to get help on what was parsed so far.
  std::string hint() const {
    std::string words;
    const CLI::App* present = &app;
    while (!present->get_subcommands().empty()) {
      present = present->get_subcommands().front();
      words += " " + present->get_name();
    }
    return fmt::format("Try: genrebench{} --help\n", words);
  }

  int refuse(const std::exception& error) const {
    fmt::print(stderr, "genrebench: {}\n{}", single_line(error.what()), hint());
    return kMistake;
  }

  Context context;
  std::vector<CommandEntry> commands;
  CLI::App app{"", "genrebench"};
  std::map<const CLI::App*, CommandEntry*> entries;
  CommandEntry* chosen = nullptr;
};

CommandLine::CommandLine(const Registry& registry, CommandList commands)
    : state_(std::make_unique<State>(registry, std::move(commands))) {}

CommandLine::~CommandLine() = default;

const std::vector<CommandEntry>& CommandLine::commands() const { return state_->commands; }

Context& CommandLine::context() { return state_->context; }

int CommandLine::run(int argc, const char* const* argv) {
  try {
    state_->app.parse(argc, argv);
    return state_->chosen->command->run(state_->context);
  } catch (const CLI::CallForHelp& help) {
    return state_->app.exit(help);
  } catch (const CLI::CallForVersion& version) {
    return state_->app.exit(version);
  } catch (const CLI::ParseError& error) {
    return state_->refuse(error);
  } catch (const UsageError& error) {
    return state_->refuse(error);
  }
}

}  // namespace genrebench::cli
