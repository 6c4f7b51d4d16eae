// What deformed audio does to methods.
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "reports/deformed_runs.hpp"

namespace genrebench {
void register_robustness(Registry& registry);

namespace robustness_test {

using testing::add_deformed;
using testing::robust_methods;

Document render(const MemoryStore& store, const OptionValues& options = {{"figures", false}}) {
  return render_report(register_robustness, store, {}, options);
}

const Table& shown_table(const Document& document, const std::string& end) {
  for (const auto& part : document.body)
    if (const auto* table = std::get_if<Table>(&part); table != nullptr && table->id.ends_with(end))
      return *table;
  throw std::runtime_error("no table " + end);
}

TEST(RobustnessReport, ShowsEachMethodCleanAndDeformed) {
  const Document document = render(robust_methods());
  const Table& table = std::get<Table>(document.body[1]);
  EXPECT_TRUE(text_at(table, "svm", "clean accuracy").starts_with("90.0"))
      << text_at(table, "svm", "clean accuracy");
  EXPECT_EQ(text_at(table, "svm", "deformed"), "76.2 %");
  EXPECT_TRUE(text_at(table, "svm", "relative drop").starts_with("15.3 %"));
  EXPECT_EQ(text_at(table, "svm", "genres changed"), "16.2 %");
  EXPECT_EQ(text_at(table, "svm", "worst (points)"), "noise, 10 dB SNR: −40.0");
  EXPECT_EQ(text_at(table, "knn", "worst (points)"), "noise, 10 dB SNR: −5.0");
}

TEST(RobustnessReport, ShowsWhereTheRankingChanges) {
  const Document document = render(robust_methods());
  const Table& table = shown_table(document, "-ranking");
  EXPECT_EQ(text_at(table, "none", "ranking by accuracy"), "svm 90.0 %, knn 80.0 %");
  EXPECT_EQ(text_at(table, "noise", "ranking by accuracy"), "knn 77.5 %, svm 62.5 %");
  EXPECT_EQ(text_at(table, "noise", "as clean"), "no");
  EXPECT_EQ(text_at(table, "mp3", "as clean"), "yes");
  EXPECT_EQ(text_at(table, "all, mean", "as clean"), "no");
}

TEST(RobustnessReport, ShowsEveryLevelWithItsPairedInterval) {
  const Document document = render(robust_methods());
  const Table& table = shown_table(document, "-levels-1");
  EXPECT_EQ(column(table, 1),
            (std::vector<std::string>{"clean", "30 dB SNR", "10 dB SNR", "64 kbit/s"}));
  EXPECT_TRUE(table.rows[2][3].text.starts_with("−40.0 [")) << table.rows[2][3].text;
  EXPECT_EQ(table.rows[2][4].text, "< 0.001");
  EXPECT_EQ(table.rows[3][3].text, "0, same answers");
  EXPECT_TRUE(has_note(table, "over artists"));
}

TEST(RobustnessReport, NamesTheWorstDeformationOfEachGenre) {
  const Document document = render(robust_methods());
  const Table& table = shown_table(document, "-genres");
  EXPECT_EQ(column(table, 0), (std::vector<std::string>{"blues", "jazz"}));
  EXPECT_EQ(text_at(table, "blues", "worst deformation"), "noise, 10 dB SNR");
  EXPECT_EQ(text_at(table, "blues", "points"), "−22.5");
}

TEST(RobustnessReport, DrawsOneFigurePerDeformationAndKeepsNumbersTraceable) {
  const Document document = render(robust_methods(), {});
  std::size_t n_figures = 0;
  for (const auto& part : document.body)
    if (const auto* figure = std::get_if<Figure>(&part)) {
      ++n_figures;
      EXPECT_TRUE(contains(figure->picture.svg(), "knn")) << "a line per method";
    }
  EXPECT_EQ(n_figures, 2u);
  EXPECT_EQ(find_table(document, "robustness_levels")->rows.size(), 6u);
  EXPECT_EQ(find_table(document, "robustness_methods")->rows.size(), 2u);
  for (const Table& data : document.data)
    for (const auto& row : data.rows) {
      EXPECT_EQ(row.size(), data.columns.size()) << data.id;
      for (std::size_t c = 0; c < row.size(); ++c)
        EXPECT_TRUE(data.columns[c] != "run_ids" || !row[c].text.empty()) << data.id;
    }
}

TEST(RobustnessReport, RefusesRunsOfWhichNoneIsDeformed) {
  MemoryStore store;
  add_deformed(store, {});
  EXPECT_THROW(render(store), ConfigError);
}

}  // namespace robustness_test
}  // namespace genrebench
