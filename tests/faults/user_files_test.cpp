// Who may read and write what the program makes, and where it puts what has no place of its own.
#include <gtest/gtest.h>
#include <unistd.h>

#include "base/files.hpp"
#include "faults/fault_support.hpp"
#include "support/permissions.hpp"

namespace genrebench {
namespace user_files_test {

using namespace testing;
namespace fs = std::filesystem;

TEST(UserFiles, StoresReportsAndBackupsFollowTheUmask) {
  for (const auto& [mask, rights] :
       {std::pair(0002, 0664), std::pair(0022, 0644), std::pair(0077, 0600)}) {
    const Umask umask(static_cast<mode_t>(mask));
    const Workbench bench;
    for (int i = 0; i < 4; ++i) {
      bench.add_tone("a", i);
      bench.add_tone("b", i);
    }
    ASSERT_EQ(bench.run(bench.experiment("x")).exit_code, 0);
    EXPECT_EQ(permissions(bench.database), static_cast<mode_t>(rights));
    const fs::path out = bench.folder / "out", copy = bench.folder / "copy.db";
    ASSERT_EQ(
        run_program({"report", "--db", bench.database.string(), "--out", out.string()}).exit_code,
        0);
    EXPECT_EQ(permissions(out / "summary.md"), static_cast<mode_t>(rights));
    EXPECT_EQ(permissions(out), static_cast<mode_t>(0777 & ~mask));
    // A copy is for those for whom the store is, whoever makes it.
    const Umask of_another(0027);
    ASSERT_EQ(
        run_program({"store", "backup", "--db", bench.database.string(), "--out", copy.string()})
            .exit_code,
        0);
    EXPECT_EQ(permissions(copy), static_cast<mode_t>(rights));
  }
}

TEST(UserFiles, WithoutAHomeTheCacheIsPrivate) {
  const Workbench bench;
  for (int i = 0; i < 4; ++i) {
    bench.add_tone("a", i);
    bench.add_tone("b", i);
  }
  const fs::path temporary = bench.folder / "temporary";
  fs::create_directory(temporary);
  const Surroundings nobody{.folder = {},
                            .environment = {{"HOME", ""},
                                            {"XDG_CACHE_HOME", ""},
                                            {"GENREBENCH_CACHE", ""},
                                            {"TMPDIR", temporary.string()}}};
  const std::vector<std::string> words = {"run", bench.experiment("x").string(), "-q", "--db",
                                          bench.database.string()};
  const ProgramResult result = run_program(words, nobody);
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const fs::path own = temporary / ("genrebench-" + std::to_string(::geteuid()));
  EXPECT_EQ(permissions(own), 0700U);
  EXPECT_TRUE(fs::exists(own / "cache"));
  // What another user has put in its place is not used.
  fs::remove_all(own);
  fs::create_directory(temporary / "theirs");
  fs::create_directory_symlink(temporary / "theirs", own);
  expect_refused(run_program(words, nobody), 1, {own.string(), "found a link"});
  EXPECT_TRUE(fs::is_empty(temporary / "theirs"));
}

TEST(UserFiles, TheDefaultCacheInAHomeIsPrivate) {
  const Workbench bench;
  for (int i = 0; i < 4; ++i) {
    bench.add_tone("a", i);
    bench.add_tone("b", i);
  }
  const fs::path home = bench.folder / "home";
  fs::create_directory(home);
  const ProgramResult result = run_program(
      {"run", bench.experiment("x").string(), "-q", "--db", bench.database.string()},
      {.folder = {},
       .environment = {{"HOME", home.string()}, {"XDG_CACHE_HOME", ""}, {"GENREBENCH_CACHE", ""}}});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(permissions(home / ".cache/genrebench"), 0700U);
}

TEST(UserFiles, OfLongNamesAreShortenedAndStayTwo) {
  std::string accents;
  for (int i = 0; i < 130; ++i) accents += "\xC3\xA9";
  for (const std::string& name : {std::string(260, 'x'), accents, "a/b " + std::string(300, 'Y')}) {
    Workbench bench;
    for (int i = 0; i < 4; ++i) {
      bench.add_tone("a", i);
      bench.add_tone("b", i);
    }
    const auto file = bench.experiment("x", {{"name", "\"" + name + "\""}});
    const auto other = bench.experiment("y", {{"name", "\"" + name + "z\""}});
    ASSERT_EQ(bench.run(file).exit_code, 0);
    ASSERT_EQ(bench.run(other).exit_code, 0);
    const fs::path out = bench.folder / "out";
    const ProgramResult result =
        run_program({"report", "--report", "summary", "--report", "confusion", "--db",
                     bench.database.string(), "--out", out.string()});
    EXPECT_EQ(result.exit_code, 0) << result.err;
    for (const char* part : {"summary.md", "summary.html", "summary.tex", "confusion.md"})
      EXPECT_TRUE(fs::exists(out / part)) << part;
    std::size_t n_long = 0;
    for (const auto& entry : fs::directory_iterator(out)) {
      EXPECT_LE(entry.path().filename().string().size(), 255U);
      n_long += entry.path().filename().string().size() > 100;
    }
    if (name != accents) {
      EXPECT_GE(n_long, 2U);
    }
  }
}

}  // namespace user_files_test
}  // namespace genrebench
