// From a plan to the store: what is run, what methods may see, what is recorded.
#include "support/pipeline.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <set>

#include "base/random.hpp"
#include "harness/data/extraction.hpp"
#include "harness/experiment/load_experiment.hpp"
#include "harness/plan/stored_plan.hpp"
#include "harness/records/facts.hpp"
#include "harness/records/run_cost.hpp"
#include "harness/workers/run_queue.hpp"

namespace genrebench {
namespace pipeline_test {

using testing::MemoryDataset;
using testing::Pipeline;

TEST_F(Pipeline, RecordsMetricsPredictionsCurvesAndFacts) {
  const Plan p = plan("method: {name: nearest_mean}\n");
  const RunnerSummary summary = run(p);
  EXPECT_EQ(summary.n_done, 1u);
  const auto s = store();
  const RunRecord record = s->run(p.runs[0].id).value();
  EXPECT_EQ(record.status, RunStatus::done);
  EXPECT_EQ(record.fact("split.leaky"), "false");
  EXPECT_EQ(record.fact_list("split.groups"), std::vector<std::string>{"artist"});
  EXPECT_EQ(record.fact_list("dataset.genres"), (std::vector<std::string>{"high", "low"}));
  EXPECT_EQ(record.fact("split.clusters"), "artist");
  for (const auto& [by_genre, all] : {std::pair("split.train_by_genre", "split.n_train"),
                                      std::pair("split.test_by_genre", "split.n_test")}) {
    const std::vector<std::string> counts = record.fact_list(by_genre);
    ASSERT_EQ(counts.size(), 2u) << by_genre;
    EXPECT_GT(std::stoi(counts[0]), 0);
    EXPECT_EQ(std::stoi(counts[0]) + std::stoi(counts[1]), std::stoi(record.fact(all))) << by_genre;
  }
  EXPECT_EQ(record.fact("fit.n"), record.fact("split.n_train_examples"));
  const auto predictions = s->predictions(record.id, "test");
  EXPECT_EQ(std::to_string(predictions.size()), record.fact("split.n_test"));
  const auto hits = std::count_if(predictions.begin(), predictions.end(),
                                  [](const auto& p_) { return p_.truth == p_.predicted; });
  EXPECT_DOUBLE_EQ(s->metric(record.id, "test", "accuracy").value(),
                   static_cast<double>(hits) / static_cast<double>(predictions.size()));
  EXPECT_GT(s->metric(record.id, "test", "accuracy").value(), 0.8);
}

TEST_F(Pipeline, ARunThatIsDoneIsNotRunAgainUnlessSomethingChanged) {
  run(plan("method: {name: nearest_mean}\nseeds: [0, 1]\n"));
  const std::size_t fits = seen_.fits.size();
  const RunnerSummary again = run(plan("method: {name: nearest_mean}\nseeds: [0, 1]\n"));
  EXPECT_EQ(again.n_already_done, 2u);
  EXPECT_EQ(again.n_done, 0u);
  EXPECT_EQ(seen_.fits.size(), fits);
  EXPECT_EQ(run(plan("method: {name: nearest_mean, shrink: 0.1}\nseeds: [0, 1]\n")).n_done, 2u);
}

TEST_F(Pipeline, AMethodNeverSeesATestLabel) {
  run(plan("method: {name: nearest_mean}\nsplit: {valid_fraction: 0.2}\n"));
  for (const Examples& examples : seen_.predictions) EXPECT_TRUE(examples.labels.empty());
  std::set<int> trained(seen_.fits[0].tracks.begin(), seen_.fits[0].tracks.end());
  for (const int t : seen_.fits[1].tracks) EXPECT_FALSE(trained.contains(t));
}

TEST_F(Pipeline, TheTestPartIsPredictedOnceWhateverIsTuned) {
  const Plan p = plan(
      "method: {name: nearest_mean, tune: {shrink: [1.0, 0.0, 0.5]}}\nsplit: {valid_fraction: "
      "0.2}\n");
  run(p);
  std::set<int> test;
  for (std::size_t t = 0; t < p.runs[0].split->parts.size(); ++t)
    if (p.runs[0].split->parts[t] == Part::test) test.insert(static_cast<int>(t));
  const auto looks =
      std::count_if(seen_.predictions.begin(), seen_.predictions.end(),
                    [&](const Examples& e) { return test.contains(e.tracks.front()); });
  EXPECT_EQ(looks, 1);
  EXPECT_EQ(store()->run(p.runs[0].id)->fact("tuned.shrink"), "0")
      << "shrink 1 cannot tell the genres apart";
  EXPECT_TRUE(store()->metric(p.runs[0].id, "valid", "tune/shrink=1").has_value());
}

TEST_F(Pipeline, StandardisationUsesTheTrainingTracksAlone) {
  run(plan("method: {name: nearest_mean}\n"));
  double sum = 0.0, squares = 0.0;
  for (const float value : seen_.first_training_rows) {
    sum += value;
    squares += value * value;
  }
  const double n = static_cast<double>(seen_.first_training_rows.size());
  EXPECT_NEAR(sum / n, 0.0, 1e-6);
  EXPECT_NEAR(squares / n, 1.0, 1e-5);
}

TEST_F(Pipeline, AFailedRunIsRecordedAndTheOthersGoOn) {
  const Plan p = plan("sweep: {grid: {method.name: [broken, nearest_mean]}}\n");
  const RunnerSummary summary = run(p);
  EXPECT_EQ(summary.n_failed, 1u);
  EXPECT_EQ(summary.n_done, 1u);
  EXPECT_EQ(store()->run(p.runs[0].id)->status, RunStatus::failed);
  EXPECT_EQ(store()->run(p.runs[0].id)->message, "it broke");
}

TEST_F(Pipeline, ARunThatFailsIsTriedAgainWhereTheExperimentSaysSo) {
  EXPECT_EQ(run(plan("method: {name: shaky}\nretries: 1\nretry_backoff_s: 0\n")).n_failed, 1u);
  EXPECT_EQ(n_attempts_, 2);
  n_attempts_ = 0;
  const RunnerSummary summary =
      run(plan("method: {name: shaky}\nretries: 2\nretry_backoff_s: 0.01\n"));
  EXPECT_EQ(summary.n_failed, 0u);
  EXPECT_EQ(summary.n_done, 1u);
  EXPECT_EQ(n_attempts_, 3);
  EXPECT_EQ(progress_.messages.back(),
            "will be tried again: shaky on full of small, seed 0: it shook");
}

TEST_F(Pipeline, HowOftenARunIsTriedIsNoPartOfItsIdentity) {
  EXPECT_EQ(
      plan("method: {name: shaky}\nretries: 7\nmax_losses: 3\nkeep_model: false\n").runs[0].id,
      plan("method: {name: shaky}\n").runs[0].id);
}

TEST_F(Pipeline, FailFastLeavesTheRestForLater) {
  const Plan p = plan("sweep: {grid: {method.name: [broken, nearest_mean]}}\nseeds: [0, 1]\n");
  const auto opened = RunStore::open(folder_ / "runs.db", RunStore::Mode::write);
  const RunnerSummary summary =
      execute(p, *opened, registry_, hashes_, {.fail_fast = true}, progress_);
  EXPECT_EQ(summary.n_failed, 1u);
  EXPECT_EQ(summary.n_left, 3u);
  EXPECT_FALSE(summary.interrupted);
}

TEST_F(Pipeline, WhatAStoreHasLeftIsTheSamePlanAgainWithTheHandlingThatWasAskedForLast) {
  run(plan("sweep: {grid: {method.name: [broken, nearest_mean]}}\nseeds: [0, 1]\n"));
  const Plan asked =
      plan("sweep: {grid: {method.name: [broken, nearest_mean]}}\nseeds: [0, 1]\nretries: 4\n");
  const auto opened = RunStore::open(folder_ / "runs.db", RunStore::Mode::write);
  EXPECT_EQ(record_plan(asked, *opened, registry_, progress_), 2u);
  const Plan left = stored_plan(*opened, "experiment", registry_, {}, hashes_, progress_);
  ASSERT_EQ(left.runs.size(), 2u) << "what is done is not planned again";
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(left.runs[i].id, asked.runs[i].id);
    EXPECT_EQ(left.runs[i].spec.method.name, "broken");
    EXPECT_EQ(left.runs[i].spec.options.retries, 4);
  }
  EXPECT_EQ(opened->runs("experiment").size(), 4u);
  EXPECT_THROW_SAYING(stored_plan(*opened, "experimnt", registry_, {}, hashes_, progress_),
                      ConfigError, "experimnt", "experiment");
}

TEST_F(Pipeline, AStoredPlanWhoseDataChangedIsRefused) {
  const Plan p = plan("method: {name: nearest_mean}\n");
  const auto opened = RunStore::open(folder_ / "runs.db", RunStore::Mode::write);
  record_plan(p, *opened, registry_, progress_);
  Registry changed;
  register_all_pipeline(changed);
  changed.methods.add(registry_.methods.get("nearest_mean", "test"));
  changed.datasets.add(
      {{.name = "small", .summary = "For tests."}, [](const OptionValues&, const Registry&) {
         auto dataset = std::make_unique<MemoryDataset>(std::vector<std::string>{"high", "low"});
         for (int t = 0; t < 40; ++t)
           dataset->add("other" + std::to_string(t), t % 2, "artist" + std::to_string(t),
                        {1.0f, 2.0f});
         return dataset;
       }});
  EXPECT_THROW_SAYING(stored_plan(*opened, "experiment", changed, {}, hashes_, progress_),
                      DataError, "runs.db", "the dataset changed");
}

TEST_F(Pipeline, CheapRunsComeFirstByWhatTheyTookEarlierElseByTheirEpochs) {
  const Plan p = plan("sweep: {grid: {method.name: [broken, nearest_mean, shaky]}}\n");
  const auto opened = RunStore::open(folder_ / "runs.db", RunStore::Mode::write);
  record_plan(p, *opened, registry_, progress_);
  const auto take = [&](std::size_t run, double wall_s) {
    RunResult result;
    result.wall_s = wall_s;
    opened->finish(opened->claim(p.runs[run].id, opened->join(this_process(), 10.0), {}).lease,
                   result);
  };
  take(0, 200.0);
  take(1, 3.0);
  take(2, 0.05);
  const auto names = [&](RunOrder order) {
    std::vector<std::string> result;
    for (const PlannedRun* run : ordered_runs(p, RunEstimates(opened.get()), order))
      result.push_back(run->spec.method.name);
    return result;
  };
  EXPECT_EQ(names(RunOrder::cheap), (std::vector<std::string>{"shaky", "nearest_mean", "broken"}));
  EXPECT_EQ(names(RunOrder::listed), (std::vector<std::string>{"broken", "nearest_mean", "shaky"}));
}

TEST_F(Pipeline, EveryRunSaysWhatItTook) {
  const Plan p = plan("method: {name: nearest_mean}\n");
  run(p);
  const auto environment = store()->environment(p.runs[0].id);
  EXPECT_GE(std::stod(environment.at("resources.cpu_s")), 0.0);
  EXPECT_GT(std::stoll(environment.at("resources.peak_memory_bytes")), 1000000);
  const RunCost cost = cost_of(environment);
  EXPECT_GT(cost.fit_s, 0.0);
  EXPECT_GT(cost.predict.seconds, 0.0);
  EXPECT_EQ(cost.predict.n, facts::kTestTracks.of(*store()->run(p.runs[0].id)));
  EXPECT_EQ(cost.features.n + cost.features.n_cached, 0u) << "a table has its features";
  EXPECT_FALSE(cost.parameters.has_value()) << "this method does not tell";
}

TEST_F(Pipeline, TwoDatabasesHoldTheSameBits) {
  const Plan p = plan("method: {name: nearest_mean}\nseeds: [0, 1, 2]\n");
  run(p, "one.db");
  run(p, "two.db");
  const auto one = store("one.db"), two = store("two.db");
  for (const PlannedRun& r : p.runs) {
    const auto a = one->metrics(r.id), b = two->metrics(r.id);
    ASSERT_EQ(a.size(), b.size());
    for (std::size_t i = 0; i < a.size(); ++i) EXPECT_EQ(a[i].value, b[i].value);
    const auto pa = one->predictions(r.id, "test"), pb = two->predictions(r.id, "test");
    ASSERT_EQ(pa.size(), pb.size());
    for (std::size_t i = 0; i < pa.size(); ++i) EXPECT_EQ(pa[i].probabilities, pb[i].probabilities);
  }
}

TEST_F(Pipeline, TuningWithoutAValidationPartIsRefusedBeforeAnythingRuns) {
  EXPECT_THROW_SAYING(plan("method: {name: nearest_mean, tune: {shrink: [0, 1]}}\n"), ConfigError,
                      "validation part", "valid_fraction");
}

TEST_F(Pipeline, PluginsThatDoNotGoTogetherAreRefusedWhereNothingElseIsLeft) {
  const auto file = folder_.write(
      "x.yaml",
      "dataset: {name: small}\nfeatures: {name: log_mel}\nmethod: {name: nearest_mean}\n");
  EXPECT_THROW_SAYING(
      make_plan(load_experiment(file, {}, registry_), registry_, {}, hashes_, progress_),
      ConfigError, "features.summary");
}

TEST_F(Pipeline, AudioFeaturesOfADatasetWithoutAudioFailClearly) {
  const auto file = folder_.write(
      "x.yaml",
      "dataset: {name: small}\nfeatures: {name: mfcc_statistics}\nmethod: {name: nearest_mean}\n");
  const Plan p = make_plan(load_experiment(file, {}, registry_), registry_, {}, hashes_, progress_);
  EXPECT_EQ(run(p).n_failed, 1u);
  EXPECT_NE(store()->run(p.runs[0].id)->message.find("no audio"), std::string::npos);
}

}  // namespace pipeline_test
}  // namespace genrebench
