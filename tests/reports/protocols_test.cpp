// The same method under several splits.
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "reports/example_runs.hpp"

namespace genrebench {
void register_protocols(Registry& registry);

namespace protocols_test {

Document render(const MemoryStore& store) { return render_report(register_protocols, store); }

/// A run per fold, on 20 test tracks of each of two genres, of which so many are right.
void add_folds(MemoryStore& store, ExampleRun run, const std::vector<int>& right) {
  run.experiment = "protocols";
  run.parameters["split.kind"] = "kfold";
  run.parameters["split.seed"] = "0";
  run.facts["split.train_by_genre"] = list_text({"40", "40"});
  run.facts["split.test_by_genre"] = list_text({"20", "20"});
  for (std::size_t fold = 0; fold < right.size(); ++fold) {
    run.parameters["split.fold"] = std::to_string(fold);
    run.predictions = answers("test", {{0, right[fold] / 2, 20}, {1, (right[fold] + 1) / 2, 20}});
    run.accuracy = right[fold] / 40.0;
    run.division = fmt::format("{} {}", run.leaky ? "leaky" : "grouped", fold);
    add_run(store, run);
  }
}

std::string paragraphs(const Document& document) {
  std::string text;
  for (const auto& part : document.body)
    if (const auto* paragraph = std::get_if<Paragraph>(&part)) text += paragraph->text + "\n";
  return text;
}

const Table& table_of(const Document& document) {
  for (const auto& part : document.body)
    if (const auto* table = std::get_if<Table>(&part)) return *table;
  throw std::runtime_error("no table");
}

TEST(ProtocolsReport, SaysWhatARandomFoldAdds) {
  MemoryStore store;
  add_folds(store, {.leaky = true}, {36, 35, 37, 36, 36});
  add_folds(store, {.leaky = false}, {30, 29, 31, 30, 30});
  const Document document = render(store);
  const Table& table = table_of(document);
  ASSERT_EQ(table.rows.size(), 4u) << "two splits, chance and the majority class";
  EXPECT_EQ(table.rows[0][1].text, "grouped by artist") << "ours stands first";
  EXPECT_EQ(table.rows[0][4].text, "ours");
  EXPECT_TRUE(table.rows[0][3].text.starts_with("75.0 ± ")) << table.rows[0][3].text;
  EXPECT_TRUE(table.rows[1][3].text.ends_with("†")) << table.rows[1][3].text;
  EXPECT_TRUE(table.rows[1][4].text.starts_with("+15.0 ± ")) << table.rows[1][4].text;
  EXPECT_EQ(table.rows[2][0].text, "chance");
  EXPECT_EQ(table.rows[2][3].text, "50.0 %");
  EXPECT_TRUE(contains(paragraphs(document), "What a random fold adds on GTZAN"))
      << paragraphs(document);
  EXPECT_TRUE(contains(paragraphs(document), "90.0 % instead of 75.0 %, more than chance explains"))
      << paragraphs(document);
  const Table& differences = *find_table(document, "protocols_differences");
  ASSERT_EQ(differences.rows.size(), 1u);
  EXPECT_EQ(find_table(document, "protocols_runs")->rows.size(), 10u);
  EXPECT_EQ(find_table(document, "protocols_splits")->rows.size(), 2u);
  for (const auto& row : differences.rows) EXPECT_EQ(row.size(), differences.columns.size());
  for (const Table& data : document.data)
    for (const auto& row : data.rows) EXPECT_EQ(row.size(), data.columns.size()) << data.id;
}

TEST(ProtocolsReport, ADifferenceThatMayBeChanceIsSaidToBeSo) {
  MemoryStore store;
  add_folds(store, {.leaky = true}, {36, 26, 31, 34, 30});
  add_folds(store, {.leaky = false}, {30, 36, 25, 31, 29});
  EXPECT_TRUE(contains(paragraphs(render(store)), "which may be chance"));
}

TEST(ProtocolsReport, APublishedListIsComparedWithOurs) {
  MemoryStore store;
  add_folds(store, {.leaky = false}, {30, 29, 31});
  add_run(store, {.experiment = "protocols",
                  .accuracy = 0.8,
                  .parameters = {{"split.kind", "published"}, {"split.list", "fault_filtered"}},
                  .predictions = answers("test", {{0, 16, 20}, {1, 16, 20}}),
                  .division = "published"});
  const Document document = render(store);
  const Table& table = table_of(document);
  EXPECT_TRUE(contains(table.rows[1][0].text, "fault_filtered")) << table.rows[1][0].text;
  EXPECT_TRUE(table.rows[1][4].text.starts_with("+5.0")) << table.rows[1][4].text;
}

TEST(ProtocolsReport, MethodsAndFeaturesAreNotMixed) {
  MemoryStore store;
  for (const char* method : {"svm", "mlp"}) {
    add_folds(store, {.method = method, .leaky = true}, {36, 35, 37});
    add_folds(store, {.method = method, .leaky = false}, {30, 29, 31});
  }
  std::size_t n_tables = 0;
  const Document document = render(store);
  for (const auto& part : document.body) n_tables += std::holds_alternative<Table>(part);
  EXPECT_EQ(n_tables, 2u);
}

TEST(ProtocolsReport, WithoutAnHonestSplitNothingIsCalledOurs) {
  MemoryStore store;
  add_folds(store, {.leaky = true}, {36, 35, 37});
  ExampleRun pieces{.leaky = true,
                    .parameters = {{"split.unit", "excerpt"}},
                    .facts = {{"split.unit", "excerpt"}}};
  add_folds(store, pieces, {38, 39, 37});
  const Document document = render(store);
  for (const auto& row : table_of(document).rows) EXPECT_NE(row[4].text, "ours");
  EXPECT_FALSE(contains(paragraphs(document), "What a random fold adds on"));
  EXPECT_EQ(find_table(document, "protocols_differences"), nullptr);
}

TEST(ProtocolsReport, RefusesRunsOfOneSplit) {
  MemoryStore store;
  add_folds(store, {.leaky = false}, {30, 29, 31});
  try {
    render(store);
    FAIL() << "expected an error";
  } catch (const ConfigError& error) {
    EXPECT_TRUE(contains(error.what(), "protocols: nothing to compare")) << error.what();
    EXPECT_TRUE(contains(error.what(), "split.leaky")) << error.what();
  }
}

}  // namespace protocols_test
}  // namespace genrebench
