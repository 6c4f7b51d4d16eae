// `genrebench runs`, `compare` and `show` as a program: every option, and misuse.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/csv.hpp"
#include "base/files.hpp"
#include "faults/fault_support.hpp"
#include "support/example_store.hpp"

namespace genrebench {
namespace runs_command_test {

using namespace testing;
using testing::TemporaryFolder;
namespace fs = std::filesystem;

/// The store of fill(): aa (svm, 75 %) and bb (svm, 50 %) are done, kk (knn) failed, dd is planned.
class RunsCommand : public ::testing::Test {
 protected:
  RunsCommand() {
    const ExampleStore store(file_);
    fill(store);
  }

  ProgramResult ask(std::vector<std::string> words) const {
    words.insert(words.end(), {"--db", file_.string()});
    return run_program(words);
  }
  nlohmann::json json(std::vector<std::string> words) const {
    words.emplace_back("--json");
    const ProgramResult result = ask(std::move(words));
    EXPECT_EQ(result.exit_code, 0) << result.err;
    return nlohmann::json::parse(result.out);
  }
  CsvTable csv(std::vector<std::string> words) const {
    words.emplace_back("--csv");
    const ProgramResult result = ask(std::move(words));
    EXPECT_EQ(result.exit_code, 0) << result.err;
    return parse_csv(result.out, "--csv");
  }

