#include <gtest/gtest.h>

#include "base/error.hpp"
#include "reports/charts/charts.hpp"
#include "reports/charts/example_charts.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace forest_plot_test {

using namespace genrebench::testing;

TEST(ForestPlot, ShowsTheNameAndTheNumbersOfEveryRow) {
  const Drawing drawing = draw(forest_plot());
  EXPECT_EQ(xml_error(drawing.picture.svg()), "");
  for (const char* text : {"one against other", "first", "second", "all", "+3"})
    EXPECT_TRUE(contains(drawing.picture.svg(), text)) << text;
  EXPECT_TRUE(drawing.notes.empty());
}

TEST(ForestPlot, ACombinationFarWiderThanTheEffectsIsCutOffAndSaysSo) {
  ForestPlot chart = forest_plot();
  chart.rows.back().low = -500;
  const Drawing drawing = draw(chart);
  EXPECT_EQ(xml_error(drawing.picture.svg()), "");
  ASSERT_EQ(drawing.notes.size(), 1u);
  EXPECT_TRUE(contains(drawing.notes.front(), "goes on beyond the picture"));
}

TEST(ForestPlot, RowsWithoutAnIntervalOrAValueAreDrawn) {
  ForestPlot chart = forest_plot();
  chart.rows[1].low = chart.rows[1].high = kNaN;
  chart.rows[2].value = kNaN;
  chart.rows.back().low = chart.rows.back().high = kNaN;
  chart.region = 0.0;
  EXPECT_EQ(xml_error(draw(chart).picture.svg()), "");
}

TEST(ForestPlot, EffectsHaveTheirNamesAndNumbersBesideThem) {
  const ForestPlot chart{
      .x_label = "points",
      .rows = {{.name = "knn", .value = -8.1, .low = -12.0, .high = -4.2, .text = "p = 0.004"},
               {.name = "mlp", .value = 0.7, .low = -1.5, .high = 3.0, .text = "p = 0.55"},
               {.name = "no interval", .value = 0.0}}};
  const std::string svg = draw(chart).picture.svg();
  EXPECT_EQ(xml_error(svg), "");
  for (const char* text : {"knn", "p = 0.004", "mlp", "no interval", "points"})
    EXPECT_TRUE(contains(svg, text)) << text;
}

TEST(ForestPlot, WithoutAnyEffectIsAnError) {
  EXPECT_THROW_SAYING(draw(ForestPlot()), ConfigError, "forest plot", "no finite effect");
}

}  // namespace forest_plot_test
}  // namespace genrebench
