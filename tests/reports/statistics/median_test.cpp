#include "reports/statistics/median.hpp"

#include <gtest/gtest.h>

namespace genrebench {
namespace median_test {

TEST(Median, OfOddAndEvenNumbers) {
  EXPECT_EQ(median_of({3.0, 1.0, 2.0}), 2.0);
  EXPECT_EQ(median_of({4.0, 1.0, 3.0, 2.0}), 2.5);
  EXPECT_EQ(median_of({5.0}), 5.0);
}

}  // namespace median_test
}  // namespace genrebench
