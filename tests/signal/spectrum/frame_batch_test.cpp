#include "signal/spectrum/frame_batch.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace genrebench::lanes {
namespace frame_batch_test {

TEST(StoreColumns, WritesWantedLanesAsColumnsAndNothingElse) {
  for (const int rows : {1, kLanes - 1, kLanes, 2 * kLanes + 3}) {
    simd::Array<float> values(static_cast<std::size_t>(rows));
    for (int row = 0; row < rows; ++row)
      for (int lane = 0; lane < kLanes; ++lane)
        values[static_cast<std::size_t>(row)][lane] = static_cast<float>(100 * lane + row);
    for (const int count : {1, kLanes - 1, kLanes}) {
      std::vector<float> columns(static_cast<std::size_t>(rows * kLanes), -1.0f);
      store_columns(values.data(), rows, count, columns.data());
      for (int lane = 0; lane < kLanes; ++lane)
        for (int row = 0; row < rows; ++row)
          EXPECT_EQ(columns[static_cast<std::size_t>(lane * rows + row)],
                    lane < count ? static_cast<float>(100 * lane + row) : -1.0f);
    }
  }
}

}  // namespace frame_batch_test
}  // namespace genrebench::lanes
