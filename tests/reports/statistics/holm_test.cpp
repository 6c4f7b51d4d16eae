#include "reports/statistics/holm.hpp"

#include <gtest/gtest.h>

namespace genrebench {
namespace {

void expect_near(const std::vector<double>& values, const std::vector<double>& expected) {
  ASSERT_EQ(values.size(), expected.size());
  for (std::size_t i = 0; i < values.size(); ++i) EXPECT_NEAR(values[i], expected[i], 1e-15) << i;
}

TEST(Holm, MultipliesByTheNumberOfTestsThatAreLeft) {
  expect_near(holm(std::vector<double>{0.01, 0.04, 0.03}), {0.03, 0.06, 0.06});
  expect_near(holm(std::vector<double>{0.2}), {0.2});
}

TEST(Holm, StaysInOrderAndBelowOne) {
  expect_near(holm(std::vector<double>{0.6, 0.0, 0.5, 0.9}), {1.0, 0.0, 1.0, 1.0});
  expect_near(holm(std::vector<double>{0.02, 0.02, 0.021}), {0.06, 0.06, 0.06});
}

TEST(Holm, OfNoTestsIsNothing) { EXPECT_TRUE(holm({}).empty()); }

}  // namespace
}  // namespace genrebench
