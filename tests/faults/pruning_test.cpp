// Sweeps of which the worse half is stopped early.
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "faults/fault_support.hpp"

namespace genrebench {
namespace pruning_test {

using namespace testing;

class PrunedSweeps : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!GENREBENCH_WITH_TORCH) GTEST_SKIP() << "built without the deep methods";
    for (const std::string genre : {"polka", "rock"})
      for (int i = 4; i < 12; ++i) bench.add_tone(genre, i);
  }

  /// Learning rates that learn and such that do not, the good ones first.
  std::filesystem::path sweep(const std::string& name, const std::string& prune) const {
    std::map<std::string, std::string> keys = {
        {"split", "{kind: stratified, train_fraction: 0.5, valid_fraction: 0.25}"},
        {"features", "{name: mfcc, n_mfcc: 8, n_fft: 256, hop_length: 128, sample_rate_hz: 8000}"},
        {"method", "{name: gru, preset: quick, epochs: 6, batch_size: 4}"},
        {"sweep", "{grid: {method.learning_rate: [0.03, 0.01, 1e-8, 1e-9, 1e-10, 1e-11]}}"},
        {"seeds", "[0]"}};
    if (!prune.empty()) keys["prune"] = prune;
    return bench.experiment(name, keys);
  }

  ProgramResult run(const std::filesystem::path& file, const std::filesystem::path& database,
                    std::vector<std::string> words = {}) const {
    std::vector<std::string> all = {
        "run",       file.string(), "--db",    database.string(), "--cache", bench.cache.string(),
        "--threads", "1",           "--order", "listed"};
    all.insert(all.end(), words.begin(), words.end());
    return run_program(all);
  }

  /// Every number of a run but times.
  static std::vector<std::string> numbers(const RunStore& store, const std::string& id) {
    const std::set<std::string> times = {"seconds", "samples_per_second", "data_wait_s"};
    std::vector<std::string> lines;
    for (const MetricRecord& m : store.metrics(id))
      if (!times.contains(m.name))
        lines.push_back(m.split + "/" + m.name + " " + std::to_string(m.step) + " " +
                        nlohmann::json(m.value).dump());
    for (const PredictionRecord& p : store.predictions(id, "test"))
      lines.push_back(p.track + " " + nlohmann::json(p.probabilities).dump());
    for (const ArtifactRecord& a : store.artifacts(id)) lines.push_back(a.name + " " + a.sha256);
    return lines;
  }

  static std::size_t count(const RunStore& store, RunStatus status) {
    const auto runs = store.runs();
    return static_cast<std::size_t>(std::count_if(
        runs.begin(), runs.end(), [&](const RunRecord& r) { return r.status == status; }));
  }

  static std::unique_ptr<RunStore> open(const std::filesystem::path& database) {
    return RunStore::open(database, RunStore::Mode::read);
  }

  Workbench bench;
};

TEST_F(PrunedSweeps, StopTheWorseRunsWithAReasonAndChangeNoBitOfTheOthers) {
  const auto pruned_db = bench.folder / "pruned.db", whole_db = bench.folder / "whole.db";
  const ProgramResult result =
      run(sweep("p", "{kind: asha, metric: loss, min_epochs: 2, reduction: 3}"), pruned_db);
  ASSERT_EQ(result.exit_code, 0) << result.err;
  expect_says(result.out, {"pruned"});
  expect_says(result.err, {"pruned: gru on full of folder, seed 0: validation loss"});
  ASSERT_EQ(run(sweep("w", ""), whole_db).exit_code, 0);
  const auto pruned = open(pruned_db), whole = open(whole_db);
  EXPECT_EQ(count(*whole, RunStatus::done), 6u) << "nothing is pruned where nobody asks for it";
  EXPECT_GE(count(*pruned, RunStatus::done), 2u);
  EXPECT_GE(count(*pruned, RunStatus::pruned), 2u);
  for (const RunRecord& run : pruned->runs()) {
    if (run.status == RunStatus::done) {
      EXPECT_EQ(numbers(*pruned, run.id), numbers(*whole, run.id));
      continue;
    }
    EXPECT_EQ(to_string(run.status), "pruned");
    expect_says(run.message, {"validation loss", "at epoch 2", "of which"});
    std::int64_t last = 0;
    for (const MetricRecord& m : pruned->metrics(run.id)) last = std::max(last, m.step);
    EXPECT_EQ(last, 2) << "its curves end where it was stopped";
    EXPECT_TRUE(pruned->predictions(run.id, "test").empty());
    EXPECT_FALSE(std::filesystem::exists(pruned_db.string() + ".files/" + run.id))
        << "no checkpoint is left";
    EXPECT_TRUE(pruned->environment(run.id).contains("resources.cpu_s"));
  }
}

TEST_F(PrunedSweeps, StayPrunedUntilTheExperimentDoesNotAskForItAnyMore) {
  const auto database = bench.folder / "runs.db";
  const std::string prune = "{kind: asha, metric: loss, min_epochs: 1, reduction: 3}";
  ASSERT_EQ(run(sweep("p", prune), database).exit_code, 0);
  const std::size_t n = count(*open(database), RunStatus::pruned);
  ASSERT_GE(n, 2u);
  ASSERT_EQ(run(sweep("p", prune), database).exit_code, 0);
  EXPECT_EQ(count(*open(database), RunStatus::pruned), n);
  ASSERT_EQ(run(sweep("p", ""), database).exit_code, 0);
  EXPECT_EQ(count(*open(database), RunStatus::done), 6u);
}

TEST_F(PrunedSweeps, AreNotPrunedByWorkersEitherWhereTheExperimentDoesNotAskForItAnyMore) {
  const auto database = bench.folder / "runs.db";
  ASSERT_EQ(run(sweep("p", "{kind: asha, metric: loss, min_epochs: 1, reduction: 3}"), database)
                .exit_code,
            0);
  ASSERT_GE(count(*open(database), RunStatus::pruned), 2u);
  ASSERT_EQ(run(sweep("p", ""), database, {"--workers", "2"}).exit_code, 0);
  EXPECT_EQ(count(*open(database), RunStatus::done), 6u);
}

TEST_F(PrunedSweeps, AreMarkedInReports) {
  const auto database = bench.folder / "runs.db";
  ASSERT_EQ(run(sweep("p", "{kind: asha, metric: loss, min_epochs: 1, reduction: 3}"), database)
                .exit_code,
            0);
  const ProgramResult report = run_program({"report", "p", "--db", database.string()});
  EXPECT_EQ(report.exit_code, 0) << report.err;
  expect_says(report.out, {"0/1 (1 pruned)", "were pruned: the means over the others are too high",
                           "validation loss"});
}

TEST_F(PrunedSweeps, AreRefusedInOneLineWhereTheyCannotBe) {
  const auto file = sweep("p", "{kind: asha}");
  const auto refuse = [&](const std::string& word, const std::vector<std::string>& parts) {
    expect_refused(bench.run(file, {word}), 2, parts);
  };
  refuse("prune=asha", {"'prune' must be a map"});
  refuse("prune.kind=ashes", {"prune: option 'kind'", "did you mean 'asha'"});
  refuse("split.valid_fraction=0", {"prune needs a validation part"});
  refuse("method.name=knn", {"knn", "not trained by epochs"});
  refuse("sweep.grid.prune.kind=[none,asha]", {"cannot be swept"});
}

}  // namespace pruning_test
}  // namespace genrebench
