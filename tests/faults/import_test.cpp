// `split` and `import` through the program: a round trip of stored runs, and what is refused.
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/csv.hpp"
#include "faults/fault_support.hpp"
#include "support/file_changes.hpp"

namespace genrebench {
namespace import_test {

using namespace testing;
namespace fs = std::filesystem;

class Import : public ::testing::Test {
 protected:
  ProgramResult split(const fs::path& file, std::vector<std::string> words = {}) const {
    words.insert(words.begin(),
                 {"split", file.string(), "--out", (bench.folder / "split.csv").string(), "--cache",
                  bench.cache.string(), "--quiet"});
    return run_program(words);
  }

  ProgramResult import_into(const fs::path& file, const fs::path& predictions,
                            std::vector<std::string> words = {}) const {
    words.insert(words.begin(), {predictions.string(), "--as", "theirs"});
    return run_program(bench.arguments("import", file, std::move(words)));
  }

  /// A table of predictions that says "rock" of every test track of the split's table.
  fs::path all_rock(bool name_the_split = true) const {
    const CsvTable table = read_csv(bench.folder / "split.csv");
    std::string text = name_the_split ? "id,predicted,split,seed\n" : "id,predicted\n";
    for (const CsvRow& row : table.rows) {
      if (row.cells[table.column("part")] != "test") continue;
      text += row.cells[table.column("id")] + ",rock";
      if (name_the_split)
        text += "," + row.cells[table.column("split")] + "," + row.cells[table.column("seed")];
      text += "\n";
    }
    return bench.folder.write("predictions.csv", text);
  }

