#include "cli/completion.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace genrebench::cli {
namespace {

const std::vector<std::string> kPluginKinds = {"datasets", "splits",       "excerpts", "features",
                                               "methods",  "deformations", "reports"};

bool listed(const CommandEntry& entry) { return entry.info.group != CommandGroup::hidden; }

/// A word of a shell, in single quotes.
std::string quoted(const std::string& text) {
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return result + "'";
}

std::string joined(const std::vector<std::string>& words, const char* separator = " ") {
  return fmt::format("{}", fmt::join(words, separator));
}

/// Commands that follow these words: "" gives "plan", "store"; "store" gives "check".
std::vector<const CommandEntry*> following(const std::vector<CommandEntry>& commands,
                                           const std::string& words) {
  const std::string prefix = words.empty() ? "" : words + " ";
  std::vector<const CommandEntry*> result;
  for (const CommandEntry& entry : commands) {
    const std::string& name = entry.info.name;
    if (listed(entry) && name.starts_with(prefix) &&
        name.find(' ', prefix.size()) == std::string::npos && name != words)
      result.push_back(&entry);
  }
  return result;
}

std::string last_word(const std::string& name) { return name.substr(name.rfind(' ') + 1); }

/// Every option's names, and those that all commands have.
std::vector<std::string> options_of(const CommandEntry& entry) {
  std::vector<std::string> names;
  for (const Argument& argument : entry.arguments->all())
    for (const std::string& name : argument.names()) names.push_back(name);
  names.push_back("--help");
  return names;
}

/// The argument that is told by its position.
const Argument* positional_of(const CommandEntry& entry) {
  for (const Argument& argument : entry.arguments->all())
    if (argument.positional()) return &argument;
  return nullptr;
}

/// What bash offers for a value: words, or a mark that begins with a colon.
std::string bash_values(const Argument* argument) {
  if (argument == nullptr) return ":nothing";
  if (!argument->info().choices.empty()) return joined(argument->info().choices);
  switch (argument->info().completes) {
    case Completion::file:
      return ":file";
    case Completion::folder:
      return ":folder";
    case Completion::experiment_file:
      return ":experiment";
    case Completion::plugin_kind:
      return joined(kPluginKinds);
    case Completion::nothing:
      break;
  }
  return ":nothing";
}

/// What zsh does for a value.
std::string zsh_values(const Argument* argument) {
  if (argument == nullptr) return "return";
  if (!argument->info().choices.empty()) return "compadd -- " + joined(argument->info().choices);
  switch (argument->info().completes) {
    case Completion::file:
      return "_files";
    case Completion::folder:
      return "_files -/";
    case Completion::experiment_file:
      return "_files -g '*.(yaml|yml)'";
    case Completion::plugin_kind:
      return "compadd -- " + joined(kPluginKinds);
    case Completion::nothing:
      break;
  }
  return "return";
}

/// What fish offers for a value.
std::string fish_values(const Argument& argument) {
  if (!argument.info().choices.empty()) return "-a " + quoted(joined(argument.info().choices));
  switch (argument.info().completes) {
    case Completion::file:
      return "-F";
    case Completion::folder:
      return "-a '(__fish_complete_directories)'";
    case Completion::experiment_file:
      return "-a '(__fish_complete_suffix .yaml)'";
    case Completion::plugin_kind:
      return "-a " + quoted(joined(kPluginKinds));
    case Completion::nothing:
      break;
  }
  return "";
}

/// "'plan' | 'store' | 'store check'": a pattern of `case` that matches every command.
std::string command_pattern(const std::vector<CommandEntry>& commands) {
  std::vector<std::string> names;
  for (const CommandEntry& entry : commands)
    if (listed(entry)) names.push_back(quoted(entry.info.name));
  return joined(names, " | ");
}

std::vector<std::string> names_of(const std::vector<const CommandEntry*>& entries) {
  std::vector<std::string> names;
  for (const CommandEntry* entry : entries) names.push_back(last_word(entry->info.name));
  return names;
}

/// Items of zsh's _describe: 'name:what it is'.
std::string zsh_commands(const std::vector<const CommandEntry*>& entries) {
  std::string items;
  for (const CommandEntry* entry : entries)
    items += " " + quoted(last_word(entry->info.name) + ":" + entry->info.summary);
  return fmt::format("names=({}); _describe command names", items.substr(1));
}

std::string zsh_options(const CommandEntry& entry) {
  std::string items = "'--help:Print help'";
  for (const Argument& argument : entry.arguments->all())
    for (const std::string& name : argument.names())
      items += " " + quoted(name + ":" + argument.info().help);
  return fmt::format("names=({}); _describe option names", items);
}

/// Calls visit(command, option, argument) for every option that takes a value.
template <typename Visitor>
void visit_valued_options(const std::vector<CommandEntry>& commands, Visitor&& visit) {
  for (const CommandEntry& entry : commands) {
    if (!listed(entry)) continue;
    for (const Argument& argument : entry.arguments->all())
      for (const std::string& option : argument.names())
        if (argument.takes_value()) visit(entry.info.name, option, argument);
  }
}

/// What bash offers after an option.
std::string bash_option_cases(const std::vector<CommandEntry>& commands) {
  std::string text;
  visit_valued_options(commands, [&](const std::string& command, const std::string& option,
                                     const Argument& argument) {
    text += fmt::format("    {}) values={} ;;\n", quoted(command + " " + option),
                        quoted(bash_values(&argument)));
  });
  return text;
}

/// What bash offers after a command.
std::string bash_command_cases(const std::vector<CommandEntry>& commands) {
  std::string text = fmt::format("      '') values={} options='--help --version' ;;\n",
                                 quoted(joined(names_of(following(commands, "")))));
  for (const CommandEntry& entry : commands) {
    if (!listed(entry)) continue;
    const std::string values = entry.command
                                   ? bash_values(positional_of(entry))
                                   : joined(names_of(following(commands, entry.info.name)));
    text += fmt::format("      {}) values={} options={} ;;\n", quoted(entry.info.name),
                        quoted(values), quoted(joined(options_of(entry))));
  }
  return text;
}

std::string zsh_option_cases(const std::vector<CommandEntry>& commands) {
  std::string text;
  visit_valued_options(commands, [&](const std::string& command, const std::string& option,
                                     const Argument& argument) {
    text += fmt::format("    {}) {}; return ;;\n", quoted(command + " " + option),
                        zsh_values(&argument));
  });
  return text;
}

std::string zsh_command_cases(const std::vector<CommandEntry>& commands) {
  std::string text = fmt::format("    '') {} ;;\n", zsh_commands(following(commands, "")));
  for (const CommandEntry& entry : commands) {
    if (!listed(entry)) continue;
    const std::string others = entry.command ? zsh_values(positional_of(entry))
                                             : zsh_commands(following(commands, entry.info.name));
    text += fmt::format("    {}) if [[ $PREFIX == -* ]]; then {}; else {}; fi ;;\n",
                        quoted(entry.info.name), zsh_options(entry), others);
  }
  return text;
}

/// The condition under which fish offers something for a command.
std::string fish_condition(const std::string& command) {
  const std::size_t space = command.find(' ');
  if (space == std::string::npos) return quoted("__fish_seen_subcommand_from " + command);
  return quoted(fmt::format("__fish_seen_subcommand_from {}; and __fish_seen_subcommand_from {}",
                            command.substr(0, space), command.substr(space + 1)));
}

std::string fish_option(const std::string& condition, const Argument& argument) {
  std::string line = fmt::format("complete -c genrebench -n {}", condition);
  for (const std::string& name : argument.names())
    line += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
  if (argument.takes_value()) {
    const std::string values = fish_values(argument);
    line += values.empty() ? " -x" : " -r " + values;
  }
  return fmt::format("{} -d {}\n", line, quoted(argument.info().help));
}

}  // namespace