  TemporaryFolder folder_;
  fs::path file_ = folder_ / "runs.db";
};

TEST_F(RunsCommand, FiltersSortsGroupsAndLimits) {
  const ProgramResult all = ask({"runs"});
  EXPECT_EQ(all.exit_code, 0) << all.err;
  expect_says(all.out, {"aa000000", "75.0 %", "it went wrong", "4 runs"});
  const ProgramResult good = ask({"runs", "--where", "method.name=svm test.accuracy>0.6"});
  expect_says(good.out, {"aa000000", "1 run of 4"});
  EXPECT_EQ(good.out.find("bb000000"), std::string::npos);
  expect_says(ask({"runs", "--failed"}).out, {"f6b6b000", "1 run of 4"});
  const CsvTable sorted = csv(
      {"runs", "--columns", "run,test.accuracy", "--sort", "test.accuracy:desc", "--limit", "2"});
  ASSERT_EQ(sorted.rows.size(), 2u);
  EXPECT_EQ(sorted.rows[0].cells, (std::vector<std::string>{"aa"_run, "0.75"}));
  EXPECT_EQ(sorted.rows[1].cells[0], "bb"_run);
  const ProgramResult groups = ask({"runs", "--group", "method.name"});
  expect_says(groups.out, {"62.5 %", "sd: sample standard deviation", "in 2 groups"});
  expect_says(ask({"runs", "--limit", "1"}).out, {"the first 1 are shown"});
}

TEST_F(RunsCommand, JsonHasWholeRunsOrTheColumns) {
  const auto whole = json({"runs", "--where", "test.accuracy>0.6"});
  ASSERT_EQ(whole.size(), 1u);
  EXPECT_EQ(whole[0]["id"], "aa"_run);
  EXPECT_EQ(whole[0]["parameters"]["method.name"], "svm");
  EXPECT_EQ(whole[0]["test_accuracy"], 0.75);
  const auto columns =
      json({"runs", "--experiment", "table2", "--columns", "run,test.accuracy", "--sort", "run"});
  EXPECT_EQ(columns[0], (nlohmann::json{{"run", "aa"_run}, {"test.accuracy", 0.75}}));
  EXPECT_EQ(json({"runs", "--status", "running"}).size(), 0u);
  EXPECT_EQ(json({"runs", "--group", "method.name"})[0]["runs"], 3);
}

TEST_F(RunsCommand, MistakesAreOneLine) {
  expect_refused(ask({"runs", "--where", "method.nam=svm"}), 2, {"did you mean 'method.name'?"});
  expect_refused(ask({"runs", "--where", "good"}), 2, {"--where", "found 'good'"});
  expect_refused(ask({"runs", "--where", "test.accuracy>high"}), 2, {"expected a number", "high"});
  expect_refused(ask({"runs", "--where", "a='b"}), 2, {"no second '"});
  expect_refused(ask({"runs", "--columns", "test.acuracy"}), 2, {"'test.accuracy'"});
  expect_refused(ask({"runs", "--sort", "seed:up"}), 2, {"seed:up", "desc"});
  expect_refused(ask({"runs", "--group", "metod.name"}), 2, {"'method.name'"});
  expect_refused(ask({"runs", "--status", "dne"}), 2, {"did you mean 'done'?"});
  for (const std::vector<std::string>& words : {std::vector<std::string>{"runs", "--limit", "0"},
                                                {"runs", "--limit", "few"},
                                                {"runs", "--csv", "--json"},
                                                {"runs", "--failed", "--status", "done"},
                                                {"runs", "--where"}}) {
    const ProgramResult result = ask(words);
    EXPECT_EQ(result.exit_code, 2) << words.back() << result.out;
    EXPECT_EQ(result.out, "");
  }
}

TEST_F(RunsCommand, CompareTellsWhatDiffers) {
  const ProgramResult compared = ask({"compare", "aa", "bb"});
  EXPECT_EQ(compared.exit_code, 0) << compared.err;
  expect_says(compared.out, {"The configurations are the same", "-0.25", "2 of 2 tracks"});
  const auto document = json({"compare", "table2/status=done seed=64 test.accuracy>0.6", "bb"});
  EXPECT_EQ(document["first"]["runs"][0]["id"], "aa"_run);
  EXPECT_EQ(document["metrics"][0]["differences"][0], -0.25);
  EXPECT_EQ(ask({"compare", "aa", "f6b6b"}).exit_code, 0) << "a run that failed";
  expect_refused(ask({"compare", "aa", "zz"}), 2, {"'zz'"});
  expect_refused(ask({"compare", "aa", "tabel2/svm"}), 2, {"did you mean 'table2'?"});
  EXPECT_EQ(ask({"compare", "aa"}).exit_code, 2);
  EXPECT_EQ(ask({"compare", "aa", "bb", "dd"}).exit_code, 2);
}

TEST_F(RunsCommand, ShowPrintsPredictionsAlone) {
  const ProgramResult printed = ask({"show", "aa", "--predictions", "-"});
  EXPECT_EQ(printed.exit_code, 0) << printed.err;
  EXPECT_EQ(printed.err, "");
  const CsvTable table = parse_csv(printed.out, "predictions");
  ASSERT_EQ(table.rows.size(), 2u);
  EXPECT_EQ(table.rows[0].cells[table.column("id")], "polka.1");
  EXPECT_EQ(table.rows[0].cells[table.column("predicted")], "rock");
  const fs::path file = folder_ / "predictions.csv";
  EXPECT_EQ(ask({"show", "aa", "--predictions", file.string()}).exit_code, 0);
  EXPECT_EQ(read_file_text(file), printed.out);
  expect_refused(ask({"show", "dd", "--predictions", "-"}), 2, {"has no predictions"});
  EXPECT_EQ(ask({"show", "aa", "--predictions", "-", "--json"}).exit_code, 2);
}

TEST_F(RunsCommand, ShowPrintsTheLogThatARunLeftAndNoOther) {
  const fs::path files = file_.string() + ".files";
  expect_refused(ask({"show", "f6b6b", "--log"}), 2, {"left no log", "it went wrong"});
  fs::create_directories(files / run_id("kk"));
  write_file_atomically(files / run_id("kk") / "failed_log.txt", "line 1\nline 2\n");
  EXPECT_EQ(ask({"show", "f6b6b", "--log"}).out, "line 1\nline 2\n");
  fs::remove(files / run_id("kk") / "failed_log.txt");
  fs::create_symlink("/etc/passwd", files / run_id("kk") / "failed_log.txt");
  expect_refused(ask({"show", "f6b6b", "--log"}), 2, {"left no log"});

  execute_sql(file_,
              "INSERT INTO artifacts SELECT key, 'log.txt', "
              "'a948904f2f0f479b8f8197694b30184b0d2ed1c1cd2a1ec0fb85d299a192a447', 12 "
              "FROM runs WHERE id = '" +
                  "aa"_run + "'");  // of printf 'hello world\n'
  expect_refused(ask({"show", "aa", "--log"}), 1, {"log.txt", "not the file that the run left"});
  fs::create_directories(files / "aa"_run);
  write_file_atomically(files / "aa"_run / "log.txt", "hello world\n");
  EXPECT_EQ(ask({"show", "aa", "--log"}).out, "hello world\n");
  write_file_atomically(files / "aa"_run / "log.txt", "hello wörld");
  expect_refused(ask({"show", "aa", "--log"}), 1, {"log.txt"});
  EXPECT_EQ(ask({"show", "aa", "--log", "--json"}).exit_code, 2);
}

}  // namespace runs_command_test
}  // namespace genrebench
