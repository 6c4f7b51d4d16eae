// Runs whose stored result, data or configuration is not what it was, and what else `reproduce` may
// be asked.
#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>
#include <iterator>
#include <nlohmann/json.hpp>

#include "base/digest.hpp"
#include "faults/fault_support.hpp"
#include "support/file_changes.hpp"
#include "support/store_sql.hpp"

namespace genrebench {
namespace reproduce_test {

using namespace testing;
namespace fs = std::filesystem;

class ReproduceFaults : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(bench
                  .run(bench.experiment(
                      "one",
                      {{"seeds", "[1]"},
                       {"split", "{kind: stratified, train_fraction: 0.5, valid_fraction: 0.25}"}}))
                  .exit_code,
              0);
    id = bench.store()->runs("one").front().id;
  }

  ProgramResult reproduce(std::vector<std::string> words = {}) const {
    return run_program(bench.arguments("reproduce", id, std::move(words)));
  }

  nlohmann::json as_json(const ProgramResult& result) const {
    expect_json(result.out);
    return nlohmann::json::parse(result.out);
  }

  Workbench bench;
  std::string id;
};

TEST_F(ReproduceFaults, AnUntouchedRunIsIdenticalAndNothingIsWritten) {
  const auto before = bench.store()->run(id).value();
  const auto files = [&] {
    return std::distance(std::filesystem::recursive_directory_iterator(bench.folder.path()), {});
  };
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
  execute_sql(bench.database, "UPDATE metrics SET value = value - 1e-15 WHERE split = " +
                                  key_of("test") + " AND name = " + key_of("accuracy"));
  const ProgramResult result = reproduce();
  EXPECT_EQ(result.exit_code, 1);
  expect_says(result.out, {"metric accuracy of test", "NOT identical: 1 difference among"});
}

TEST_F(ReproduceFaults, AnAlteredProbabilityIsFound) {
  execute_sql(bench.database,
              "UPDATE predictions SET probabilities = CAST(x'0000803E0000403F' || "
              "substr(probabilities, 9) AS BLOB) WHERE split = " +
                  key_of("valid"));
  const ProgramResult result = reproduce({"--json"});
  EXPECT_EQ(result.exit_code, 1);
  const nlohmann::json document = as_json(result);
  EXPECT_EQ(document["ran"], true);
  EXPECT_EQ(document["identical"], false);
  ASSERT_EQ(document["differences"].size(), 1u) << result.out;
  expect_says(document["differences"][0]["what"], {"prediction of", "in valid"});
}

