#include "models/networks/small_product.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace genrebench::testing {
namespace small_product_test {

TEST(SmallProduct, TilesCoverEveryRowOnceAndInOrder) {
  for (std::ptrdiff_t last = 3; last < 40; ++last) {
    std::ptrdiff_t next = 3;
    for_tiles(3, last, [&](auto rows, std::ptrdiff_t first) {
      EXPECT_EQ(first, next);
      EXPECT_LE(rows.value, kTileRows);
      next += rows.value;
    });
    EXPECT_EQ(next, last);
  }
}

TEST(SmallProduct, PaddedIsTheNextMultipleOfARegister) {
  EXPECT_EQ(padded<float>(0), 0);
  EXPECT_EQ(padded<float>(1), kLanes<float>);
  EXPECT_EQ(padded<float>(kLanes<float>), kLanes<float>);
  EXPECT_EQ(padded<double>(kLanes<double> + 1), 2 * kLanes<double>);
}

/// Whole numbers, whose products and sums are exact.
double element(std::ptrdiff_t row, std::ptrdiff_t column) {
  return static_cast<double>((7 * row + 3 * column) % 11 - 5);
}

TEST(SmallProduct, GivesTheProductOfAPlainLoop) {
  constexpr std::ptrdiff_t kRows = 13, kDepth = 9, kColumns = kPanelColumns<double>;
  std::vector<double> left(kRows * kDepth);
  for (std::ptrdiff_t r = 0; r < kRows; ++r)
    for (std::ptrdiff_t k = 0; k < kDepth; ++k)
      left[static_cast<std::size_t>(r * kDepth + k)] = element(r, k);
  const PackedMatrix<double> right(
      kDepth, 2, kColumns, [](std::ptrdiff_t k, std::ptrdiff_t panel, std::ptrdiff_t column) {
        return element(k, 100 + panel * kColumns + column);
      });
  ASSERT_EQ(right.n_panels(), 2);
  for (std::ptrdiff_t panel = 0; panel < right.n_panels(); ++panel)
    for_tiles(0, kRows, [&](auto rows, std::ptrdiff_t first) {
      Tile<double, rows.value, kTileLanes> tile;
      tile.multiply_add(left.data() + first * kDepth, kDepth, 1, kDepth, right.panel(panel));
      for (std::ptrdiff_t r = 0; r < rows.value; ++r)
        for (std::ptrdiff_t c = 0; c < kColumns; ++c) {
          double expected = 0.0;
          for (std::ptrdiff_t k = 0; k < kDepth; ++k)
            expected += element(first + r, k) * element(k, 100 + panel * kColumns + c);
          EXPECT_EQ(tile.sum[r][c / kLanes<double>][c % kLanes<double>], expected);
        }
    });
}

}  // namespace small_product_test
}  // namespace genrebench::testing
