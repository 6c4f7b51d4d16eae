// Runs whose stored result, data or configuration is not what it was, and what else `reproduce` may be asked.
#include <gtest/gtest.h>

#include <filesystem>
#include <iterator>
#include <nlohmann/json.hpp>

#include "faults/fault_support.hpp"

namespace genrebench {
namespace {

using namespace testing;

class ReproduceFaults : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(bench.run(bench.experiment("one", {{"seeds", "[1]"}, {"split", "{kind: stratified, train_fraction: 0.5, valid_fraction: 0.25}"}})).exit_code, 0);
    id = bench.store()->runs("one").front().id;
  }

  ProgramResult reproduce(std::vector<std::string> words = {}) const { return run_program(bench.arguments("reproduce", id, std::move(words))); }

  nlohmann::json as_json(const ProgramResult& result) const {
    expect_json(result.out);
    return nlohmann::json::parse(result.out);
  }

  Workbench bench;
  std::string id;
};

TEST_F(ReproduceFaults, AnUntouchedRunIsIdenticalAndNothingIsWritten) {
  const auto before = bench.store()->run(id).value();
  const auto files = [&] { return std::distance(std::filesystem::recursive_directory_iterator(bench.folder.path()), {}); };
  const auto n_files = files();
  const ProgramResult result = reproduce();
  EXPECT_EQ(result.exit_code, 0) << result.out << result.err;
  expect_says(result.out, {"commit", "library sqlite", "identical: ", "metrics", "predictions"});
  const auto after = bench.store()->run(id).value();
  EXPECT_EQ(after.started_at, before.started_at);
  EXPECT_EQ(after.wall_s, before.wall_s);
  EXPECT_EQ(bench.store()->runs().size(), 1u);
  EXPECT_EQ(files(), n_files) << "no checkpoints, no models";
}

TEST_F(ReproduceFaults, AnAlteredMetricIsFound) {
  execute_sql(bench.database, "UPDATE metrics SET value = value - 1e-15 WHERE split = 'test' AND name = 'accuracy'");
  const ProgramResult result = reproduce();
  EXPECT_EQ(result.exit_code, 1);
  expect_says(result.out, {"metric accuracy of test", "NOT identical: 1 difference among"});
}

TEST_F(ReproduceFaults, AnAlteredProbabilityIsFound) {
  execute_sql(bench.database, "UPDATE predictions SET probabilities = x'0000803E0000403F' WHERE split = 'valid' AND track = (SELECT min(track) FROM predictions WHERE split = 'valid')");
  const ProgramResult result = reproduce({"--json"});
  EXPECT_EQ(result.exit_code, 1);
  const nlohmann::json document = as_json(result);
  EXPECT_EQ(document["ran"], true);
  EXPECT_EQ(document["identical"], false);
  ASSERT_EQ(document["differences"].size(), 1u) << result.out;
  expect_says(document["differences"][0]["what"], {"prediction of", "in valid"});
}

TEST_F(ReproduceFaults, AnAlteredFactOrAMissingPredictionIsFound) {
  execute_sql(bench.database, "UPDATE facts SET value = '99' WHERE key = 'split.n_train'; DELETE FROM predictions WHERE split = 'test' AND track = (SELECT min(track) FROM predictions WHERE split = 'test')");
  const ProgramResult result = reproduce();
  EXPECT_EQ(result.exit_code, 1);
  expect_says(result.out, {"fact split.n_train", "missing", "2 differences"});
}

TEST_F(ReproduceFaults, OtherDataAreSaidBeforeAnythingIsRun) {
  bench.add_tone("rock", 9);
  const ProgramResult result = reproduce();
  EXPECT_EQ(result.exit_code, 1);
  expect_says(result.out, {"dataset", "NO", "not run again: the dataset is another one"});
  const nlohmann::json document = as_json(reproduce({"--json"}));
  EXPECT_EQ(document["ran"], false);
  EXPECT_FALSE(document.contains("identical"));
}

TEST_F(ReproduceFaults, DataThatHaveMovedAreTheSameData) {
  std::filesystem::rename(bench.music, bench.folder / "elsewhere");
  const ProgramResult lost = reproduce();
  EXPECT_EQ(lost.exit_code, 1);
  expect_one_line(lost.err, {"music"});
  const ProgramResult found = reproduce({"dataset.root=" + (bench.folder / "elsewhere").string()});
  EXPECT_EQ(found.exit_code, 0) << found.out << found.err;
  expect_says(found.out, {"identical: "});
}

TEST_F(ReproduceFaults, WhatWouldMakeItAnotherRunIsRefused) {
  expect_refused(reproduce({"method.neighbours=3"}), 2, {"'method.neighbours' cannot be changed", "dataset.root"});
  expect_refused(reproduce({"retries=3"}), 2, {"'retries' cannot be changed"});
  expect_refused(reproduce({"dataset.root"}), 2, {"expected key=value", "dataset.root"});
}

TEST_F(ReproduceFaults, OnlyARunThatIsDoneCanBeReproduced) {
  execute_sql(bench.database, "UPDATE runs SET status = 'failed'");
  expect_refused(reproduce(), 2, {id.substr(0, 12), "failed", "only a run that is done can be reproduced"});
  expect_refused(run_program(bench.arguments("reproduce", "zz")), 2, {"no run's id begins with 'zz'"});
}

TEST_F(ReproduceFaults, TheRecordedNumberOfThreadsIsTakenUnlessAnotherIsGiven) {
  execute_sql(bench.database, "UPDATE environment SET value = '3' WHERE key = 'threads'");
  EXPECT_EQ(as_json(reproduce({"--json"}))["threads"], 3);
  const ProgramResult given = reproduce({"--json", "--threads", "1"});
  const nlohmann::json document = as_json(given);
  EXPECT_EQ(given.exit_code, 0);
  EXPECT_EQ(document["threads"], 1);
  for (const nlohmann::json& row : document["circumstances"])
    if (row["what"] == "threads") {
      EXPECT_EQ(row["same"], false);
    }
}

TEST_F(ReproduceFaults, ARunOfAnotherVersionOfTheProgramIsSaidToBeThat) {
  execute_sql(bench.database, "UPDATE parameters SET key = 'method.neighbors' WHERE key = 'method.neighbours'");
  const ProgramResult result = reproduce();
  EXPECT_EQ(result.exit_code, 1);
  expect_one_line(result.err, {"does not fit this version", "neighbors"});
}

}  // namespace
}  // namespace genrebench
