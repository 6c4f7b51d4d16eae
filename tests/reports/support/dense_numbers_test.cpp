#include "reports/support/dense_numbers.hpp"

#include <gtest/gtest.h>

#include <climits>

namespace genrebench {
namespace dense_numbers_test {

TEST(DenseNumbers, CountFromZeroInOrderOfAppearance) {
  DenseNumbers numbers;
  const std::vector<int> values = {7, 0, 7, INT_MAX, -1, INT_MIN, 0, INT_MAX, 1 << 20, 8};
  std::vector<std::size_t> found;
  for (const int value : values) found.push_back(numbers.of(value));
  EXPECT_EQ(found, (std::vector<std::size_t>{0, 1, 0, 2, 3, 4, 1, 2, 5, 6}));
  EXPECT_EQ(numbers.size(), 7u);
  EXPECT_EQ(numbers.values(), (std::vector<int>{7, 0, INT_MAX, -1, INT_MIN, 1 << 20, 8}));
}

}  // namespace dense_numbers_test
}  // namespace genrebench
