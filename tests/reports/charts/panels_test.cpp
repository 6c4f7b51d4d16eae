#include <gtest/gtest.h>

#include "base/error.hpp"
#include "reports/charts/charts.hpp"
#include "reports/charts/example_charts.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace panels_test {

using namespace genrebench::testing;

TEST(Panels, StandInAGridWithTheirNames) {
  Panels chart{.x_label = "30 s"};
  for (const char* name : {"blues & soul", "classical", "country", "disco"})
    chart.panels.push_back({name, Eigen::MatrixXd::Random(128, 600)});
  chart.panels[1].values(3, 4) = std::numeric_limits<double>::quiet_NaN();
  const Drawing drawing = draw(chart);
  for (const char* text : {"blues &amp; soul", "classical", "country", "disco", "30 s"})
    EXPECT_NE(drawing.picture.svg().find(text), std::string::npos) << text;
  std::size_t n_images = 0;
  for (std::size_t at = 0; (at = drawing.picture.svg().find("<image", at)) != std::string::npos;
       ++at)
    ++n_images;
  EXPECT_EQ(n_images, 4u);
  EXPECT_FALSE(drawing.picture.png().empty());
  EXPECT_EQ(draw(chart).picture.svg(), drawing.picture.svg());
}

TEST(Panels, NothingToShowIsRefused) {
  EXPECT_THROW(draw(Panels{}), ConfigError);
  EXPECT_THROW(draw(Panels{.panels = {{"empty", {}}}}), ConfigError);
}

}  // namespace panels_test
}  // namespace genrebench
