#include "reports/support/skip_points.hpp"

#include <gtest/gtest.h>

namespace genrebench::skip_length {
namespace skip_points_test {

TEST(SkipPoints, AGapIsKnownWhereBothAccuraciesAre) {
  RunAccuracies run{.train = 0.9, .valid = 0.6};
  EXPECT_NEAR(run.gap().value(), 0.3, 1e-15);
  EXPECT_EQ(run.gap_last(), std::nullopt);
  run.valid = std::nullopt;
  EXPECT_EQ(run.gap(), std::nullopt);
}

TEST(SkipPoints, TheSignOfAnIntervalIsThatOfBothEnds) {
  EXPECT_EQ(sign_of({-0.3, -0.1}), -1);
  EXPECT_EQ(sign_of({0.1, 0.3}), 1);
  EXPECT_EQ(sign_of({-0.1, 0.3}), 0);
  EXPECT_EQ(sign_of({0.0, 0.3}), 0);
}

TEST(SkipPoints, ValuesAreOfTheRunsThatHaveTheQuantity) {
  const RunRecord one, other;
  const Point point{.scores = {{.run = &one, .train = 0.9}, {.run = &other}}};
  const std::vector<RunValue> values = point.values(kQuantities[0]);
  ASSERT_EQ(values.size(), 1u);
  EXPECT_EQ(values[0].run, &one);
  EXPECT_EQ(values[0].value, 0.9);
}

}  // namespace skip_points_test
}  // namespace genrebench::skip_length
