#include "cli/help.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>

#include "base/text.hpp"
#include "cli/standard_streams.hpp"

namespace genrebench::cli {
namespace {

constexpr std::size_t kNameColumn = 2;

/// 80 columns, or those of a narrower terminal.
std::size_t width() {
  constexpr std::size_t kWidest = 80, kNarrowest = 30;
  const std::size_t columns = columns_of(STDOUT_FILENO);
  return columns == 0 ? kWidest : std::clamp(columns, kNarrowest, kWidest);
}

/// Where the second column begins. In a narrow terminal it stands below the first.
std::size_t help_column() { return width() < 60 ? 6 : 26; }

constexpr const char* kExitCodes =
    "Results go to standard output, progress and messages to standard error.\n"
    "Exit codes: 0 done, 1 not done, 2 a mistake in the command or the configuration,\n"
    "130 interrupted.\n";

const std::vector<std::pair<CommandGroup, const char*>> kHeadings = {
    {CommandGroup::experiments, "Experiments"},
    {CommandGroup::results, "Results"},
    {CommandGroup::data, "Data"},
    {CommandGroup::store, "Store"},
    {CommandGroup::cluster, "Cluster"},
    {CommandGroup::program, "Program"}};

std::string wrapped(const std::string& text) { return wrap_text(text, width()); }

/// Two columns; a name that is too long for its column stands on a line of its own.
std::string line(const std::string& name, const std::string& help) {
  const std::size_t column = help_column();
  const std::string new_line = "\n" + std::string(column, ' ');
  const std::string right =
      replace_each(wrap_text(help, width() - column), [&](char c) -> std::string_view {
        return c == '\n' ? std::string_view(new_line) : std::string_view();
      });
  const std::string left = std::string(kNameColumn, ' ') +
                           wrap_text(name, width() - kNameColumn, std::string(column, ' '));
  if (left.size() + 2 > column) return left + new_line + right + "\n";
  return left + std::string(column - left.size(), ' ') + right + "\n";
}

/// "1 to 1024; default 2"; empty where there is nothing to say.
std::string limits(const Argument& argument) {
  const ArgumentInfo& info = argument.info();
  std::vector<std::string> parts;
  if (std::isfinite(info.minimum) && std::isfinite(info.maximum))
    parts.push_back(fmt::format("{} to {}", info.minimum, info.maximum));
  if (!argument.default_text().empty()) parts.push_back("default " + argument.default_text());
  return fmt::format("{}", fmt::join(parts, "; "));
}

std::string help_of(const Argument& argument) {
  const std::string more = limits(argument);
  return more.empty() ? argument.info().help : fmt::format("{} ({})", argument.info().help, more);
}

std::string value_of(const Argument& argument) {
  const ArgumentInfo& info = argument.info();
  if (!info.value.empty()) return info.value;
  if (!info.choices.empty()) return fmt::format("{}", fmt::join(info.choices, "|"));
  return argument.positional() ? info.name : "TEXT";
}

std::string title_of(const Argument& argument) {
  if (argument.positional()) return value_of(argument);
  const std::string names = fmt::format("{}", fmt::join(argument.names(), ", "));
  return argument.takes_value() ? names + " " + value_of(argument) : names;
}

std::string usage(const CommandEntry& command) {
  std::string text = "Usage: genrebench " + command.info.name;
  if (!command.command) return text + " COMMAND\n";
  text += " [OPTIONS]";
  for (const Argument& argument : command.arguments->all()) {
    if (!argument.positional()) continue;
    const std::string value = value_of(argument);
    text += argument.info().required || value.front() == '[' ? " " + value : " [" + value + "]";
  }
  return wrap_text(text, width(), "    ") + "\n";
}

std::string arguments_text(const CommandEntry& command) {
  std::string positional, options;
  for (const Argument& argument : command.arguments->all())
    (argument.positional() ? positional : options) += line(title_of(argument), help_of(argument));
  if (!positional.empty()) positional = "\nArguments:\n" + positional;
  return positional + "\nOptions:\n" + options + line("-h, --help", "Print this help");
}

}  // namespace

std::string program_help(const std::vector<CommandEntry>& commands) {
  std::string text = wrapped("Benchmarks and tracks music genre recognition experiments.\n\n") +
                     "Usage: genrebench COMMAND [ARGUMENTS]\n"
                     "       genrebench COMMAND --help\n";
  for (const auto& [group, heading] : kHeadings) {
    std::string lines;
    for (const CommandEntry& entry : commands)
      if (entry.info.group == group && entry.info.name.find(' ') == std::string::npos)
        lines += line(entry.info.name, entry.info.summary);
    if (!lines.empty()) text += fmt::format("\n{}:\n{}", heading, lines);
  }
  return text + "\nOptions:\n" + line("-h, --help", "Print this help") +
         line("--version", "Print the version") + "\n" + wrapped(kExitCodes);
}

std::string command_help(const CommandEntry& command, const std::vector<CommandEntry>& commands) {
  std::string text = wrapped(command.info.summary) + ".\n";
  if (!command.info.details.empty()) text += wrapped(command.info.details) + "\n";
  text += "\n" + usage(command);
  if (command.command) {
    text += arguments_text(command);
  } else {
    const std::string prefix = command.info.name + " ";
    text += "\nCommands:\n";
    for (const CommandEntry& entry : commands)
      if (entry.info.name.starts_with(prefix))
        text += line(entry.info.name.substr(prefix.size()), entry.info.summary);
    text += "\nOptions:\n" + line("-h, --help", "Print this help");
  }
  return text + "\n" + wrapped(kExitCodes);
}

}  // namespace genrebench::cli