std::string bash_completion(const std::vector<CommandEntry>& commands) {
  return fmt::format(
      R"(# Completion of genrebench for bash. Load it with: source <(genrebench completion bash)
_genrebench() {{
  local current=${{COMP_WORDS[COMP_CWORD]}} previous=${{COMP_WORDS[COMP_CWORD - 1]}}
  local command= candidate= values= options= i IFS=$' \t\n'
  for ((i = 1; i < COMP_CWORD; ++i)); do
    candidate="${{command:+$command }}${{COMP_WORDS[i]}}"
    case $candidate in
      {}) command=$candidate ;;
    esac
  done
  case "$command $previous" in
{}  esac
  if [[ -z $values ]]; then
    case $command in
{}    esac
    if [[ $current == -* ]]; then values=$options; fi
  fi
  case $values in
    :nothing) COMPREPLY=() ;;
    :file) IFS=$'\n'; compopt -o filenames 2> /dev/null
      COMPREPLY=($(compgen -f -- "$current")) ;;
    :folder) IFS=$'\n'; compopt -o filenames 2> /dev/null
      COMPREPLY=($(compgen -d -- "$current")) ;;
    :experiment) IFS=$'\n'; compopt -o filenames 2> /dev/null
      COMPREPLY=($(compgen -f -X '!*.yaml' -- "$current"; compgen -f -X '!*.yml' -- "$current"
        compgen -d -- "$current")) ;;
    *) COMPREPLY=($(compgen -W "$values" -- "$current")) ;;
  esac
}}
complete -F _genrebench genrebench
)",
      command_pattern(commands), bash_option_cases(commands), bash_command_cases(commands));
}

