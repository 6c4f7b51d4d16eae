#include "reports/support/cost_lines.hpp"

#include <gtest/gtest.h>

#include "reports/costed_runs.hpp"

namespace genrebench::cost {
namespace cost_lines_test {

struct Costs {
  explicit Costs(const MemoryStore& store) : runs(store.runs({})), groups(group_runs(runs)) {
    name_groups(groups);
    const Scores scores(store);
    boards = make_boards(scores, groups, 0.95);
  }

  std::vector<RunRecord> runs;
  std::vector<RunGroup> groups;
  std::vector<Board> boards;
};

TEST(CostLines, HaveTheMedianOfTheirRuns) {
  MemoryStore store;
  for (const double seconds : {0.001, 0.004, 0.002}) {
    ExampleRun run = costed_run({.predict_s = seconds});
    run.seed = static_cast<std::uint64_t>(1000.0 * seconds);
    add_run(store, run);
  }
  const Costs costs(store);
  ASSERT_EQ(costs.boards.size(), 1u);
  ASSERT_EQ(costs.boards[0].lines.size(), 1u);
  const Line& line = costs.boards[0].lines[0];
  EXPECT_NEAR(line.predict_s->median, 0.002, 1e-12);
  EXPECT_NEAR(line.predict_s->least, 0.001, 1e-12);
  EXPECT_NEAR(line.predict_s->most, 0.004, 1e-12);
  EXPECT_EQ(line.predict_s->n, 3u);
  EXPECT_EQ(line.features_s->median, 0.25);
  EXPECT_EQ(line.multiply_adds->median, 5000.0);
  EXPECT_NEAR(line.whole_s().value(), 0.252, 1e-12);
  EXPECT_EQ(spread_of({4.0, 1.0, 3.0, 2.0})->median, 2.5);
  EXPECT_EQ(spread_of({}), std::nullopt);
}

TEST(CostLines, FeaturesThatOneRunComputedCountForAllOfTheMachine) {
  MemoryStore store;
  add_run(store, costed_run({.method = "svm"}));
  add_run(store, costed_run({.method = "knn", .accuracy = 0.7, .computes_features = false}));
  ExampleRun elsewhere = costed_run({.method = "knn", .accuracy = 0.7, .computes_features = false});
  elsewhere.seed = 1;
  elsewhere.environment["threads"] = "8";
  add_run(store, elsewhere);
  const Costs costs(store);
  ASSERT_EQ(costs.boards.size(), 2u) << "two numbers of threads";
  EXPECT_EQ(costs.boards[0].machine.threads, "2");
  ASSERT_EQ(costs.boards[0].lines.size(), 2u);
  EXPECT_EQ(costs.boards[0].lines[1].feature_time, FeatureTime::measured);
  EXPECT_EQ(costs.boards[0].lines[1].features_s->median, 0.25);
  EXPECT_EQ(costs.boards[1].lines[0].feature_time, FeatureTime::cached)
      << "the other machine read them from its cache alone";
  EXPECT_EQ(costs.boards[1].lines[0].whole_s(), std::nullopt) << "never 0 s";
  EXPECT_EQ(costs.boards[1].lines[0].accuracy.values.size(), 2u)
      << "the accuracy is that of the configuration";
}

TEST(CostLines, FeaturesOfOtherOptionsAreOthers) {
  MemoryStore store;
  add_run(store, costed_run({.method = "svm"}));
  ExampleRun other = costed_run({.method = "svm", .computes_features = false});
  other.parameters["features.n_mfcc"] = "40";
  add_run(store, other);
  const Costs costs(store);
  ASSERT_EQ(costs.boards[0].lines.size(), 2u);
  EXPECT_EQ(costs.boards[0].lines[0].feature_time, FeatureTime::measured);
  EXPECT_EQ(costs.boards[0].lines[1].feature_time, FeatureTime::cached);
}

TEST(CostLines, FeaturesOfATableAreGivenAndOldRunsDoNotSay) {
  MemoryStore store;
  ExampleRun table{.method = "svm", .accuracy = 0.8};
  table.environment = environment_of({.predict = {.seconds = 0.3, .n = 300}, .fit_s = 1.0});
  add_run(store, table);
  add_run(
      store,
      {.method = "knn", .accuracy = 0.7, .environment = {{"cpu", "Fast 3000"}, {"threads", "2"}}});
  const Costs costs(store);
  ASSERT_EQ(costs.boards.size(), 1u);
  EXPECT_EQ(costs.boards[0].lines[0].feature_time, FeatureTime::given);
  EXPECT_NEAR(costs.boards[0].lines[0].whole_s().value(), 0.001, 1e-12);
  EXPECT_EQ(costs.boards[0].lines[1].feature_time, FeatureTime::unknown);
  EXPECT_FALSE(costs.boards[0].lines[1].predict_s.has_value());
}

TEST(CostLines, ANetworkOnAGpuIsOnAnotherMachineThanTheProcessorBesideIt) {
  MemoryStore store;
  ExampleRun svm = costed_run({.method = "svm"}), network = costed_run({.method = "vgg16"});
  svm.environment["gpu"] = network.environment["gpu"] = "Big GPU";
  network.facts["fit.device"] = "cuda:0";
  add_run(store, svm);
  add_run(store, network);
  const Costs costs(store);
  ASSERT_EQ(costs.boards.size(), 2u);
  EXPECT_EQ(to_string(costs.boards[0].machine), "Fast 3000, 2 threads");
  EXPECT_EQ(to_string(costs.boards[1].machine), "Big GPU beside Fast 3000, 2 threads");
  EXPECT_EQ(costs.boards[1].lines[0].feature_time, FeatureTime::measured);
  EXPECT_EQ(costs.boards[0].hosts, std::vector<std::string>{"node1"});
  EXPECT_EQ(to_string(Machine{}), "an unknown machine");
}

TEST(CostLines, NumbersHaveThreeDigitsAndUnits) {
  EXPECT_EQ(format_short_time(0.000012345), "12.3 µs");
  EXPECT_EQ(format_short_time(0.00082), "820 µs");
  EXPECT_EQ(format_short_time(0.0123), "12.3 ms");
  EXPECT_EQ(format_short_time(1.5), "1.50 s");
  EXPECT_EQ(format_short_time(0.9999), "1.00 s");
  EXPECT_EQ(format_short_time(3e-9), "3.00 ns");
  EXPECT_EQ(format_count(7), "7");
  EXPECT_EQ(format_count(1234), "1.23 k");
  EXPECT_EQ(format_count(999999), "1.00 M");
  EXPECT_EQ(format_count(15346630656.0), "15.3 G");
  EXPECT_EQ(format_bytes(512e6), "512 MB");
  EXPECT_EQ(format_bytes(1.25e9), "1.25 GB");
}

}  // namespace cost_lines_test
}  // namespace genrebench::cost
