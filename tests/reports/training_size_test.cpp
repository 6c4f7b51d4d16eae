// Accuracy against the size of the training part.
#include <gtest/gtest.h>

#include <cmath>

#include "base/error.hpp"
#include "harness/records/facts.hpp"
#include "reports/several_sizes.hpp"

namespace genrebench {
void register_training_size(Registry& registry);

namespace training_size_test {

using testing::add_size;
using testing::five_sizes;

Document render(const MemoryStore& store, const OptionValues& options = {}) {
  return render_report(register_training_size, store, {}, options);
}

Table shown_table(const Document& document, const std::string& end) {
  for (const auto& part : document.body)
    if (const auto* table = std::get_if<Table>(&part); table != nullptr && table->id.ends_with(end))
      return *table;
  throw std::runtime_error("no table " + end);
}

TEST(TrainingSizeReport, ShowsTheAccuracyOfEverySizeSmallestFirst) {
  const Document document = render(five_sizes());
  const Table& table = std::get<Table>(document.body[1]);
  ASSERT_EQ(table.rows.size(), 7u) << "five sizes, chance and the majority class";
  EXPECT_EQ(column(table, 1), (std::vector<std::string>{"5", "10", "20", "40", "all", "", ""}));
  EXPECT_EQ(table.rows[4][2].text, "70");
  EXPECT_EQ(table.rows[4][3].text, "35.0");
  EXPECT_TRUE(table.rows[4][5].text.starts_with("73.0 ± ")) << table.rows[4][5].text;
}

TEST(TrainingSizeReport, FitsAPowerLawAndSaysHowManyTracksATargetTakes) {
  const Table table = shown_table(render(five_sizes(), {{"target", 75.0}}), "-fit");
  ASSERT_EQ(table.rows.size(), 1u);
  EXPECT_EQ(table.rows[0][1].text, "5");
  EXPECT_TRUE(table.rows[0][2].text.starts_with("0.2 [")) << table.rows[0][2].text;
  EXPECT_TRUE(table.rows[0][4].text.starts_with("0.6 [")) << table.rows[0][4].text;
  EXPECT_EQ(table.rows[0][5].text, "75.0 %");
  // 0.9 n^-0.6 = 0.05
  EXPECT_TRUE(table.rows[0][6].text.starts_with("124 [") ||
              table.rows[0][6].text.starts_with("123 ["))
      << table.rows[0][6].text;
  EXPECT_TRUE(has_note(table, "4 times the largest"));
}

TEST(TrainingSizeReport, SaysNothingBeyondItsFactor) {
  const Table far = shown_table(render(five_sizes(), {{"target", 79.0}}), "-fit");
  EXPECT_TRUE(far.rows[0][6].text.starts_with("> 280")) << far.rows[0][6].text;
  const Table never = shown_table(render(five_sizes(), {{"target", 90.0}}), "-fit");
  EXPECT_EQ(never.rows[0][6].text, "never: the curve ends at 80.0 % [never, never]")
      << never.rows[0][6].text;
}

TEST(TrainingSizeReport, WithoutATargetTheNextMultipleOfFiveIsTaken) {
  const Table table = shown_table(render(five_sizes()), "-fit");
  EXPECT_EQ(table.rows[0][5].text, "75.0 %");
}

TEST(TrainingSizeReport, FewerThanFourSizesAreNotFitted) {
  MemoryStore store;
  for (const int n : {5, 10, 20}) add_size(store, std::to_string(n), n);
  const Document document = render(store);
  EXPECT_THROW(shown_table(document, "-fit"), std::runtime_error);
  EXPECT_EQ(find_table(document, "training_size_fits"), nullptr);
}

TEST(TrainingSizeReport, OneDivisionGivesAFitWithoutAnInterval) {
  MemoryStore store;
  for (const int n : {5, 10, 20, 40}) add_size(store, std::to_string(n), n, "svm", 1);
  const Table table = shown_table(render(store), "-fit");
  EXPECT_FALSE(contains(table.rows[0][2].text, "[")) << table.rows[0][2].text;
  EXPECT_TRUE(has_note(table, "Without intervals"));
}

TEST(TrainingSizeReport, MethodsAreCurvesOfOneFigureAndNumbersAreTraceable) {
  MemoryStore store = five_sizes();
  for (const int n : {5, 10, 20, 40}) add_size(store, std::to_string(n), n, "knn");
  const Document document = render(store);
  const Table& points = *find_table(document, "training_size_points");
  EXPECT_EQ(points.rows.size(), 9u);
  EXPECT_EQ(find_table(document, "training_size_runs")->rows.size(), 36u);
  EXPECT_EQ(find_table(document, "training_size_fits")->rows.size(), 2u);
  std::size_t n_figures = 0;
  for (const auto& part : document.body) n_figures += std::holds_alternative<Figure>(part);
  EXPECT_EQ(n_figures, 1u);
  for (const Table& data : document.data)
    for (const auto& row : data.rows) {
      EXPECT_EQ(row.size(), data.columns.size()) << data.id;
      for (std::size_t c = 0; c < row.size(); ++c)
        EXPECT_TRUE(data.columns[c] != "run_ids" || !row[c].text.empty()) << data.id;
    }
}

TEST(TrainingSizeReport, IntervalsOfPointsCountTheWholeTrainingPart) {
  // s^2 (1/4 + 300/700), whatever the size of the training part
  const Table points = *find_table(render(five_sizes()), "training_size_points");
  const double deviation = 0.002 * std::sqrt((2.25 + 0.25 + 0.25 + 2.25) / 3.0);
  const double half = 3.182446305 * deviation * std::sqrt(0.25 + 300.0 / 700.0);
  const auto number = [&](const char* name) {
    for (std::size_t c = 0; c < points.columns.size(); ++c)
      if (points.columns[c] == name) return std::stod(points.rows[0][c].text);
    return -1.0;
  };
  EXPECT_NEAR(number("ci_high") - number("mean"), half, 1e-9);
}

TEST(TrainingSizeReport, OneSizeAloneIsRefused) {
  MemoryStore store;
  add_size(store, "all", 70);
  EXPECT_THROW(render(store), ConfigError);
}

}  // namespace training_size_test
}  // namespace genrebench
