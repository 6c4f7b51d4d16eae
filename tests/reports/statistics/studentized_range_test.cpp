#include "reports/statistics/studentized_range.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <sstream>

#include "reports/golden_values.hpp"

namespace genrebench {
namespace studentized_range_test {

TEST(StudentizedRange, IsThatOfSciPy) {
  const testing::GoldenValues golden("rank_tests/range.txt");
  for (const auto& [name, values] : golden.all()) {
    std::istringstream parts(name);
    std::string what, n, rest;
    std::getline(parts, what, '.');
    std::getline(parts, n, '.');
    std::getline(parts, rest);
    const auto n_variables = static_cast<std::size_t>(std::stoul(n));
    // SciPy integrates numerically too; its own error is about 1e-9.
    const double ours = what == "above" ? range_above(std::stod(rest), n_variables)
                                        : range_quantile(std::stod(rest), n_variables);
    EXPECT_NEAR(ours, values.at(0), 1e-7) << name;
  }
}

TEST(StudentizedRange, OfTwoIsADifferenceOfTwoNormalVariables) {
  for (const double q : {0.01, 1.0, 3.0, 8.0, 12.0}) {
    const double expected = std::erfc(q / 2.0);
    EXPECT_NEAR(range_above(q, 2) / expected, 1.0, 1e-11) << q;
  }
}

TEST(StudentizedRange, HasLimits) {
  EXPECT_EQ(range_above(0.0, 5), 1.0);
  EXPECT_EQ(range_above(-1.0, 5), 1.0);
  EXPECT_NEAR(range_above(1e-9, 5), 1.0, 1e-12);
  EXPECT_LT(range_above(40.0, 5), 1e-20);
  EXPECT_NEAR(range_above(range_quantile(0.05, 200), 200), 0.05, 1e-9);
}

}  // namespace studentized_range_test
}  // namespace genrebench
