// What --help says of every command.
#include "cli/help.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "base/text.hpp"
#include "cli/cli_support.hpp"

namespace genrebench::cli {
namespace help_test {

using testing::DeclaredProgram;

/// Lines wider than a terminal of 80 columns. Those that show a default are left out where it is a
/// path, which may have any length.
std::vector<std::string> wide_lines(const std::string& text) {
  std::vector<std::string> wide;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);)
    if (display_width(line) > 80 && line.find('/') == std::string::npos) wide.push_back(line);
  return wide;
}

TEST(Help, FitsEightyColumns) {
  const DeclaredProgram program;
  EXPECT_EQ(wide_lines(program_help(program.commands())), std::vector<std::string>{});
  for (const CommandEntry& entry : program.commands())
    EXPECT_EQ(wide_lines(command_help(entry, program.commands())), std::vector<std::string>{})
        << entry.info.name;
}

TEST(Help, FitsANarrowTerminal) {
  const DeclaredProgram program;
  ::setenv("COLUMNS", "40", 1);
  std::vector<std::string> texts = {program_help(program.commands())};
  for (const CommandEntry& entry : program.commands())
    texts.push_back(command_help(entry, program.commands()));
  ::unsetenv("COLUMNS");
  for (const std::string& text : texts) {
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
      const bool one_word = line.find(' ', line.find_first_not_of(' ')) == std::string::npos,
                 choices = line.find_first_of("/|") != std::string::npos;
      EXPECT_TRUE(display_width(line) <= 40 || one_word || choices) << line;
    }
  }
}

TEST(Help, DescribesEveryCommandAndArgument) {
  const DeclaredProgram program;
  for (const CommandEntry& entry : program.commands()) {
    EXPECT_GE(entry.info.summary.size(), 20u) << entry.info.name;
    EXPECT_NE(entry.info.summary.back(), '.') << entry.info.name << ": the text adds the full stop";
    for (const Argument& argument : entry.arguments->all())
      EXPECT_FALSE(argument.info().help.empty()) << entry.info.name << " " << argument.info().name;
  }
}

TEST(Help, TellsTheExitCodesEverywhere) {
  const DeclaredProgram program;
  for (const CommandEntry& entry : program.commands()) {
    const std::string text = command_help(entry, program.commands());
    for (const char* code : {"0 done", "1 not done", "2 a mistake", "130 interrupted"})
      EXPECT_NE(text.find(code), std::string::npos) << entry.info.name;
  }
  EXPECT_NE(command_help(program.command("work"), program.commands()).find("75"),
            std::string::npos);
}

TEST(Help, ListsCommandsByHeadingAndNoHiddenOne) {
  const DeclaredProgram program;
  const std::string text = program_help(program.commands());
  std::size_t place = 0;
  for (const char* next : {"Experiments:", "  plan ", "  run ", "  resume ", "Results:", "  runs ",
                           "  show ", "Data:", "  dataset ", "Store:", "  merge ",
                           "Cluster:", "  submit ", "Program:", "  list "}) {
    const std::size_t found = text.find(next, place);
    ASSERT_NE(found, std::string::npos) << next;
    place = found;
  }
  EXPECT_EQ(text.find("pool-worker"), std::string::npos);
}

TEST(Help, OfAGroupListsItsCommands) {
  const DeclaredProgram program;
  const std::string text = command_help(program.command("store"), program.commands());
  for (const char* command : {"  check ", "  backup ", "  delete ", "  vacuum "})
    EXPECT_NE(text.find(command), std::string::npos) << command;
}

TEST(Help, ShowsRangesDefaultsAndChoices) {
  const DeclaredProgram program;
  const std::string text = command_help(program.command("run"), program.commands());
  for (const char* part : {"--workers N", "(1 to 1024; default 1)", "--order cheap|listed",
                           "default cheap", "[FILE... [KEY=VALUE...]]", "-q, --quiet"})
    EXPECT_NE(text.find(part), std::string::npos) << part << " is missing in\n" << text;
}

TEST(Help, OptionsOfOneMeaningHaveOneName) {
  // The same option of two commands says the same of its value.
  const DeclaredProgram program;
  std::map<std::string, std::set<std::string>> values;
  for (const CommandEntry& entry : program.commands())
    for (const Argument& argument : entry.arguments->all())
      for (const std::string& name : argument.names())
        if (name != "--out" && name != "--run" && name != "--files" && name != "--merge" &&
            name != "--log")
          values[name].insert(argument.takes_value() ? argument.info().value : "flag");
  for (const auto& [name, different] : values) EXPECT_EQ(different.size(), 1u) << name;
}

}  // namespace help_test
}  // namespace genrebench::cli
