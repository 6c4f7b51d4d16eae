#include "reports/charts/network_diagram.hpp"

#include <gtest/gtest.h>

namespace genrebench {
namespace network_diagram_test {

TEST(NetworkDiagram, ShapesAndNumbersAreWritten) {
  EXPECT_EQ(shape_text({3, 224, 224}), "3 x 224 x 224");
  EXPECT_EQ(shape_text({10}), "10");
  EXPECT_EQ(grouped_digits(0), "0");
  EXPECT_EQ(grouped_digits(999), "999");
  EXPECT_EQ(grouped_digits(1000), "1 000");
  EXPECT_EQ(grouped_digits(14714688), "14 714 688");
}

TEST(NetworkDiagram, EveryLayerHasARowWithItsShapeAndParameters) {
  const NetworkOutline outline = {
      .input = {3, 8, 8},
      .layers = {{.name = "features.0",
                  .alias = "block1_conv1",
                  .kind = "convolution 3 x 3, ReLU",
                  .output = {4, 8, 8},
                  .parameters = 112},
                 {.name = "head", .kind = "a < b & c", .output = {10}, .parameters = 2570}}};
  const std::string svg = network_svg(outline, "vgg16");
  for (const char* text : {"<svg ", "</svg>", ">vgg16<", ">input<", ">3 x 8 x 8<", ">block1_conv1<",
                           ">convolution 3 x 3, ReLU<", ">4 x 8 x 8<", ">112<", ">head<",
                           ">a &lt; b &amp; c<", ">10<", ">2 570<", ">2 682<"})
    EXPECT_NE(svg.find(text), std::string::npos) << text << "\n" << svg;
}

}  // namespace network_diagram_test
}  // namespace genrebench
