// The list of commands, their order, and mistakes in declaring them.
#include "cli/command.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

#include "cli/cli_support.hpp"
#include "cli/console.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench::cli {
namespace command_test {

using testing::run_words;

/// A command of another program, which adds one number.
class CountCommand final : public Command {
 public:
  void declare(Arguments& arguments, Context& /*context*/) override {
    arguments.add({.name = "--by", .value = "N", .help = "How much", .minimum = 1, .maximum = 9},
                  by_);
    given_ = &arguments.add({.name = "WORD", .help = "Any words"}, words_);
  }
  int run(Context& /*context*/) override {
    if (by_ == 7) throw UsageError("7 is refused");
    return by_ + (given_->given() ? 100 : 0);
  }

 private:
  int by_ = 3;
  std::vector<std::string> words_;
  const Argument* given_ = nullptr;
};

CommandInfo info(const std::string& name, CommandGroup group = CommandGroup::data,
                 int position = 100) {
  return {.name = name, .group = group, .position = position, .summary = "Counts for a test"};
}

TEST(CommandList, SortsByHeadingThenPositionThenName) {
  CommandList list;
  list.add<CountCommand>(info("zeta", CommandGroup::store));
  list.add<CountCommand>(info("beta"));
  list.add<CountCommand>(info("alpha"));
  list.add<CountCommand>(info("late", CommandGroup::data, 1));
  std::vector<std::string> names;
  for (const CommandEntry& entry : std::move(list).sorted()) names.push_back(entry.info.name);
  EXPECT_EQ(names, (std::vector<std::string>{"late", "alpha", "beta", "zeta"}));
}

TEST(CommandList, TwoCommandsOfOneNameAreRefused) {
  CommandList list;
  list.add<CountCommand>(info("count"));
  EXPECT_THROW(list.add<CountCommand>(info("count")), std::logic_error);
}

TEST(CommandLine, ACommandOfTwoWordsNeedsItsGroup) {
  const Registry registry;
  CommandList list;
  list.add<CountCommand>(info("count up"));
  EXPECT_THROW(CommandLine(registry, std::move(list)), std::logic_error);
}

class OtherProgram : public ::testing::Test {
 protected:
  int run(const std::vector<std::string>& words) {
    CommandList list;
    list.add_group(info("count"));
    list.add<CountCommand>(info("count up"));
    list.add<CountCommand>(info("once"));
    const Registry registry;
    CommandLine line(registry, std::move(list));
    return run_words(line, words);
  }
};

TEST_F(OtherProgram, RunsCommandsOfItsOwn) {
  EXPECT_EQ(run({"once"}), 3);
  EXPECT_EQ(run({"once", "--by", "5"}), 5);
  EXPECT_EQ(run({"count", "up", "--by=2"}), 2);
  EXPECT_EQ(run({"count", "up", "a", "b"}), 103) << "the words were given";
}

TEST_F(OtherProgram, MistakesInUsageEndWithTwoAndTellHowToGetHelp) {
  for (const std::vector<std::string>& words : {std::vector<std::string>{},
                                                {"other"},
                                                {"once", "--by", "10"},
                                                {"once", "--by", "x"},
                                                {"once", "--more"},
                                                {"count"},
                                                {"once", "--by", "7"}}) {
    ::testing::internal::CaptureStderr();
    EXPECT_EQ(run(words), kMistake);
    const std::string said = ::testing::internal::GetCapturedStderr();
    EXPECT_TRUE(said.starts_with("genrebench: ")) << said;
    EXPECT_NE(said.find("--help"), std::string::npos) << said;
  }
  ::testing::internal::CaptureStderr();
  run({"count", "up", "--by", "7"});
  EXPECT_EQ(::testing::internal::GetCapturedStderr(),
            "genrebench: 7 is refused\nTry: genrebench count up --help\n");
}

TEST(Context, RemembersHashesInTheCacheFolderUnlessToldOtherwise) {
  const testing::TemporaryFolder folder;
  std::filesystem::create_directories(folder / "cache");
  const Registry registry;
  for (const bool remember : {false, true}) {
    Context context(registry);
    context.cache_folder = folder / "cache";
    context.remember_hashes = remember;
    context.hashes()("/bin/sh");  // a file that has not just been written
    context.hashes().save();
    EXPECT_EQ(&context.hashes(), &context.hashes()) << "made once";
    EXPECT_EQ(std::filesystem::exists(folder / "cache/content_hashes.tsv"), remember);
  }
}

TEST(Context, KnowsWhetherThereIsAStore) {
  const testing::TemporaryFolder folder;
  const Registry registry;
  Context context(registry);
  context.database = folder / "runs.db";
  EXPECT_FALSE(context.has_store());
  EXPECT_EQ(context.store_if_any(), nullptr);
  context.store_to_write();
  EXPECT_TRUE(context.has_store());
  EXPECT_NE(context.store_if_any(), nullptr);
}

}  // namespace command_test
}  // namespace genrebench::cli