  Workbench bench;
};

TEST_F(Import, SplitOutAndPredictionsInGiveTheAccuracyOfEveryStoredRunToTheBit) {
  const fs::path file = bench.experiment(
      "several", {{"split", "{kind: stratified, train_fraction: 0.5, valid_fraction: 0.25}"},
                  {"excerpt", "{name: chunks, length_s: 0.1}"},
                  {"seeds", "[0, 1, 2]"}});
  ASSERT_EQ(bench.run(file).exit_code, 0);
  for (const RunRecord& run : bench.store()->runs("several")) {
    const fs::path predictions = bench.folder / (run.id + ".csv");
    const ProgramResult shown = run_program(
        {"show", run.id, "--db", bench.database.string(), "--predictions", predictions.string()});
    ASSERT_EQ(shown.exit_code, 0) << shown.err;
    const ProgramResult result = import_into(file, predictions, {"--json"});
    ASSERT_EQ(result.exit_code, 0) << result.err;
    const auto document = nlohmann::json::parse(result.out);
    EXPECT_EQ(document["added"], 1);
    const auto store = bench.store();
    const std::string id = document["runs"][0]["id"];
    for (const char* part : {"valid", "test"})
      for (const char* metric : {"accuracy", "macro_f1", "n_tracks"})
        EXPECT_EQ(store->metric(id, part, metric), store->metric(run.id, part, metric))
            << part << " " << metric;
    EXPECT_EQ(store->run(id)->origin, RunOrigin::imported);
    EXPECT_EQ(store->run(id)->seed, run.seed);
    EXPECT_EQ(store->run(id)->fact("split.division"), run.fact("split.division"));
  }
  EXPECT_EQ(bench.store()->runs("theirs").size(), 3u);
  const ProgramResult report = run_program(
      {"report", "several", "theirs", "--db", bench.database.string(), "--report", "summary"});
  EXPECT_EQ(report.exit_code, 0) << report.err;
  expect_says(report.out, {"Imported: theirs (3 runs)", "made elsewhere"});
}

TEST_F(Import, TheSplitsTableHoldsNoGenreOfATestTrackUnlessItIsAskedFor) {
  const fs::path file = bench.experiment("one", {{"seeds", "[1]"}});
  const ProgramResult written = split(file);
  ASSERT_EQ(written.exit_code, 0) << written.err;
  expect_says(written.out, {"split", "train", "test"});
  CsvTable table = read_csv(bench.folder / "split.csv");
  ASSERT_EQ(table.rows.size(), 8u);
  std::size_t n_test = 0;
  for (const CsvRow& row : table.rows) {
    const bool test = row.cells[table.column("part")] == "test";
    n_test += test ? 1 : 0;
    EXPECT_EQ(row.cells[table.column("genre")].empty(), test);
    EXPECT_TRUE(fs::exists(row.cells[table.column("path")]));
    EXPECT_TRUE(fs::path(row.cells[table.column("path")]).is_absolute());
  }
  EXPECT_EQ(n_test, 4u);
  ASSERT_EQ(split(file, {"--with-test-labels"}).exit_code, 0);
  table = read_csv(bench.folder / "split.csv");
  for (const CsvRow& row : table.rows) EXPECT_FALSE(row.cells[table.column("genre")].empty());
}

TEST_F(Import, ScoresVotesAndStoresAndSaysSo) {
  const fs::path file = bench.experiment("one");
  ASSERT_EQ(split(file).exit_code, 0);
  const ProgramResult result = import_into(file, all_rock());
  ASSERT_EQ(result.exit_code, 0) << result.err;
  expect_says(result.out, {"theirs", "0.5000", "2 added"});
  const auto runs = bench.store()->runs("theirs");
  ASSERT_EQ(runs.size(), 2u) << "one per seed";
  for (const RunRecord& run : runs) {
    EXPECT_EQ(run.parameter("method.name"), "theirs");
    EXPECT_EQ(bench.store()->metric(run.id, "test", "accuracy"), 0.5);
    EXPECT_EQ(run.fact("import.file"), "predictions.csv");
  }
  const ProgramResult again = import_into(file, all_rock());
  expect_says(again.out, {"0 added, 2 in the store already"});
  const std::vector<std::string> db = {"--db", bench.database.string()};
  expect_says(run_program({"runs", db[0], db[1]}).out, {"done, imported"});
  expect_says(run_program({"show", runs[0].id, db[0], db[1]}).out, {"made elsewhere"});
  EXPECT_EQ(run_program({"store", "check", db[0], db[1]}).exit_code, 0);
  expect_refused(run_program(bench.arguments("reproduce", runs[0].id)), 2, {"was imported"});
  expect_refused(run_program({"predict", "--run", runs[0].id,
                              (bench.music / "rock/rock0.wav").string(), db[0], db[1], "-q"}),
                 2, {"was imported"});
  const ProgramResult resumed =
      run_program({"resume", "theirs", db[0], db[1], "--cache", bench.cache.string(), "-q"});
  EXPECT_EQ(resumed.exit_code, 0) << resumed.err;
}

TEST_F(Import, ATrackThatCannotBeDecodedMayBeMissingAndAnotherMayNot) {
  const fs::path file = bench.experiment("one", {{"seeds", "[1]"}});
  ASSERT_EQ(split(file).exit_code, 0);
  std::string text = content_of(all_rock(/*name_the_split=*/false));
  const std::size_t begin = text.find('\n') + 1, end = text.find('\n', begin) + 1;
  const std::string id = text.substr(begin, text.find(',', begin) - begin);
  text.erase(begin, end - begin);
  const fs::path predictions = bench.folder.write("predictions.csv", text);
  expect_refused(import_into(file, predictions), 1,
                 {"predictions.csv", "1 of 4 tracks", "test part", id});
  write_over(bench.music / (id + ".wav"), "this is no sound");
  const ProgramResult result = import_into(file, predictions);
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const auto bad = bench.store()->bad_tracks(bench.store()->runs("theirs").at(0).id);
  ASSERT_EQ(bad.size(), 1u);
  EXPECT_EQ(bad[0].track, id);
}

TEST_F(Import, WrongFilesAndNamesAreRefusedAndNothingIsStored) {
  const fs::path file = bench.experiment("one", {{"seeds", "[1]"}});
  ASSERT_EQ(split(file).exit_code, 0);
  const std::string text = content_of(all_rock());
  const auto refuse = [&](const std::string& changed, int code,
                          const std::vector<std::string>& parts) {
    expect_refused(import_into(file, bench.folder.write("wrong.csv", changed)), code, parts);
  };
  refuse(text + "rock/rock99,rock,,\n", 1, {"wrong.csv:", "column 'split'"});
  std::string stranger = text;
  stranger.replace(stranger.find("\n") + 1, 4, "punk");
  refuse(stranger, 1, {"wrong.csv:2", "column 'id'", "punk"});
  refuse("id,predicted\n", 1, {"found no row"});
  refuse("id\tpredicted\nrock/rock0\trock\n", 1, {"unknown column"});
  expect_refused(import_into(file, bench.folder / "none.csv"), 1, {"none.csv"});
  // The split of another seed is that of another plan.
  expect_refused(import_into(bench.experiment("one", {{"seeds", "[2]"}}), all_rock()), 1,
                 {"column 'split'", "another plan"});
  expect_refused(run_program(bench.arguments("import", file, {all_rock().string(), "--as", "svm"})),
                 2, {"'svm'", "method of genrebench"});
  expect_refused(run_program(bench.arguments("import", file, {all_rock().string(), "--as", "one"})),
                 2, {"--as one", "another name"});
  const ProgramResult alone = run_program(bench.arguments("import", file, {"--as", "theirs"}));
  EXPECT_EQ(alone.exit_code, 2);
  expect_says(alone.err, {"expected an experiment file and a file of predictions", "--help"});
  ASSERT_EQ(bench.run(bench.experiment("theirs")).exit_code, 0);
  expect_refused(import_into(bench.experiment("one", {{"seeds", "[1]"}}), all_rock()), 2,
                 {"'theirs'", "another name"});
  for (const RunRecord& run : bench.store()->runs()) EXPECT_EQ(run.origin, RunOrigin::computed);
}

TEST_F(Import, SplitsThatCannotBeWrittenAreRefused) {
  expect_refused(split(bench.experiment("pieces", {{"split", "{leaky: true, unit: excerpt}"},
                                                   {"excerpt", "{name: chunks, length_s: 0.05}"}})),
                 2, {"split.unit"});
  const ProgramResult two = split(bench.experiment("one"), {bench.experiment("two").string()});
  EXPECT_EQ(two.exit_code, 2);
  expect_says(two.err, {"one experiment file", "--help"});
}

}  // namespace import_test
}  // namespace genrebench
