#include <gtest/gtest.h>

#include "base/error.hpp"
#include "reports/costed_runs.hpp"

namespace genrebench {
void register_cost(Registry& registry);

namespace cost_test {

constexpr const char* kTable = "cost-gtzan_grouped_by_artist_fast_3000_2_threads";

Document render(const MemoryStore& store) { return render_report(register_cost, store); }

/// svm is the best, knn the smallest and fastest; softmax is beaten by svm in all.
MemoryStore three_methods() {
  MemoryStore store;
  add_run(store,
          costed_run({.method = "svm", .accuracy = 0.8, .predict_s = 0.002, .parameters = 5e4}));
  add_run(store,
          costed_run({.method = "knn", .accuracy = 0.6, .predict_s = 0.0005, .parameters = 900}));
  add_run(
      store,
      costed_run({.method = "softmax", .accuracy = 0.5, .predict_s = 0.003, .parameters = 6e4}));
  return store;
}

TEST(CostReport, HasARowForEachConfigurationWithTheMostAccurateFirst) {
  const Document document = render(three_methods());
  const Table* table = find_table(document, kTable);
  ASSERT_NE(table, nullptr);
  EXPECT_EQ(column(*table, 0), (std::vector<std::string>{"method.name=svm", "method.name=knn",
                                                         "method.name=softmax"}));
  EXPECT_EQ(text_at(*table, "method.name=svm", "features per song"), "250 ms");
  EXPECT_EQ(text_at(*table, "method.name=svm", "predict per song"), "2.00 ms");
  EXPECT_EQ(text_at(*table, "method.name=svm", "parameters"), "50.0 k");
  EXPECT_EQ(text_at(*table, "method.name=svm", "multiply-adds per song"), "5.00 k");
  EXPECT_EQ(text_at(*table, "method.name=svm", "fit"), "2.00 s");
  EXPECT_EQ(text_at(*table, "method.name=svm", "peak memory"), "512 MB");
  EXPECT_TRUE(has_note(*table, "Times are of Fast 3000, 2 threads, on node1."));
  EXPECT_TRUE(has_note(*table, "never from a cache"));
}

TEST(CostReport, MarksWhatNoOtherBeatsInAccuracyAndCost) {
  const Document document = render(three_methods());
  const Table& table = *find_table(document, kTable);
  EXPECT_EQ(text_at(table, "method.name=svm", "not beaten"), "predict, whole, parameters");
  EXPECT_EQ(text_at(table, "method.name=knn", "not beaten"), "predict, whole, parameters");
  EXPECT_EQ(text_at(table, "method.name=softmax", "not beaten"), "");
  for (const char* axis : {"predict", "whole", "parameters"}) {
    const Figure* figure = find_figure(document, std::string(kTable) + "-" + axis);
    ASSERT_NE(figure, nullptr) << axis;
    EXPECT_TRUE(contains(figure->picture.svg(), ">svm *<"));
    EXPECT_TRUE(contains(figure->picture.svg(), ">softmax<"));
    EXPECT_TRUE(contains(figure->picture.svg(), "Pareto front"));
  }
}

TEST(CostReport, NeverClaimsThatCachedFeaturesTakeNoTime) {
  MemoryStore store;
  add_run(store, costed_run({.method = "svm", .computes_features = false}));
  add_run(store, costed_run({.method = "knn", .accuracy = 0.7, .computes_features = false}));
  const Document document = render(store);
  const Table& table = *find_table(document, kTable);
  EXPECT_EQ(text_at(table, "method.name=svm", "features per song"), "from cache");
  EXPECT_TRUE(has_note(table, "--no-cache"));
  const Table& data = *find_table(document, "cost_configurations");
  EXPECT_EQ(text_at(data, "GTZAN", "features_time"), "cached");
  EXPECT_EQ(text_at(data, "GTZAN", "features_s_per_song"), "");
  EXPECT_EQ(text_at(data, "GTZAN", "whole_s_per_song"), "");
  EXPECT_EQ(find_figure(document, std::string(kTable) + "-whole"), nullptr);
}

TEST(CostReport, MachinesAndThreadsHaveTablesOfTheirOwn) {
  MemoryStore store = three_methods();
  ExampleRun other = costed_run({.method = "svm", .predict_s = 0.0001});
  other.seed = 1;
  other.environment["threads"] = "8";
  add_run(store, other);
  const Document document = render(store);
  const Table& table = *find_table(document, kTable);
  EXPECT_EQ(text_at(table, "method.name=svm", "predict per song"), "2.00 ms");
  const Table* more = find_table(document, "cost-gtzan_grouped_by_artist_fast_3000_8_threads");
  ASSERT_NE(more, nullptr);
  EXPECT_EQ(text_at(*more, "method.name=svm", "predict per song"), "100 µs");
  EXPECT_EQ(text_at(*more, "method.name=svm", "not beaten"), "") << "one point is no front";
  EXPECT_TRUE(contains(std::get<Paragraph>(document.body.front()).text, "not compared"));
}

TEST(CostReport, EveryNumberNamesItsRuns) {
  MemoryStore store;
  ExampleRun run = costed_run({.method = "svm"});
  const std::string here = add_run(store, run);
  run.seed = 1;
  run.environment["threads"] = "8";
  const std::string elsewhere = add_run(store, run);
  const Document document = render(store);
  const Table& data = *find_table(document, "cost_configurations");
  ASSERT_EQ(data.rows.size(), 2u);
  EXPECT_EQ(text_at(data, "GTZAN", "run_ids"), here);
  EXPECT_EQ(text_at(data, "GTZAN", "accuracy_run_ids"), here + " " + elsewhere);
  EXPECT_EQ(text_at(data, "GTZAN", "predict_s_per_song_n"), "1");
}

TEST(CostReport, ProgramsSayNothingAndGetDashes) {
  MemoryStore store;
  ExampleRun program{.method = "command", .accuracy = 0.9};
  program.environment = environment_of({.features = {.seconds = 1.0, .n = 10}, .fit_s = 9.0});
  add_run(store, program);
  add_run(store, costed_run({.method = "svm"}));
  const Document document = render(store);
  const Table& table = *find_table(document, kTable);
  EXPECT_EQ(text_at(table, "method.name=command", "predict per song"), "–");
  EXPECT_EQ(text_at(table, "method.name=command", "parameters"), "–");
}

TEST(CostReport, ManyConfigurationsShareTwoSeries) {
  MemoryStore store;
  for (int i = 1; i <= 12; ++i) {
    ExampleRun run = costed_run({.accuracy = 0.5 + 0.01 * (i % 7), .predict_s = 0.001 * i});
    run.parameters["method.c"] = std::to_string(i);
    add_run(store, run);
  }
  const Document document = render(store);
  const Figure* figure = find_figure(document, std::string(kTable) + "-predict");
  ASSERT_NE(figure, nullptr);
  EXPECT_TRUE(contains(figure->picture.svg(), ">beaten<"));
  EXPECT_FALSE(contains(figure->picture.svg(), "method.c"));
}

TEST(CostReport, ImportedAndUnfinishedRunsHaveNoCost) {
  MemoryStore store;
  add_run(store, {.status = RunStatus::planned});
  EXPECT_THROW(render(store), ConfigError);
}

}  // namespace cost_test
}  // namespace genrebench
