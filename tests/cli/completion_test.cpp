// Completion scripts, tried in the shells themselves where they are installed.
#include "cli/completion.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "base/error.hpp"
#include "base/subprocess.hpp"
#include "cli/cli_support.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench::cli {
namespace completion_test {

using testing::DeclaredProgram;

class BashCompletion : public ::testing::Test {
 protected:
  BashCompletion()
      : script_(folder_.write("genrebench.bash", bash_completion(program_.commands()))) {
    folder_.write("files/quickstart.yaml", "");
    folder_.write("files/notes.txt", "");
    folder_.write("files/more/paper.yml", "");
  }

  /// What bash offers for the last of these words, sorted.
  std::vector<std::string> offers(const std::vector<std::string>& words) const {
    std::string line = "COMP_WORDS=(genrebench";
    for (const std::string& word : words) line += " " + shell_word(word);
    line += "); COMP_CWORD=" + std::to_string(words.size());
    const SubprocessResult result = run_subprocess(
        {"bash", "--norc", "-c",
         "source " + shell_word(script_.string()) + "; " + line +
             "; _genrebench; for word in \"${COMPREPLY[@]}\"; do echo \"$word\"; done"},
        folder_ / "files");
    EXPECT_EQ(result.err, "");
    std::vector<std::string> lines;
    std::istringstream text(result.out);
    for (std::string one; std::getline(text, one);) lines.push_back(one);
    std::sort(lines.begin(), lines.end());
    return lines;
  }

  using Words = std::vector<std::string>;

  const DeclaredProgram program_;
  const testing::TemporaryFolder folder_;
  const std::filesystem::path script_;
};

TEST_F(BashCompletion, IsAScriptThatBashAccepts) {
  const SubprocessResult result = run_subprocess({"bash", "-n", script_.string()});
  EXPECT_EQ(result.exit_code, 0) << result.err;
}

TEST_F(BashCompletion, CompletesCommands) {
  EXPECT_EQ(offers({"pl"}), Words{"plan"});
  EXPECT_EQ(offers({"ru"}), (Words{"run", "runs"}));
  EXPECT_EQ(offers({"store", "ba"}), Words{"backup"});
  EXPECT_EQ(offers({"pool"}), Words{}) << "hidden";
}

TEST_F(BashCompletion, CompletesOptionsOfTheCommand) {
  EXPECT_EQ(offers({"run", "--work"}), (Words{"--workers", "--workers-per-gpu"}));
  EXPECT_EQ(offers({"store", "backup", "--f"}), Words{"--files"});
  EXPECT_EQ(offers({"runs", "--work"}), Words{}) << "an option of another command";
}

TEST_F(BashCompletion, CompletesValues) {
  EXPECT_EQ(offers({"run", "--order", ""}), (Words{"cheap", "listed"}));
  EXPECT_EQ(offers({"list", "me"}), Words{"methods"});
  EXPECT_EQ(offers({"completion", ""}), (Words{"bash", "fish", "zsh"}));
  EXPECT_EQ(offers({"run", "--threads", ""}), Words{}) << "a number";
}

TEST_F(BashCompletion, CompletesFiles) {
  EXPECT_EQ(offers({"plan", ""}), (Words{"more", "quickstart.yaml"}))
      << "experiments and folders that may hold some";
  EXPECT_EQ(offers({"runs", "--db", "no"}), Words{"notes.txt"});
  EXPECT_EQ(offers({"run", "x.yaml", "--cache", ""}), Words{"more"}) << "a folder";
}

/// Checks the syntax of a script with a shell that may be missing here.
void expect_syntax(const std::vector<std::string>& command) {
  try {
    const SubprocessResult result = run_subprocess(command);
    EXPECT_EQ(result.exit_code, 0) << result.err;
  } catch (const DataError& error) {
    GTEST_SKIP() << error.what();
  }
}

TEST(ZshCompletion, IsAScriptThatZshAccepts) {
  const DeclaredProgram program;
  const testing::TemporaryFolder folder;
  const std::string script = zsh_completion(program.commands());
  EXPECT_NE(script.find("'store check'"), std::string::npos);
  expect_syntax({"zsh", "-n", folder.write("_genrebench", script).string()});
}

TEST(FishCompletion, IsAScriptThatFishAccepts) {
  const DeclaredProgram program;
  const testing::TemporaryFolder folder;
  const std::string script = fish_completion(program.commands());
  EXPECT_NE(script.find("-l workers"), std::string::npos);
  expect_syntax({"fish", "--no-execute", folder.write("genrebench.fish", script).string()});
}

}  // namespace completion_test
}  // namespace genrebench::cli