std::string zsh_completion(const std::vector<CommandEntry>& commands) {
  return fmt::format(
      R"(#compdef genrebench
# Completion of genrebench for zsh. Load it with: source <(genrebench completion zsh)
_genrebench() {{
  local command= candidate= word=
  local -a names
  for word in "${{(@)words[2,CURRENT-1]}}"; do
    candidate="${{command:+$command }}$word"
    case $candidate in
      {}) command=$candidate ;;
    esac
  done
  case "$command ${{words[CURRENT-1]}}" in
{}  esac
  case $command in
{}  esac
}}
if [[ $funcstack[1] == _genrebench ]]; then
  _genrebench "$@"
else
  compdef _genrebench genrebench
fi
)",
      command_pattern(commands), zsh_option_cases(commands), zsh_command_cases(commands));
}

std::string fish_completion(const std::vector<CommandEntry>& commands) {
  std::string text =
      "# Completion of genrebench for fish. Load it with: genrebench completion fish | source\n"
      "complete -c genrebench -f\n";
  for (const CommandEntry* entry : following(commands, ""))
    text += fmt::format("complete -c genrebench -n __fish_use_subcommand -a {} -d {}\n",
                        entry->info.name, quoted(entry->info.summary));
  for (const CommandEntry& entry : commands) {
    if (!listed(entry)) continue;
    const std::string condition = fish_condition(entry.info.name);
    const auto next = following(commands, entry.info.name);
    for (const CommandEntry* one : next)
      text += fmt::format("complete -c genrebench -n {} -a {} -d {}\n",
                          quoted(fmt::format("__fish_seen_subcommand_from {}; and not "
                                             "__fish_seen_subcommand_from {}",
                                             entry.info.name, joined(names_of(next)))),
                          last_word(one->info.name), quoted(one->info.summary));
    for (const Argument& argument : entry.arguments->all()) {
      if (!argument.positional())
        text += fish_option(condition, argument);
      else if (const std::string values = fish_values(argument); !values.empty())
        text += fmt::format("complete -c genrebench -n {} {}\n", condition, values);
    }
  }
  return text;
}

}  // namespace genrebench::cli
