#include "reports/statistics/holm.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>

namespace genrebench {
namespace holm_test {

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

// tests/golden/compare/make.py asks statsmodels.
TEST(Holm, AgreesWithStatsmodels) {
  std::ifstream file(GENREBENCH_SOURCE_DIR "/tests/golden/compare/holm.txt");
  std::vector<std::vector<double>> rows;
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    rows.emplace_back();
    for (double value = 0.0; words >> value;) rows.back().push_back(value);
  }
  ASSERT_EQ(rows.size(), 2u);
  ASSERT_EQ(rows[0].size(), 15u);
  expect_near(holm(rows[0]), rows[1]);
}

TEST(Holm, TestsThatAreNotGivenCountAsLargerOnes) {
  expect_near(holm(std::vector<double>{0.02, 0.01}, 10), {0.18, 0.1});
  expect_near(holm(std::vector<double>{0.02, 0.01}, 1), {0.02, 0.02});
}

TEST(Holm, OfNoTestsIsNothing) { EXPECT_TRUE(holm({}).empty()); }

}  // namespace holm_test
}  // namespace genrebench
