#include "cli/command_line.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>

#include "base/closest_name.hpp"
#include "base/text.hpp"
#include "cli/console.hpp"
#include "cli/help.hpp"
#include "cli/standard_streams.hpp"
#include "cli/watchdog.hpp"
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
    return fmt::format("Try: genrebench{} --help", words);
  }

  int refuse(const std::exception& error) const {
    const std::string what = error.what();
    say(what.starts_with("genrebench: ") ? what : "genrebench: " + what);
    say(hint());
    return kMistake;
  }

  /// Words after `prefix` by which commands are called.
  std::vector<std::string> words_after(const std::string& prefix) const {
    std::vector<std::string> words;
    for (const CommandEntry& entry : commands) {
      const std::string& name = entry.info.name;
      if (name.starts_with(prefix) && name.find(' ', prefix.size()) == std::string::npos &&
          entry.info.group != CommandGroup::hidden)
        words.push_back(name.substr(prefix.size()));
    }
    return words;
  }

  /// @throws UsageError  if the words name no command where they should
  void check_command(const std::vector<std::string>& words) {
    std::string prefix;
    for (const std::string& word : words) {
      if (word.starts_with('-')) return;
      const auto found = std::find_if(commands.begin(), commands.end(), [&](const auto& entry) {
        return entry.info.name == prefix + word;
      });
      if (found == commands.end())
        throw UsageError(unknown_name_message(
            "command", word, prefix.empty() ? "genrebench" : prefix.substr(0, prefix.size() - 1),
            words_after(prefix)));
      if (found->command) return;
      prefix = word + " ";
    }
  }

  /// An option that the command has not, if that is what CLI11 complains of.
  std::string unknown_option(const std::vector<std::string>& words) const {
    const CLI::App* present = &app;
    while (!present->get_subcommands().empty()) present = present->get_subcommands().front();
    const auto entry = entries.find(present);
    if (entry == entries.end() || !entry->second->command) return {};
    std::vector<std::string> known = {"--help"};
    for (const Argument& argument : entry->second->arguments->all())
      for (const std::string& name : argument.names())
        if (name.starts_with("--")) known.push_back(name);
    for (const std::string& word : words) {
      const std::string name = word.substr(0, word.find('='));
      if (name == "--") return {};
      if (name.starts_with("--") && std::find(known.begin(), known.end(), name) == known.end())
        return unknown_name_message("option", name, entry->second->info.name, known);
    }
    return {};
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
  const std::vector<std::string> words(argv + std::min(argc, 1), argv + argc);
  try {
    state_->check_command(words);
    state_->app.parse(argc, argv);
    const Watchdog watchdog({.stopping = [] { return stop_signal() != 0; }});
    return state_->chosen->command->run(state_->context);
  } catch (const CLI::CallForHelp& help) {
    return state_->app.exit(help);
  } catch (const CLI::CallForVersion& version) {
    return state_->app.exit(version);
  } catch (const CLI::ExtrasError& error) {
    const std::string unknown = state_->unknown_option(words);
    return unknown.empty() ? state_->refuse(error) : state_->refuse(UsageError(unknown));
  } catch (const CLI::ParseError& error) {
    return state_->refuse(error);
  } catch (const UsageError& error) {
    return state_->refuse(error);
  }
}

}  // namespace genrebench::cli
