#include "base/element_count.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

namespace genrebench {
namespace element_count_test {

using Signed = std::vector<std::int64_t>;
using Unsigned = std::vector<std::size_t>;

TEST(ElementCount, IsTheProductOfTheSizes) {
  EXPECT_EQ(count_elements(Signed{}), 1u);
  EXPECT_EQ(count_elements(Signed{3, 4, 5}), 60u);
  EXPECT_EQ(count_elements(Unsigned{7, 0, 2}), 0u);
  EXPECT_EQ(count_elements(Unsigned{std::size_t{1} << 28, std::size_t{1} << 28}),
            std::uint64_t{1} << 56);
}

TEST(ElementCount, IsNoneWhereNoMemoryIsEnough) {
  EXPECT_EQ(count_elements(Unsigned{std::size_t{1} << 28, (std::size_t{1} << 28) + 1}),
            std::nullopt);
  EXPECT_EQ(count_elements(Unsigned{std::numeric_limits<std::size_t>::max()}), std::nullopt);
  // The other sizes count where one is zero: strides are their products.
  EXPECT_EQ(count_elements(Signed{0, std::int64_t{1} << 40, std::int64_t{1} << 40}), std::nullopt);
  EXPECT_EQ(count_elements(Signed{2, -1}), std::nullopt);
}

}  // namespace element_count_test
}  // namespace genrebench
