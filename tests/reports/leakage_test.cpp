// The comparison of leaky and honest splits.
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "reports/example_runs.hpp"

namespace genrebench {
void register_leakage(Registry& registry);

namespace leakage_test {

Document render(const MemoryStore& store) { return render_report(register_leakage, store, {}); }

/// Ten test tracks of each genre named, of which so many of the first genre are right; the others
/// are all right.
std::vector<PredictionRecord> predictions(int n_right, const std::vector<int>& genres) {
  std::vector<PredictionRecord> result;
  for (const int genre : genres)
    for (int i = 0; i < 10; ++i) {
      const bool right = genre != 0 || i < n_right;
      result.push_back({.split = "test",
                        .track = fmt::format("{}.{}", genre, i),
                        .truth = genre,
                        .predicted = right ? genre : 1 - genre,
                        .probabilities = {}});
    }
  return result;
}

void add_protocol(MemoryStore& store, const std::string& leaky, const std::string& unit,
                  const std::vector<int>& right, const std::vector<int>& genres) {
  for (std::size_t seed = 0; seed < right.size(); ++seed)
    add_run(store, {.experiment = "leakage",
                    .excerpt = "chunks",
                    .seed = seed,
                    .accuracy = 0.5,
                    .leaky = leaky == "true",
                    .parameters = {{"split.unit", unit}},
                    .facts = {{"split.unit", unit}},
                    .predictions = predictions(right[seed], genres)});
}

const Table& table_of(const Document& document) {
  for (const auto& part : document.body)
    if (const auto* table = std::get_if<Table>(&part)) return *table;
  throw std::runtime_error("no table");
}

TEST(LeakageReport, ComparesProtocolsOverTheGenresThatAllOfThemTest) {
  MemoryStore store;
  add_protocol(store, "true", "excerpt", {9, 10, 9}, {0, 1});
  add_protocol(store, "true", "track", {7, 8, 6}, {0, 1});
  add_protocol(store, "false", "track", {5, 4, 6}, {0});  // artists apart: the second genre is
                                                          // never tested
  const Document document = render(store);
  const Table& table = table_of(document);
  EXPECT_EQ(table.columns,
            (std::vector<std::string>{
                "Method", "pieces apart ††", "runs", "songs apart †", "runs", "grouped by artist",
                "runs", "pieces apart †† − songs apart †", "songs apart † − grouped by artist",
                "pieces apart †† − grouped by artist"}));
  ASSERT_EQ(table.rows.size(), 1u);
  const auto& row = table.rows[0];
  EXPECT_EQ(row[0].text, "svm");
  EXPECT_TRUE(row[1].text.starts_with("93.3 [")) << row[1].text;
  EXPECT_TRUE(row[1].text.ends_with("††")) << row[1].text;
  EXPECT_TRUE(row[3].text.starts_with("70.0 [")) << row[3].text;
  EXPECT_TRUE(row[5].text.starts_with("50.0 ± ")) << row[5].text;
  // {.7, .8, .6} - {.5, .4, .6}: 4 degrees of freedom, 2.776445 * sqrt(2 * 0.01 * (1/3 + 300/700))
  // = 34.3 points.
  EXPECT_EQ(row[8].text, "+20.0 ± 34.3 points");
  EXPECT_TRUE(row[9].text.starts_with("+43.3 ± ")) << row[9].text;
  std::string notes;
  for (const std::string& note : table.notes) notes += note + "\n";
  EXPECT_NE(notes.find("(1 of 2): blues"), std::string::npos) << notes;
  EXPECT_NE(notes.find("††"), std::string::npos);
  ASSERT_EQ(document.data.size(), 2u);
  EXPECT_EQ(document.data[0].rows.size(), 9u);
  EXPECT_EQ(document.data[1].rows.size(), 3u);
}

TEST(LeakageReport, RefusesAStoreWithOneProtocol) {
  MemoryStore store;
  add_protocol(store, "false", "track", {5, 4, 6}, {0, 1});
  EXPECT_THROW(render(store), ConfigError);
}

}  // namespace leakage_test
}  // namespace genrebench
