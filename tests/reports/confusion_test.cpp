#include <gtest/gtest.h>

#include "harness/plugin/registry.hpp"
#include "reports/example_runs.hpp"
#include "reports/render/render.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
void register_confusion(Registry& registry);

namespace confusion_test {

Document render(const MemoryStore& store) { return render_report(register_confusion, store); }

PredictionRecord test_track(int truth, int predicted) {
  return {"test", "track", truth, predicted, {}};
}

TEST(ConfusionReport, CountsAreSummedOverSeedsAndSaidToBe) {
  MemoryStore store;
  const std::string first =
      add_run(store, {.seed = 0,
                      .accuracy = 0.5,
                      .predictions = {test_track(0, 0), test_track(0, 1), test_track(1, 1)}});
  add_run(store, {.seed = 1,
                  .accuracy = 0.5,
                  .predictions = {test_track(0, 0), {"valid", "other", 1, 0, {}}}});
  const Document document = render(store);
  const Table* table = find_table(document, "confusion-svm-table");
  ASSERT_NE(table, nullptr);
  EXPECT_EQ(table->columns,
            (std::vector<std::string>{"truth", "blues", "jazz", "tracks", "recall"}));
  EXPECT_EQ(text_at(*table, "blues", "blues"), "2");
  EXPECT_EQ(text_at(*table, "blues", "jazz"), "1");
  EXPECT_EQ(text_at(*table, "blues", "recall"), "66.7 %");
  EXPECT_EQ(text_at(*table, "jazz", "tracks"), "1");
  EXPECT_TRUE(has_note(*table, "summed over 2 runs"));
  const Figure* figure = find_figure(document, "confusion-svm");
  ASSERT_NE(figure, nullptr);
  EXPECT_EQ(figure->title, "Confusion of svm");
  EXPECT_TRUE(has_note(*figure, "Colours are shares of each row"));
  for (const char* text : {"blues", "jazz", "truth", "predicted", "2", "1"})
    EXPECT_TRUE(contains(figure->picture.svg(), ">" + std::string(text) + "<")) << text;
  const Table& data = *find_table(document, "confusion_runs");
  ASSERT_EQ(data.rows.size(), 4u);
  EXPECT_EQ(data.rows[0][1].text, first);
  const testing::TemporaryFolder folder;
  EXPECT_FALSE(write_document(document, folder.path()).empty()) << "no two ids are the same";
}

TEST(ConfusionReport, EachConfigurationHasItsOwn) {
  MemoryStore store;
  add_run(store, {.method = "svm", .accuracy = 1.0, .predictions = {test_track(0, 0)}});
  add_run(store, {.method = "gru", .accuracy = 0.0, .predictions = {test_track(0, 1)}});
  add_run(store,
          {.method = "svm", .accuracy = 1.0, .leaky = true, .predictions = {test_track(1, 1)}});
  const Document document = render(store);
  EXPECT_EQ(text_at(*find_table(document, "confusion-method_name_svm-table"), "blues", "blues"),
            "1");
  EXPECT_EQ(text_at(*find_table(document, "confusion-method_name_gru-table"), "blues", "jazz"),
            "1");
  const Table* leaky = find_table(document, "confusion-method_name_svm_-table");
  ASSERT_NE(leaky, nullptr);
  EXPECT_EQ(text_at(*leaky, "jazz", "recall"), "100.0 % †");
  EXPECT_TRUE(has_note(*find_figure(document, "confusion-method_name_svm_"), "† Leaky split"));
}

TEST(ConfusionReport, AGenreWithoutTestTracksIsGrey) {
  MemoryStore store;
  add_run(store, {.accuracy = 1.0, .predictions = {test_track(0, 0)}});
  const Document document = render(store);
  EXPECT_EQ(text_at(*find_table(document, "confusion-svm-table"), "jazz", "recall"), "–");
  EXPECT_TRUE(
      has_note(*find_figure(document, "confusion-svm"), "Grey cells have no finite value."));
}

TEST(ConfusionReport, RunsThatAreMissingAreCounted) {
  MemoryStore store;
  add_run(store, {.accuracy = 1.0, .predictions = {test_track(0, 0)}});
  add_run(store, {.seed = 1, .status = RunStatus::failed});
  add_run(store, {.method = "knn", .status = RunStatus::planned});
  const Document document = render(store);
  EXPECT_TRUE(has_note(*find_table(document, "confusion-method_name_svm-table"),
                       "Of its planned runs 1/2 (1 failed) are done."));
  EXPECT_TRUE(
      contains(render_terminal(document), "Without predictions of a test part: method.name=knn."));
}

TEST(ConfusionReport, WithoutAnyPredictionOrRunItIsAnError) {
  MemoryStore store;
  add_run(store, {.accuracy = 0.5, .predictions = {{"valid", "track", 0, 0, {}}}});
  EXPECT_THROW_SAYING(render(store), ConfigError,
                      "confusion: no run in scope has predictions of a test part; found svm");
  EXPECT_THROW_SAYING(render(MemoryStore()), ConfigError, "no experiment");
}

}  // namespace confusion_test
}  // namespace genrebench
