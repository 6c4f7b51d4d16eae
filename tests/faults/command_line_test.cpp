// Mistakes in commands, and what goes where: results on standard output, the rest on standard
// error.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "base/subprocess.hpp"
#include "faults/fault_support.hpp"

namespace genrebench {
namespace command_line_test {

using namespace testing;
namespace fs = std::filesystem;

void expect_usage(const std::vector<std::string>& words, const std::vector<std::string>& says) {
  const ProgramResult result = run_program(words);
  EXPECT_EQ(result.exit_code, 2) << result.err;
  EXPECT_EQ(result.out, "");
  EXPECT_TRUE(result.err.starts_with("genrebench: ")) << result.err;
  EXPECT_LE(std::count(result.err.begin(), result.err.end(), '\n'), 2) << result.err;
  expect_says(result.err, says);
}

TEST(CommandLine, MistakesInUsageEndWithTwoAndAHint) {
  expect_usage({}, {"--help"});
  expect_usage({"rnu"}, {"--help"});
  expect_usage({"run"}, {"--help"});
  expect_usage({"run", "x.yaml", "--no-such-flag"}, {"--no-such-flag"});
  expect_usage({"run", "x.yaml", "--threads", "0"}, {"--threads"});
  expect_usage({"run", "x.yaml", "--threads", "many"}, {"--threads"});
  expect_usage({"show"}, {"--help"});
  expect_usage({"dataset"}, {"--help"});
  expect_usage({"dataset", "make", "synthetic"}, {"--out"});
  expect_usage({"runs", "--db"}, {"--db"});
  expect_usage({"run"}, {"FILE, or --join", "genrebench run --help"});
  expect_usage({"work", "folder"}, {"--task or --merge", "genrebench work --help"});
  expect_usage({"completion", "cmd"}, {"cmd", "bash"});
}

TEST(CommandLine, MistakesAreNamedForWhatTheyAre) {
  expect_usage({"rnu", "x.yaml"}, {"unknown command 'rnu'", "did you mean 'run'?"});
  expect_usage({"store", "chekc"}, {"store: unknown command 'chekc'", "did you mean 'check'?"});
  expect_usage({"dataset", "verfy", "gtzan"}, {"'verfy'", "'verify'"});
  expect_usage({"runs", "--stats", "done"}, {"'--stats'", "did you mean '--status'?"});
  expect_usage({"run", "x.yaml", "--worker=2"}, {"'--worker'", "'--workers'"});
  expect_usage({"report", "--db", "--out", "o"},
               {"--db", "expected a value, found the option --out"});
  expect_usage({"runs", "--experiment", "--json"}, {"found the option --json"});
  expect_usage({"merge", "-q", "x.db"}, {"genrebench merge --help"});
}

TEST(CommandLine, AnEmptyPathIsAMistake) {
  const Workbench bench;
  const std::string file = bench.experiment("x").string();
  expect_usage({"run", file, "--db", ""}, {"--db", "expected a path, found an empty text"});
  expect_usage({"runs", "--db="}, {"--db"});
  expect_usage({"report", "--out", ""}, {"--out", "expected a path"});
  expect_usage({"segment", "", "--out", "o"}, {"AUDIO", "expected a path"});
  EXPECT_EQ(
      run_program({"run", file, "--db", bench.database.string(), "--cache", "", "-q"}).exit_code, 0)
      << "an empty cache is none";
}

/// Runs the program as somebody who owns nothing here.
ProgramResult run_as_nobody(const std::vector<std::string>& words, const fs::path& folder) {
  std::vector<std::string> command = {"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups",
                                      GENREBENCH_PROGRAM};
  command.insert(command.end(), words.begin(), words.end());
  const SubprocessResult result = run_subprocess(command, folder);
  return {.exit_code = result.exit_code, .signal = 0, .out = result.out, .err = result.err};
}

TEST(CommandLine, AMissingPermissionIsNamed) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can become somebody else";
  Workbench bench;
  bench.make_earlier_runs();
  for (const fs::path& open : {bench.folder.path(), bench.music})
    fs::permissions(open, fs::perms::others_read | fs::perms::others_exec, fs::perm_options::add);
  const std::string database = bench.database.string(), file = bench.experiment("x").string();
  const fs::path& folder = bench.folder.path();
  fs::permissions(database, fs::perms::owner_read | fs::perms::owner_write);
  expect_refused(run_as_nobody({"report", "--db", database}, folder), 1,
                 {database, "no permission to read it"});
  expect_refused(run_as_nobody({"run", file, "--db", database, "--no-cache", "-q"}, folder), 1,
                 {database, "no permission"});
  expect_refused(run_as_nobody({"run", file, "--db", "new.db", "--no-cache", "-q"}, folder), 1,
                 {"new.db", "no permission to write in " + folder.string()});
  fs::permissions(file, fs::perms::owner_read);
  expect_refused(run_as_nobody({"plan", file, "--no-cache", "--db", "none.db"}, folder), 2,
                 {file, "Permission denied"});
  const fs::path closed = folder / "closed";
  fs::create_directory(closed);
  fs::permissions(closed, fs::perms::owner_all);
  expect_refused(run_as_nobody({"runs", "--db", (closed / "runs.db").string()}, folder), 1,
                 {"closed/runs.db", "Permission denied"});
}

TEST(CommandLine, HelpAndVersionGoToStandardOutput) {
  for (const std::vector<std::string>& words : {std::vector<std::string>{"--help"},
                                                {"run", "--help"},
                                                {"dataset", "make", "--help"},
                                                {"completion", "bash"},
                                                {"--version"}}) {
    const ProgramResult result = run_program(words);
    EXPECT_EQ(result.exit_code, 0);
    EXPECT_EQ(result.err, "");
    EXPECT_NE(result.out, "");
  }
}

TEST(CommandLine, UnknownNamesAreRefusedWithTheNearest) {
  const Workbench bench;
  expect_refused(run_program({"list", "metods"}), 2, {"metods", "did you mean 'methods'?"});
  expect_refused(run_program({"list", "methods", "svn"}), 2, {"svn", "did you mean 'svm'?"});
  expect_refused(run_program({"dataset", "describe", "gtzn", "--root", bench.music.string()}), 2,
                 {"gtzn", "did you mean 'gtzan'?"});
  expect_refused(
      run_program({"dataset", "make", "gtzan", "--out", (bench.folder / "out").string()}), 2,
      {"gtzan", "cannot be made"});
  expect_refused(run_program({"dataset", "make", "synthetic", "--out",
                              (bench.folder / "out").string(), "genre=3"}),
                 2, {"genre", "did you mean 'genres'?"});
  expect_refused(run_program({"dataset", "make", "synthetic", "--out", bench.music.string()}), 2,
                 {bench.music.string(), "empty"});
  EXPECT_FALSE(fs::exists(bench.folder / "out"));
}

class FilledStore : public ::testing::Test {
 protected:
  void SetUp() override { bench_.make_earlier_runs(); }
  std::vector<std::string> with_database(std::vector<std::string> words) const {
    words.insert(words.end(), {"--db", bench_.database.string()});
    return words;
  }
  Workbench bench_;
};

TEST_F(FilledStore, ShowRefusesUnknownAndAmbiguousIds) {
  expect_refused(run_program(with_database({"show", "zzz"})), 2, {"zzz"});
  expect_refused(run_program(with_database({"show", ""})), 2, {"2 runs"});
  const std::string id = bench_.store()->runs().front().id;
  EXPECT_EQ(run_program(with_database({"show", id.substr(0, 12)})).exit_code, 0);
}

TEST_F(FilledStore, FiltersOfRunsRefuseUnknownNames) {
  expect_refused(run_program(with_database({"runs", "--experiment", "earlyer"})), 2,
                 {"earlyer", "did you mean 'earlier'?"});
  expect_refused(run_program(with_database({"runs", "--status", "dne"})), 2,
                 {"dne", "did you mean 'done'?"});
}

TEST_F(FilledStore, ReportRefusesUnknownNames) {
  expect_refused(run_program(with_database({"report", "earlyer"})), 2,
                 {"earlyer", "did you mean 'earlier'?"});
  expect_refused(run_program(with_database({"report", "--report", "sumary"})), 2,
                 {"sumary", "did you mean 'summary'?"});
  expect_refused(run_program(with_database(
                     {"report", "--format", "htm", "--out", (bench_.folder / "out").string()})),
                 2, {"htm", "html"});
  expect_refused(run_program(with_database({"report", "no.yaml"})), 2, {"no.yaml"});
  expect_usage(with_database({"report", "--open"}), {"--open", "--out"});
  expect_usage(with_database({"report", "--open", "--format", "csv", "--out",
                              (bench_.folder / "out").string()}),
               {"--open", "HTML"});
  EXPECT_FALSE(fs::exists(bench_.folder / "out"));
}

TEST_F(FilledStore, ReportSaysInOneLineWhatItWroteAndWhichPageToOpen) {
  const fs::path out = bench_.folder / "out";
  const ProgramResult all = run_program(with_database({"report", "--out", out.string()}));
  ASSERT_EQ(all.exit_code, 0) << all.err;
  const auto n_files = std::distance(fs::directory_iterator(out), {});
  expect_says(all.err, {"wrote " + std::to_string(n_files) + " files to " + out.string() +
                        "; open " + (out / "index.html").string() + "\n"});
  EXPECT_EQ(all.err.find("wrote"), all.err.rfind("wrote"));
  const fs::path tables = bench_.folder / "tables";
  const ProgramResult csv =
      run_program(with_database({"report", "--format", "csv", "--out", tables.string()}));
  EXPECT_EQ(csv.exit_code, 0) << csv.err;
  EXPECT_FALSE(fs::exists(tables / "index.html")) << "no HTML was asked for";
  EXPECT_EQ(csv.err.find("; open"), std::string::npos);
}

TEST_F(FilledStore, ReportToAFolderThatCannotBeWrittenSaysSo) {
  const ProgramResult result =
      run_program(with_database({"report", "--out", bench_.experiment("x").string()}));
  EXPECT_EQ(result.exit_code, 1);
  expect_one_line(result.err, {"x.yaml"});
  bench_.expect_earlier_runs_kept();
}

TEST_F(FilledStore, ReportToAFullDiskSaysSoAndLeavesNoHalfFile) {
  GENREBENCH_REQUIRE_DISK(disk, "64k");
  disk.fill();
  const ProgramResult result =
      run_program(with_database({"report", "--out", disk.path().string()}));
  EXPECT_EQ(result.exit_code, 1);
  expect_says(result.err, {disk.path().string(), "No space left"});
  for (const auto& entry : fs::directory_iterator(disk.path()))
    EXPECT_EQ(entry.path().filename(), "filler");
  disk.free_space();
}

TEST_F(FilledStore, ResultsThatCannotBeWrittenAreNotASuccess) {
  // Standard output on a full disk: `genrebench runs > file`.
  if (!fs::exists("/dev/full")) GTEST_SKIP() << "no /dev/full here";
  const std::string command = std::string(GENREBENCH_PROGRAM) + " runs --json --db " +
                              bench_.database.string() + " > /dev/full 2> /dev/null";
  EXPECT_NE(std::system(command.c_str()), 0);
}

TEST_F(FilledStore, JsonOutputsParse) {
  const std::string file = bench_.experiment("json").string();
  const std::string id = bench_.store()->runs().front().id;
  const std::string csv =
      bench_.folder.write("table.csv", "filename,tempo,label\na.wav,1,polka\nb.wav,2,rock\n")
          .string();
  std::vector<std::vector<std::string>> commands = {
      {"list", "--json"},
      {"list", "methods", "--json"},
      {"list", "methods", "svm", "--json"},
      with_database({"runs", "--json"}),
      with_database({"show", id, "--json"}),
      with_database({"report", "--json"}),
      {"dataset", "verify", "folder", "--root", bench_.music.string(), "--json", "--no-cache"},
      {"dataset", "describe", "folder", "--root", bench_.music.string(), "--json", "--no-cache"},
      {"dataset", "describe", "feature_table", "--root", csv, "--json", "--no-cache"}};
  for (const std::string command : {"plan", "run"}) {
    auto words = bench_.arguments(command, file);
    words.push_back("--json");
    commands.push_back(std::move(words));
  }
  for (const auto& words : commands) {
    const ProgramResult result = run_program(words);
    EXPECT_EQ(result.exit_code, 0) << words[0] << ": " << result.err;
    expect_json(result.out);
  }
}

TEST_F(FilledStore, ProgressIsKeptOffStandardOutput) {
  auto words = bench_.arguments("run", bench_.experiment("loud"), {"method.name=knn"});
  std::erase(words, "--quiet");
  words.push_back("--json");
  const ProgramResult result = run_program(words);
  EXPECT_EQ(result.exit_code, 0);
  expect_json(result.out);
  EXPECT_NE(result.err, "") << "progress is told somewhere";
  EXPECT_EQ(result.err.find('\033'), std::string::npos)
      << "no control sequences where there is no terminal: " << result.err;
  EXPECT_EQ(result.out.find('\033'), std::string::npos);
}

TEST(CommandLine, DatasetVerifyEndsWithOneForABadFile) {
  const Workbench bench;
  bench.add("rock", "bad.wav", "no sound");
  const ProgramResult result = run_program(
      {"dataset", "verify", "folder", "--root", bench.music.string(), "--json", "--no-cache"});
  EXPECT_EQ(result.exit_code, 1);
  expect_json(result.out);
  expect_says(result.out, {"rock/bad"});
}

TEST(CommandLine, DatasetMakeOnAFullDiskSaysSo) {
  GENREBENCH_REQUIRE_DISK(disk, "64k");
  const ProgramResult result =
      run_program({"dataset", "make", "synthetic", "--out", (disk.path() / "made").string(),
                   "genres=2", "tracks_per_genre=2", "duration_s=5", "sample_rate_hz=8000"});
  EXPECT_EQ(result.exit_code, 1);
  expect_says(result.err, {"genrebench: ", disk.path().string()});
}

}  // namespace command_line_test
}  // namespace genrebench
