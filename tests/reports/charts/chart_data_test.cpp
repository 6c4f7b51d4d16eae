#include "reports/charts/chart_data.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "reports/charts/example_charts.hpp"

namespace genrebench {
namespace chart_data_test {

using Json = nlohmann::json;
using testing::kNaN;

TEST(ChartData, OfALineChartHasItsPointsAndTheColoursOfThePicture) {
  LineChart chart{.x_label = "epoch", .y_label = "Loss", .band = true};
  chart.series = {
      {.name = "a", .x = {1, 2}, .y = {0.5, kNaN}, .low = {0.4, kNaN}, .high = {0.6, 1}},
      {.name = "b", .x = {1}, .y = {123456.789}, .dashed = true, .colour = 0}};
  const Json data = Json::parse(chart_data(chart));
  EXPECT_EQ(data["kind"], "line");
  EXPECT_EQ(data["series"][0]["y"], Json::parse("[0.5, null]"));
  EXPECT_EQ(data["series"][0]["low"], Json::parse("[0.4, null]"));
  EXPECT_EQ(data["series"][1]["y"], Json::parse("[123460.0]")) << "five digits";
  EXPECT_EQ(data["series"][0]["colour"], cluster_colour(0));
  EXPECT_EQ(data["series"][1]["colour"], cluster_colour(0)) << "as the series asks";
  EXPECT_EQ(data["series"][1]["dashed"], true);
  EXPECT_EQ(data["band"], true);
}

TEST(ChartData, OfAHeatMapHasRowsFromTheTopAndTheRangeOfColours) {
  HeatMap chart{.x = {.label = "predicted", .names = {"u", "v"}},
                .y = {.label = "truth", .names = {"p"}}};
  chart.values = Eigen::MatrixXd{{0.25, kNaN}};
  chart.counts = Eigen::MatrixXi{{3, 0}};
  const Json data = Json::parse(chart_data(chart, 0.0, 0.5));
  EXPECT_EQ(data["values"], Json::parse("[[0.25, null]]"));
  EXPECT_EQ(data["counts"], Json::parse("[[3, 0]]"));
  EXPECT_EQ(data["x"]["high"], 2);
  EXPECT_EQ(data["high"], 0.5);
  EXPECT_EQ(data["averaged"], false);
}

TEST(ChartData, OfALargeMatrixIsAveragedDown) {
  HeatMap chart{.x = {.low = 0.0, .high = 30.0}};
  chart.values = Eigen::MatrixXd::Constant(400, 400, 2.0);
  const Json data = Json::parse(chart_data(chart, 2.0, 2.0));
  EXPECT_EQ(data["values"].size(), 150u);
  EXPECT_EQ(data["values"][149][149], 2.0);
  EXPECT_EQ(data["averaged"], true);
  EXPECT_EQ(data["x"]["high"], 30.0) << "the axis does not change";
}

TEST(ChartData, CountsClustersFromOne) {
  const Waveform wave{.minimum = {-1.0F},
                      .maximum = {0.5F},
                      .duration_s = 2.0,
                      .sections = {{.start_s = 0.0, .end_s = 2.0, .label = 1}}};
  const Json data = Json::parse(chart_data(wave));
  EXPECT_EQ(data["sections"][0]["cluster"], 2);
  EXPECT_EQ(data["sections"][0]["colour"], cluster_colour(1));
  const TemporalGraph graph{.points = Eigen::MatrixXd{{1.0, 2.0}}, .clusters = {0}};
  EXPECT_EQ(Json::parse(chart_data(graph))["clusters"][0], 1);
}

TEST(ChartData, OfRanksAndEffectsIsComplete) {
  const RankDiagram ranks{.methods = {{"a", 1.5}, {"b", 1.5}}, .bars = {{1.5, 1.5}}};
  const Json of_ranks = Json::parse(chart_data(ranks));
  EXPECT_EQ(of_ranks["methods"][1]["name"], "b");
  EXPECT_TRUE(of_ranks["critical_difference"].is_null());
  const ForestPlot forest{
      .region = 0.01,
      .rows = {{.kind = ForestPlot::Kind::heading, .name = "h"},
               {.kind = ForestPlot::Kind::combined, .name = "all", .value = 0.1, .low = 0.0}}};
  const Json of_forest = Json::parse(chart_data(forest));
  EXPECT_EQ(of_forest["rows"][0]["kind"], "heading");
  EXPECT_TRUE(of_forest["rows"][0]["value"].is_null());
  EXPECT_EQ(of_forest["rows"][1]["value"], 0.1);
  EXPECT_TRUE(of_forest["rows"][1]["high"].is_null());
}

TEST(ChartData, ReplacesWhatIsNoUtf8) {
  const RankDiagram ranks{.methods = {{"\xff", 1.0}, {"b", 2.0}}};
  EXPECT_EQ(Json::parse(chart_data(ranks))["methods"][0]["name"], "\uFFFD");
}

TEST(ChartData, ComesWithEveryDrawing) {
  LineChart chart;
  chart.series = {{.x = {0, 1}, .y = {0, 1}}};
  const Figure figure = to_figure("f", "F", draw(chart));
  EXPECT_EQ(figure.chart, chart_data(chart));
}

}  // namespace chart_data_test
}  // namespace genrebench
