#include "harness/experiment/pruning.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "harness/experiment/load_experiment.hpp"
#include "harness/plan/plan.hpp"
#include "support/memory_dataset.hpp"
#include "support/silent_progress.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
void register_all_pipeline(Registry& registry);

namespace pruning_test {

using testing::SilentProgress;
using testing::TemporaryFolder;

TEST(Pruning, RungsAreAtPowersOfTheReductionTimesTheFirst) {
  const PruneOptions options{
      .kind = PruneKind::asha, .metric = PruneMetric::loss, .min_epochs = 2, .reduction = 3};
  std::vector<int> rungs;
  for (int epoch = 0; epoch <= 60; ++epoch)
    if (is_rung(options, epoch)) rungs.push_back(epoch);
  EXPECT_EQ(rungs, (std::vector<int>{2, 6, 18, 54}));
}

TEST(Pruning, TheFirstAtARungGoOnWhateverTheirValue) {
  const PruneOptions options{
      .kind = PruneKind::asha, .metric = PruneMetric::accuracy, .min_epochs = 1, .reduction = 3};
  EXPECT_FALSE(why_prune(options, 1, 0.0, {}));
  EXPECT_FALSE(why_prune(options, 1, 0.0, {0.0}));
  EXPECT_FALSE(why_prune(options, 1, 0.0, {0.9, 0.0})) << "a third of two is none";
}

TEST(Pruning, ARunGoesOnThatIsAmongTheBestAtARung) {
  const PruneOptions options{
      .kind = PruneKind::asha, .metric = PruneMetric::accuracy, .min_epochs = 1, .reduction = 3};
  EXPECT_FALSE(why_prune(options, 3, 0.9, {0.9, 0.5, 0.4}));
  EXPECT_TRUE(why_prune(options, 3, 0.5, {0.9, 0.5, 0.4}));
  EXPECT_FALSE(why_prune(options, 3, 0.5, {0.9, 0.5, 0.4, 0.3, 0.2, 0.1})) << "the second of six";
  EXPECT_TRUE(why_prune(options, 3, 0.4, {0.9, 0.5, 0.4, 0.3, 0.2, 0.1}));
}

TEST(Pruning, EqualsOfTheBestGoOn) {
  const PruneOptions options{
      .kind = PruneKind::asha, .metric = PruneMetric::accuracy, .min_epochs = 1, .reduction = 3};
  EXPECT_FALSE(why_prune(options, 1, 0.5, {0.5, 0.5, 0.5, 0.5}));
}

TEST(Pruning, OfALossTheLowestAreTheBest) {
  const PruneOptions options{
      .kind = PruneKind::asha, .metric = PruneMetric::loss, .min_epochs = 1, .reduction = 2};
  EXPECT_FALSE(why_prune(options, 1, 0.1, {0.1, 2.0}));
  EXPECT_EQ(why_prune(options, 4, 2.0, {0.1, 2.0, 3.0}),
            "validation loss 2 at epoch 4 is number 2 of the 3 there, of which 1 goes on");
}

struct EpochOptions {
  int epochs = 4;
  double rate = 0.1;
};

class PrunedExperiments : public ::testing::Test {
 protected:
  PrunedExperiments() {
    register_all_pipeline(registry_);
    registry_.datasets.add(
        {{.name = "small", .summary = "For tests."},
         [](const OptionValues&, const Registry&) { return testing::twenty_tracks(); }});
    static const auto options = OptionTable<EpochOptions>()
                                    .integer("epochs", &EpochOptions::epochs, 1, 99, "n.")
                                    .number("rate", &EpochOptions::rate, 0, 1, "r.");
    registry_.methods.add(
        {{.name = "deep", .summary = "For tests.", .options = options.schema()}, true, nullptr});
    registry_.methods.add({{.name = "shallow", .summary = "For tests."}, true, nullptr});
    registry_.reports.add({{.name = "summary", .summary = "For tests."}, nullptr});
  }

  Plan plan(const std::string& text, const std::string& split = "{valid_fraction: 0.2}") {
    const auto file = folder_.write(
        "experiment.yaml",
        "dataset: {name: small}\nfeatures: {name: table}\nsplit: " + split + "\n" + text);
    SilentProgress progress;
    return make_plan(load_experiment(file, {}, registry_), registry_, {}, hashes_, progress);
  }

