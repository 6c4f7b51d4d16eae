// Methods over several datasets.
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "reports/several_datasets.hpp"

namespace genrebench {
void register_across(Registry& registry);

namespace across_test {

using testing::add_accuracies;
using testing::paragraphs;
using testing::six_datasets;
using testing::three_datasets;

Document render(const MemoryStore& store, const OptionValues& options = {}) {
  return render_report(register_across, store, {}, options);
}

void expect_whole_rows(const Document& document) {
  for (const auto& part : document.body) {
    const auto* table = std::get_if<Table>(&part);
    if (table == nullptr) continue;
    for (const auto& row : table->rows) EXPECT_EQ(row.size(), table->columns.size()) << table->id;
  }
  for (const Table& table : document.data)
    for (const auto& row : table.rows) EXPECT_EQ(row.size(), table.columns.size()) << table.id;
}

TEST(AcrossReport, RanksMethodsOverFiveDatasetsOrMore) {
  const Document document = render(six_datasets());
  expect_whole_rows(document);
  const Table& table = *find_table(document, "across");
  EXPECT_EQ(text_at(table, "svm", "mean rank"), "1.00");
  EXPECT_EQ(text_at(table, "knn", "mean rank"), "2.50");
  EXPECT_EQ(text_at(table, "naive_bayes", "mean rank"), "2.50");
  EXPECT_TRUE(text_at(table, "svm", "d0").starts_with("80.0 ± ")) << text_at(table, "svm", "d0");
  EXPECT_TRUE(has_note(table, "d0: grouped by artist, split stratified, 3 divisions."));
  // chi-square = 12 / (6 3 4) (6^2 + 15^2 + 15^2) - 3 6 4 = 9; F = 5 9 / (12 - 9) = 15.
  EXPECT_TRUE(contains(paragraphs(document), "chi-square(2) = 9.00, p = 0.011"))
      << paragraphs(document);
  EXPECT_TRUE(contains(paragraphs(document), "F(2, 10) = 15.00, p < 0.001"));
  EXPECT_TRUE(contains(paragraphs(document), "not all equally good"));
  const Figure* figure = find_figure(document, "across-ranks-figure");
  ASSERT_NE(figure, nullptr);
  EXPECT_FALSE(figure->picture.pdf().empty());
  EXPECT_TRUE(contains(figure->picture.svg(), "critical difference 1.35"));
  EXPECT_EQ(find_table(document, "across_effects"), nullptr);
}

TEST(AcrossReport, SaysWhichPairsDiffer) {
  const Document document = render(six_datasets());
  const Table& pairs = *find_table(document, "across_pairs");
  ASSERT_EQ(pairs.rows.size(), 3u);
  // Mean ranks 1 and 2.5 with three methods and six datasets: q = 1.5 sqrt(2) / sqrt(12 / 36).
  EXPECT_NEAR(std::stod(pairs.rows[0][5].text), 0.0254, 0.0005);
  EXPECT_EQ(pairs.rows[0][8].text, "0.03125") << "six differences of one sign";
  EXPECT_TRUE(contains(paragraphs(document), "calls 2 of 3 pairs different"))
      << paragraphs(document);
  EXPECT_TRUE(contains(paragraphs(document), "differs from all others"));
  EXPECT_NE(pairs.rows[0].back().text.find(' '), std::string::npos) << "ids of runs";
}

TEST(AcrossReport, WilcoxonSaysWhereItCannotFindAnything) {
  const Document document = render(six_datasets(), {{"test", std::string("wilcoxon")}});
  const Table& pairs = *find_table(document, "across-pairs");
  EXPECT_TRUE(has_note(pairs, "it cannot call any pair different")) << "0.031 for three pairs";
  EXPECT_TRUE(contains(paragraphs(document), "calls 0 of 3 pairs different"));
  const Figure& figure = *find_figure(document, "across-ranks-figure");
  EXPECT_FALSE(contains(figure.picture.svg(), "critical difference"));
}

TEST(AcrossReport, EquivalentMethodsAreProbablyEquivalent) {
  MemoryStore store;
  add_accuracies(store, "svm", {0.800, 0.751, 0.900, 0.661, 0.710, 0.831});
  add_accuracies(store, "knn", {0.801, 0.750, 0.899, 0.660, 0.711, 0.830});
  const Document document = render(store);
  const Table& pairs = *find_table(document, "across-pairs");
  ASSERT_EQ(pairs.rows.size(), 1u);
  EXPECT_EQ(pairs.rows[0][6].text, "1.000");
  const Document narrow = render(store, {{"rope", 0.0}});
  EXPECT_EQ(find_table(narrow, "across-pairs")->rows[0][6].text, "0.000");
}

TEST(AcrossReport, BelowFiveDatasetsShowsTheCombinedEffectInstead) {
  const Document document = render(three_datasets());
  expect_whole_rows(document);
  EXPECT_TRUE(contains(paragraphs(document), "There are 3 datasets. Tests by ranks have no power"))
      << paragraphs(document);
  EXPECT_TRUE(contains(paragraphs(document), "p = 0.250 at best"));
  EXPECT_EQ(find_figure(document, "across-ranks-figure"), nullptr);
  EXPECT_EQ(find_table(document, "across_pairs"), nullptr);
  const Figure* figure = find_figure(document, "across-effects-figure");
  ASSERT_NE(figure, nullptr);
  EXPECT_TRUE(contains(figure->picture.svg(), "combined"));
  const Table& effects = *find_table(document, "across_effects");
  EXPECT_EQ(effects.rows.size(), 4u) << "three datasets and their combination";
}

TEST(AcrossReport, TheReferenceCanBeNamed) {
  const Document document = render(three_datasets(), {{"reference", std::string("knn")}});
  EXPECT_TRUE(contains(paragraphs(document), "svm against knn: +")) << paragraphs(document);
  try {
    render(three_datasets(), {{"reference", std::string("kn")}});
    FAIL() << "expected an error";
  } catch (const ConfigError& error) {
    EXPECT_TRUE(contains(error.what(), "did you mean 'knn'")) << error.what();
  }
}

TEST(AcrossReport, RefusesASingleDataset) {
  MemoryStore store;
  add_accuracies(store, "svm", {0.8});
  add_accuracies(store, "knn", {0.7});
  try {
    render(store);
    FAIL() << "expected an error";
  } catch (const ConfigError& error) {
    EXPECT_TRUE(contains(error.what(), "across: nothing to compare; expected")) << error.what();
    EXPECT_TRUE(contains(error.what(), "6 runs are left out")) << error.what();
  }
}

TEST(AcrossReport, IsTheSameEveryTime) {
  const MemoryStore store = six_datasets();
  const Document one = render(store), other = render(store);
  ASSERT_EQ(one.data.size(), other.data.size());
  for (std::size_t t = 0; t < one.data.size(); ++t)
    for (std::size_t r = 0; r < one.data[t].rows.size(); ++r)
      for (std::size_t c = 0; c < one.data[t].columns.size(); ++c)
        EXPECT_EQ(one.data[t].rows[r][c].text, other.data[t].rows[r][c].text);
}

TEST(AcrossReport, EveryNumberIsTracedToItsRuns) {
  const MemoryStore store = six_datasets();
  const Document document = render(store);
  EXPECT_EQ(find_table(document, "across_runs")->rows.size(), 54u);
  EXPECT_EQ(find_table(document, "across_cells")->rows.size(), 18u);
  for (const char* id : {"across_cells", "across_tests", "across_ranks", "across_pairs"})
    for (const auto& row : find_table(document, id)->rows)
      EXPECT_TRUE(store.run(row.back().text.substr(0, 64))) << id;
}

}  // namespace across_test
}  // namespace genrebench
