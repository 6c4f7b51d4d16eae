// Which method is better.
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "reports/support/compare_example.hpp"

namespace genrebench {
void register_compare(Registry& registry);

namespace compare_test {

using namespace genrebench::testing;

Document render(const MemoryStore& store, const OptionValues& options = {}) {
  return render_report(register_compare, store, {}, options);
}

/// The n-th table that is shown.
const Table& table_of(const Document& document, std::size_t n) {
  for (const auto& part : document.body)
    if (const auto* table = std::get_if<Table>(&part); table != nullptr && n-- == 0) return *table;
  throw std::runtime_error("no table");
}

std::string first_paragraph(const Document& document) {
  return std::get<Paragraph>(document.body.at(0)).text;
}

std::string error_of(const MemoryStore& store, const OptionValues& options = {}) {
  try {
    render(store, options);
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "no error";
}

TEST(CompareReport, SaysWhoIsTiedWithTheBest) {
  MemoryStore store;
  add_three_methods(store);
  const Document document = render(store);
  const Table& table = table_of(document, 0);
  EXPECT_EQ(table.rows[0][0].text, "svm") << "the reference stands first";
  EXPECT_EQ(text_at(table, "svm", "verdict"), "reference");
  EXPECT_EQ(text_at(table, "mlp", "verdict"), "tied");
  EXPECT_EQ(text_at(table, "knn", "verdict"), "worse");
  EXPECT_EQ(text_at(table, "mlp", "letters"), "a");
  EXPECT_EQ(text_at(table, "knn", "letters"), "b");
  EXPECT_TRUE(text_at(table, "knn", "minus reference").starts_with("−40.0 [")) << "points";
  EXPECT_TRUE(has_note(table, "bootstrap over artists"));
  const Table& evidence = table_of(document, 1);
  EXPECT_EQ(text_at(evidence, "mlp", "tracks + : −"), "12 : 12");
  EXPECT_EQ(text_at(evidence, "mlp", "artists + : −"), "4 : 4");
  EXPECT_EQ(text_at(evidence, "mlp", "McNemar p"), "1");
  const Table& matrix = table_of(document, 2);
  EXPECT_EQ(matrix.columns.size(), 5u);
  EXPECT_TRUE(contains(first_paragraph(document), "svm is better than knn"));
  std::size_t n_figures = 0;
  for (const auto& part : document.body) n_figures += std::holds_alternative<Figure>(part) ? 1 : 0;
  EXPECT_EQ(n_figures, 1u);
  for (const auto& part : document.body) {
    const auto* shown = std::get_if<Table>(&part);
    if (shown == nullptr) continue;
    for (const auto& row : shown->rows) EXPECT_EQ(row.size(), shown->columns.size()) << shown->id;
  }
}

TEST(CompareReport, TheReferenceCanBeNamed) {
  MemoryStore store;
  add_three_methods(store);
  const Document document = render(store, {{"reference", std::string("knn")}});
  EXPECT_EQ(text_at(table_of(document, 0), "knn", "verdict"), "reference");
  EXPECT_EQ(text_at(table_of(document, 0), "svm", "verdict"), "better");
  const std::string error = error_of(store, {{"reference", std::string("smv")}});
  EXPECT_TRUE(contains(error, "smv")) << error;
  EXPECT_TRUE(contains(error, "svm")) << error;
}

TEST(CompareReport, NothingToCompareIsAnError) {
  MemoryStore store;
  add_method(store, "svm", said_of_artists(10));
  EXPECT_TRUE(contains(error_of(store), "nothing to compare"));
}

TEST(CompareReport, EqualStoresGiveEqualDocuments) {
  MemoryStore store;
  add_three_methods(store);
  const Document a = render(store), b = render(store);
  EXPECT_EQ(first_paragraph(a), first_paragraph(b));
  ASSERT_EQ(a.data.size(), b.data.size());
  for (std::size_t t = 0; t < a.data.size(); ++t)
    for (std::size_t r = 0; r < a.data[t].rows.size(); ++r)
      for (std::size_t c = 0; c < a.data[t].columns.size(); ++c)
        EXPECT_EQ(a.data[t].rows[r][c].text, b.data[t].rows[r][c].text);
}

}  // namespace compare_test
}  // namespace genrebench