  TemporaryFolder folder_;
  Registry registry_;
  FileHashes hashes_{{}};
};

TEST_F(PrunedExperiments, AreTheSameRunsAsWithoutPruning) {
  const Plan
      without = plan("method: {name: deep}\n"),
      with = plan(
          "method: {name: deep}\nprune: {kind: asha, metric: loss, min_epochs: 2, reduction: 4}\n");
  EXPECT_EQ(with.runs[0].id, without.runs[0].id);
  EXPECT_FALSE(without.runs[0].spec.prune.on());
  EXPECT_EQ(with.runs[0].spec.prune.min_epochs, 2);
}

TEST_F(PrunedExperiments, SayInTheStoreThatTheyAreSoThatWhoResumesPrunesToo) {
  const RunSpec spec =
      plan("method: {name: deep}\nprune: {kind: asha, metric: loss, reduction: 4}\n").runs[0].spec;
  const auto parameters = spec.parameters(registry_);
  EXPECT_EQ(parameters.at("prune.kind"), "asha");
  EXPECT_FALSE(parameters.contains("prune.min_epochs")) << "a default";
  EXPECT_FALSE(spec.identity(registry_).contains("prune.kind"));
  const RunSpec again = RunSpec::from_parameters(parameters, spec.seed, registry_);
  EXPECT_TRUE(again.prune.on());
  EXPECT_EQ(again.prune.metric, PruneMetric::loss);
  EXPECT_EQ(again.prune.reduction, 4);
  EXPECT_FALSE(plan("method: {name: deep}\nprune: {kind: none, reduction: 4}\n")
                   .runs[0]
                   .spec.parameters(registry_)
                   .contains("prune.reduction"));
}

TEST_F(PrunedExperiments, AreRefusedWhereThereIsNothingToCompare) {
  const std::string prune = "prune: {kind: asha}\n";
  EXPECT_THROW_SAYING(plan("method: {name: shallow}\n" + prune), ConfigError, "prune",
                      "method shallow", "epochs");
  EXPECT_THROW_SAYING(plan("method: {name: deep}\n" + prune, "{valid_fraction: 0}"), ConfigError,
                      "prune", "validation part", "valid_fraction");
  EXPECT_THROW_SAYING(plan("method: {name: deep, tune: {rate: [0.1, 0.2]}}\n" + prune), ConfigError,
                      "prune", "tune");
  EXPECT_NO_THROW(plan("method: {name: shallow}\nprune: {kind: none}\n"));
}

TEST_F(PrunedExperiments, NameTheKeyThatIsWrong) {
  EXPECT_THROW_SAYING(plan("method: {name: deep}\nprune: asha\n"), ConfigError,
                      "experiment.yaml:", "'prune' must be a map", "kind");
  EXPECT_THROW_SAYING(plan("method: {name: deep}\nprune: {kind: ash}\n"), ConfigError,
                      "prune: option 'kind'", "'asha'");
  EXPECT_THROW_SAYING(plan("method: {name: deep}\nprune: {kine: asha}\n"), ConfigError,
                      "unknown option 'kine'", "did you mean 'kind'");
  EXPECT_THROW_SAYING(plan("method: {name: deep}\nprune: {kind: asha, reduction: 1}\n"),
                      ConfigError, "'reduction'", "from 2");
  EXPECT_THROW_SAYING(plan("method: {name: deep}\nprune: {kind: asha, min_epochs: 0}\n"),
                      ConfigError, "'min_epochs'", "from 1");
}

TEST_F(PrunedExperiments, CannotSweepOverWhatDecidesNoResult) {
  EXPECT_THROW_SAYING(plan("method: {name: deep}\nsweep: {grid: {prune.kind: [none, asha]}}\n"),
                      ConfigError, "'prune.kind' cannot be swept");
  EXPECT_THROW_SAYING(plan("method: {name: deep}\nsweep: {grid: {retries: [1, 2]}}\n"), ConfigError,
                      "'retries' cannot be swept");
}

}  // namespace pruning_test
}  // namespace genrebench
