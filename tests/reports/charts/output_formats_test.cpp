#include "reports/charts/output_formats.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "reports/charts/example_charts.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace output_formats_test {

using namespace genrebench::testing;

TEST(OutputFormats, APdfDoesNotTellTheTime) {
  EXPECT_TRUE(contains(draw(line_chart()).picture.pdf(), "/CreationDate (D:19700101000000"));
}

TEST(OutputFormats, IdsOfTwoFiguresDoNotMeet) {
  const std::set<std::string> first = ids_of(draw(line_chart(), {.id = "one"}).picture.svg());
  EXPECT_FALSE(first.empty());
  for (const DrawOptions& options : {DrawOptions{.id = "two"}, DrawOptions{}})
    for (const std::string& id : ids_of(draw(line_chart(), options).picture.svg()))
      EXPECT_FALSE(first.contains(id)) << id;
  LineChart other = line_chart();
  other.y_label = "Other";
  const std::set<std::string> unnamed = ids_of(draw(line_chart()).picture.svg());
  for (const std::string& id : ids_of(draw(other).picture.svg()))
    EXPECT_FALSE(unnamed.contains(id)) << id;
}

TEST(OutputFormats, MissingGlyphsAreToldAndStayInTheSvg) {
  LineChart chart = line_chart();
  chart.title = "音楽";
  const Drawing drawing = draw(chart);
  EXPECT_TRUE(contains(drawing.picture.svg(), "<text>音楽</text>"));
  ASSERT_EQ(drawing.notes.size(), 1u);
  EXPECT_TRUE(contains(drawing.notes[0], "PNG"));
}

}  // namespace output_formats_test
}  // namespace genrebench
