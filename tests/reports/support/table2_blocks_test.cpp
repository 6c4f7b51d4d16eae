#include "reports/support/table2_blocks.hpp"

#include <gtest/gtest.h>

#include "harness/plugin/registry.hpp"
#include "reports/example_runs.hpp"
#include "reports/render/render.hpp"

namespace genrebench {
void register_table2(Registry& registry);

namespace table2_blocks_test {

Document render(const MemoryStore& store, const ReportScope& scope = {}) {
  return render_report(register_table2, store, scope);
}

TEST(Table2Blocks, ThePapersNumbersStandInEveryRow) {
  MemoryStore store;
  add_seeds(store, {}, {0.4});
  const Document document = render(store);
  const Table& table = *find_table(document, "table2_grouped");
  const std::vector<std::vector<std::string>> paper = {{"SVM", "43.56 %", "45.67 %"},
                                                       {"Soft-Max", "38 %", "42.67 %"},
                                                       {"Decision Tree", "50.08 %", "39.64 %"},
                                                       {"Naive Bayes", "30.67 %", "30.67 %"},
                                                       {"KNN", "27.67 %", "34 %"}};
  ASSERT_EQ(table.rows.size(), paper.size());
  for (std::size_t r = 0; r < paper.size(); ++r) {
    EXPECT_EQ(table.rows[r][0].text, paper[r][0]);
    EXPECT_EQ(text_at(table, paper[r][0], "full songs: paper"), paper[r][1]);
    EXPECT_EQ(text_at(table, paper[r][0], "segmented songs: paper"), paper[r][2]);
  }
}

TEST(Table2Blocks, LeakyAndGroupedRunsAreNeverMixed) {
  MemoryStore store;
  add_seeds(store, {}, {0.40, 0.42});
  add_seeds(store, {.experiment = "table2_leaky", .leaky = true}, {0.60, 0.64});
  const Document document = render(store);
  const Table* grouped = find_table(document, "table2_grouped");
  const Table* leaky = find_table(document, "table2_leaky");
  ASSERT_NE(grouped, nullptr);
  ASSERT_NE(leaky, nullptr);
  // t of one degree of freedom: 12.7062; 12.7062 * 0.0141421 * sqrt(1/2 + 300/700) = 0.173155;
  // twice that for the other.
  EXPECT_EQ(text_at(*grouped, "SVM", "full songs: ours"), "41.0 ± 17.3 %");
  EXPECT_EQ(text_at(*leaky, "SVM", "full songs: ours"), "62.0 ± 34.6 % †");
  EXPECT_FALSE(has_note(*grouped, "†"));
  EXPECT_TRUE(has_note(
      *leaky, "† Leaky split, by request: tracks of one artist may be in both train and test"));
  for (const std::string& text : {render_terminal(document), render_markdown(document),
                                  render_html(document), render_csv(*leaky), render_json(document)})
    EXPECT_NE(text.find("62.0 ± 34.6 % †"), std::string::npos) << text;
  EXPECT_NE(render_latex(document).find("62.0 $\\pm$ 34.6 \\% $\\dagger$"), std::string::npos);
}

TEST(Table2Blocks, ThePlannedRunsOfALeakySplitAreLeakyBeforeAnyIsDone) {
  MemoryStore store;
  add_run(store, {.leaky = true, .status = RunStatus::planned});
  EXPECT_NE(find_table(render(store), "table2_leaky"), nullptr);
}

TEST(Table2Blocks, OptionsOfAMethodThatDifferMakeRowsOfTheirOwn) {
  MemoryStore store;
  add_seeds(store,
            {.method = "knn",
             .parameters = {{"method.neighbours", "3"}, {"method.distance", "euclidean"}}},
            {0.3, 0.3});
  add_seeds(store,
            {.method = "knn",
             .parameters = {{"method.neighbours", "5"}, {"method.distance", "euclidean"}}},
            {0.4, 0.4});
  const Document document = render(store);
  const Table& table = *find_table(document, "table2_grouped");
  EXPECT_EQ(text_at(table, "KNN (neighbours=3)", "full songs: ours"), "30.0 %");
  EXPECT_EQ(text_at(table, "KNN (neighbours=5)", "full songs: ours"), "40.0 %");
  EXPECT_EQ(text_at(table, "KNN (neighbours=3)", "full songs: paper"), "27.67 %");
  EXPECT_EQ(text_at(table, "KNN (neighbours=5)", "full songs: paper"), "");
}

TEST(Table2Blocks, OptionsOfAnExcerptThatDifferMakeColumnsOfTheirOwn) {
  MemoryStore store;
  add_seeds(store, {.excerpt = "chunks"}, {0.3, 0.3});
  add_seeds(store, {.excerpt = "chunks", .parameters = {{"excerpt.duration_s", "5"}}}, {0.4, 0.4});
  const Document document = render(store);
  const Table& table = *find_table(document, "table2_grouped");
  EXPECT_EQ(text_at(table, "SVM", "segmented songs (duration_s=3): ours"), "30.0 %");
  EXPECT_EQ(text_at(table, "SVM", "segmented songs (duration_s=5): ours"), "40.0 %");
}

TEST(Table2Blocks, OtherDifferencesMakeTablesOfTheirOwnThatSayWhatDiffers) {
  MemoryStore store;
  add_seeds(store, {}, {0.3, 0.3});
  add_seeds(store, {.parameters = {{"split.train_fraction", "0.8"}}}, {0.4, 0.4});
  const Document document = render(store);
  const Table* first = find_table(document, "table2_grouped");
  const Table* second = find_table(document, "table2_grouped_2");
  ASSERT_NE(first, nullptr);
  ASSERT_NE(second, nullptr);
  EXPECT_TRUE(first->title.ends_with("; split.train_fraction=0.7")) << first->title;
  EXPECT_TRUE(second->title.ends_with("; split.train_fraction=0.8")) << second->title;
  EXPECT_EQ(text_at(*second, "SVM", "full songs: ours"), "40.0 %");
}

TEST(Table2Blocks, WhereTheFilesLieDoesNotMatter) {
  MemoryStore store;
  add_run(store, {.seed = 0, .accuracy = 0.4});
  add_run(store, {.seed = 1, .accuracy = 0.4, .parameters = {{"dataset.root", "/elsewhere"}}});
  const Document document = render(store);
  EXPECT_EQ(text_at(*find_table(document, "table2_grouped"), "SVM", "full songs: seeds"), "2/2");
}

TEST(Table2Blocks, RunsOfOneSeedThatDifferInAPlaceAreNotPooled) {
  MemoryStore store;
  add_run(store, {.seed = 0, .accuracy = 0.4});
  add_run(store, {.seed = 0, .accuracy = 0.5, .parameters = {{"dataset.root", "/elsewhere"}}});
  const Document document = render(store);
  EXPECT_NE(find_table(document, "table2_grouped_2"), nullptr);
  EXPECT_EQ(text_at(*find_table(document, "table2_grouped"), "SVM", "full songs: seeds"), "1/1");
}

TEST(Table2Blocks, FoldsOfACrossValidationArePooledAndNamed) {
  MemoryStore store;
  add_run(store, {.accuracy = 0.4, .parameters = {{"split.fold", "0"}}});
  add_run(store, {.accuracy = 0.5, .parameters = {{"split.fold", "1"}}});
  const Document document = render(store);
  const Table& table = *find_table(document, "table2_grouped");
  EXPECT_EQ(text_at(table, "SVM", "full songs: runs"), "2/2");
  EXPECT_TRUE(has_note(table, "over 2 divisions of the tracks"));
}

TEST(Table2Blocks, ARunOfTwoExperimentsCountsOnce) {
  MemoryStore store;
  const std::string id = add_run(store, {.accuracy = 0.4});
  store.plan("again").run_ids = {id};
  const Document document = render(store);
  EXPECT_EQ(text_at(*find_table(document, "table2_grouped"), "SVM", "full songs: seeds"), "1/1");
}

}  // namespace table2_blocks_test
}  // namespace genrebench