TEST_F(ReproduceFaults, AnAlteredFactOrAMissingPredictionIsFound) {
  execute_sql(
      bench.database,
      set_value("facts", "split.n_train", "99") +
          // The list of the test part without its first track.
          "INSERT INTO track_lists (hash, n, tracks) SELECT 0, n - 1, substr(l.tracks, 3) FROM "
          "track_lists l JOIN predictions p ON p.tracks = l.key WHERE p.split = " +
          key_of("test") +
          "; UPDATE predictions SET tracks = last_insert_rowid(), probabilities = "
          "substr(probabilities, 9), predicted = substr(predicted, 2) WHERE split = " +
          key_of("test"));
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

/// Whether something in the cache is a file of content; else a folder, or the locks on tracks.
bool is_content(const fs::directory_entry& entry) {
  return entry.is_regular_file() && entry.path().filename() != "claims";
}

/// Puts other features into the cache, in whole files, as a faulty program would.
void poison(const fs::path& cache) {
  int n = 0;
  for (const auto& entry : fs::recursive_directory_iterator(cache / "features"))
    if (is_content(entry)) {
      // The file: magic, number of excerpts, rows and columns of each, values, and the content hash
      // of all that.
      std::string bytes = content_of(entry.path());
      std::string body = bytes.substr(0, bytes.size() - 32);
      const float value = static_cast<float>(++n % 3) - 1.0f;
      for (std::size_t at = 32; at + sizeof value <= body.size(); at += sizeof value)
        std::memcpy(body.data() + at, &value, sizeof value);
      write_over(entry.path(), body + content_hash(body));
    }
  ASSERT_EQ(n, 8);
}

TEST_F(ReproduceFaults, FeaturesAreComputedAnewUnlessTheCacheIsAskedFor) {
  const ProgramResult anew = reproduce();
  EXPECT_EQ(anew.exit_code, 0);
  expect_says(anew.out, {"identical: ", "; features were computed anew\n"});
  const ProgramResult cached = reproduce({"--use-cache"});
  EXPECT_EQ(cached.exit_code, 0);
  expect_says(cached.out, {"identical: ", "; features were taken from the cache\n"});
  poison(bench.cache);
  EXPECT_EQ(reproduce().exit_code, 0) << "what the cache holds is not looked at";
  const ProgramResult poisoned = reproduce({"--use-cache"});
  EXPECT_EQ(poisoned.exit_code, 1);
  expect_says(poisoned.out, {"NOT identical: ", "; features were taken from the cache\n"});

  nlohmann::json document = as_json(reproduce({"--json"}));
  EXPECT_EQ(document["use_cache"], false);
  EXPECT_EQ(document["features"], (nlohmann::json{{"from_cache", 0}, {"computed", 8}}));
  document = as_json(reproduce({"--json", "--use-cache"}));
  EXPECT_EQ(document["use_cache"], true);
  EXPECT_EQ(document["features"], (nlohmann::json{{"from_cache", 8}, {"computed", 0}}));
  fs::remove_all(bench.cache / "features");
  document = as_json(reproduce({"--json", "--use-cache"}));
  EXPECT_EQ(document["features"], (nlohmann::json{{"from_cache", 0}, {"computed", 8}}));
  EXPECT_EQ(document["identical"], true);
  const ProgramResult both = reproduce({"--use-cache", "--no-cache"});
  EXPECT_EQ(both.exit_code, 2);
  expect_says(both.err, {"--no-cache excludes --use-cache"});
}

TEST_F(ReproduceFaults, ARunWhoseRecordedFeaturesWereWrongIsFoundOut) {
  poison(bench.cache);  // before the run, this time
  ASSERT_EQ(
      bench.run(bench.experiment("two", {{"seeds", "[1]"}, {"method", "{name: naive_bayes}"}}))
          .exit_code,
      0);
  id = bench.store()->runs("two").front().id;
  const ProgramResult result = reproduce();
  EXPECT_EQ(result.exit_code, 1);
  expect_says(result.out, {"NOT identical: ", "; features were computed anew\n"});
  EXPECT_EQ(reproduce({"--use-cache"}).exit_code, 0);
}

TEST_F(ReproduceFaults, SectionsAreComputedAnewUnlessTheCacheIsAskedFor) {
  const auto file =
      bench.folder.write("sections.yaml",
                         "name: sections\ntask: segmentation\ndataset: {name: synthetic, genres: "
                         "2, tracks_per_genre: 2, duration_s: 12, sample_rate_hz: 8000}\n"
                         "excerpt: {name: sem, window_s: 0.5, ar_order: 6}\n");
  const ProgramResult ran = bench.run(file);
  ASSERT_EQ(ran.exit_code, 0) << ran.out << ran.err;
  id = bench.store()->runs("sections").front().id;
  expect_says(reproduce().out, {"identical: ", "; sections were computed anew\n"});
  expect_says(reproduce({"--use-cache"}).out,
              {"identical: ", "; sections were taken from the cache\n"});
  int n = 0;
  for (const auto& entry : fs::recursive_directory_iterator(bench.cache / "sections"))
    if (is_content(entry)) {
      const std::string body = "0 1 0\n1 12 " + std::to_string(++n) + "\n";
      write_over(entry.path(), body + content_hash(body) + "\n");
    }
  EXPECT_EQ(n, 4);
  EXPECT_EQ(reproduce().exit_code, 0);
  const ProgramResult poisoned = reproduce({"--use-cache"});
  EXPECT_EQ(poisoned.exit_code, 1);
  expect_says(poisoned.out, {"NOT identical: ", "; sections were taken from the cache\n"});
}

TEST_F(ReproduceFaults, SongsThatExchangedPlacesAreOtherDataThoughSizeAndTimeStay) {
  exchange(bench.music / "polka/polka0.wav", bench.music / "rock/rock0.wav");
  const ProgramResult result = reproduce();
  EXPECT_EQ(result.exit_code, 1);
  expect_says(result.out, {"not run again: the dataset is another one"});
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
  expect_refused(reproduce({"method.neighbours=3"}), 2,
                 {"'method.neighbours' cannot be changed", "dataset.root"});
  expect_refused(reproduce({"retries=3"}), 2, {"'retries' cannot be changed"});
  expect_refused(reproduce({"dataset.root"}), 2, {"expected key=value", "dataset.root"});
}

TEST_F(ReproduceFaults, OnlyARunThatIsDoneCanBeReproduced) {
  execute_sql(bench.database, "UPDATE runs SET status = 'failed'");
  expect_refused(reproduce(), 2,
                 {id.substr(0, 12), "failed", "only a run that is done can be reproduced"});
  expect_refused(run_program(bench.arguments("reproduce", "zz")), 2,
                 {"no run's id begins with 'zz'"});
}

TEST_F(ReproduceFaults, TheRecordedNumberOfThreadsIsTakenUnlessAnotherIsGiven) {
  execute_sql(bench.database, set_value("environment", "threads", "3"));
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
  execute_sql(bench.database, add_text("method.neighbors") +
                                  "UPDATE parameters SET name = " + key_of("method.neighbors") +
                                  " WHERE name = " + key_of("method.neighbours"));
  const ProgramResult result = reproduce();
  EXPECT_EQ(result.exit_code, 1);
  expect_one_line(result.err, {"does not fit this version", "neighbors"});
}

}  // namespace reproduce_test
}  // namespace genrebench
