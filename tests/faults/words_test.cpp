// What is typed is what is used: names of folders and columns that YAML, a shell or a C library
// would take for something else, on their way through the whole program.
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "faults/fault_support.hpp"

namespace genrebench {
namespace words_test {

using namespace testing;
namespace fs = std::filesystem;

const std::vector<std::string>& folder_names() {
  static const std::vector<std::string> names = {
      "2024.10", "007",  "1e3",  "music #2", "a: b", "@eaDir", "null",   "{x}",  "~",   "*x",
      "&y",      "!t",   "yes",  "[a",       "[a]",  "'",      "\"q\"",  "100%", "- a", " blank",
      "blank ",  "b\\c", "音楽", "caf\xE9",  "a\nb", "${x}",   "[a, b]", "0x10", "1.10"};
  return names;
}

TEST(Words, AFolderIsFoundUnderTheNameThatIsTyped) {
  const Workbench bench;
  for (const std::string& name : folder_names()) {
    SCOPED_TRACE(name);
    fs::rename(bench.music, bench.folder / name);
    const Surroundings here{.folder = bench.folder.path()};
    for (const std::vector<std::string>& how :
         {std::vector<std::string>{"--root", name}, {"--root=" + name}, {"root=" + name}}) {
      std::vector<std::string> words = {"dataset", "describe", "folder",
                                        "--quiet", "--cache",  bench.cache.string()};
      words.insert(words.end(), how.begin(), how.end());
      const ProgramResult result = run_program(words, here);
      EXPECT_EQ(result.exit_code, 0) << how.front() << ": " << result.err;
    }
    fs::rename(bench.folder / name, bench.music);
  }
}

TEST(Words, ListsOfAnyWordsReachWorkersTheStoreAndReproduce) {
  const Workbench bench;
  const std::vector<std::string> genres = {
      "Folk, World, & Country", "#core", "a: b", "- x", "[y]", "back\\slash", "null", "1.10", "~"};
  for (const std::string& genre : genres)
    for (int i = 0; i < 4; ++i) bench.add_tone(genre, i);
  const fs::path music = bench.folder / "2024.10";
  fs::rename(bench.music, music);
  const auto file = bench.experiment(
      "words", {{"name", "1.10"},
                {"dataset", "{name: folder, root: " + music.string() +
                                ", genres: " + nlohmann::json(genres).dump() + "}"},
                {"seeds", "[0, 1]"}});
  const ProgramResult run = bench.run(file, {"--workers", "2"});
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(bench.count(RunStatus::done, "1.10"), 2u);
  const ProgramResult again = bench.run(file);
  EXPECT_EQ(again.exit_code, 0) << again.err;
  EXPECT_EQ(bench.store()->runs().size(), 2u) << "the same runs, so nothing to do";
  const RunRecord stored = bench.store()->runs().front();
  const ProgramResult reproduced =
      run_program({"reproduce", stored.id, "--db", bench.database.string(), "--cache",
                   bench.cache.string(), "--quiet"});
  EXPECT_EQ(reproduced.exit_code, 0) << reproduced.err << reproduced.out;
}

TEST(Words, NumbersOfTheCommandLineAreDecimal) {
  const Workbench bench;
  const auto file = bench.experiment("numbers");
  EXPECT_EQ(bench.run(file, {"--threads", "08"}).exit_code, 0);
  for (const std::string number : {"0x2", "0b1", "1e1", "2.0", "1_0", "+-1", "two", ""}) {
    const ProgramResult result = bench.run(file, {"--threads", number});
    EXPECT_EQ(result.exit_code, 2) << number;
    expect_says(result.err, {"--threads"});
  }
  for (const std::string number : {"nan", "inf", "0x1p3", "1,5"}) {
    const ProgramResult result = bench.run(file, {"--heartbeat", number});
    EXPECT_EQ(result.exit_code, 2) << number;
    expect_says(result.err, {"--heartbeat"});
  }
}

TEST(Words, AMessageOfAnyValueIsShort) {
  const Workbench bench;
  const auto file = bench.experiment("long");
  const std::string word(100000, 'x');
  for (const std::string& override :
       {"method.neighbours=" + word, word + "=1", "method.name=" + word, "dataset.root=" + word}) {
    const ProgramResult result = bench.run(file, {override});
    EXPECT_NE(result.exit_code, 0);
    EXPECT_LT(result.err.size(), 3000u);
  }
  const auto key = bench.folder.write("key.yaml", "method: {" + std::string(900, 'k') + ": 1}\n");
  expect_refused(bench.run(key), 2, {"key.yaml:1", "unknown key"});
}

}  // namespace words_test
}  // namespace genrebench
