#pragma once
// Internal. kLanes frames that go through the same arithmetic side by side: a machine vector holds
// one value of each frame, so that nothing is shuffled between the transposition of the samples and
// that of the result.

#include <cstddef>
#include <cstdint>

#include "base/simd.hpp"

namespace genrebench::lanes {

/// One float per frame.
using Vector = simd::Lanes<float>;
inline constexpr int kLanes = simd::kLanes<float>;

/// kLanes frames, of which the first `count` are wanted; the rest repeat the first.
struct FrameBatch {
  const float* frames[kLanes];
  int count = 0;
  std::int64_t first = 0;     ///< index of the first frame
  std::int64_t position = 0;  ///< sample of the clip where the first frame begins; negative in the
                              ///< padding
};

/// Writes the first `count` lanes of `rows` vectors as columns of `rows` floats.
inline void store_columns(const Vector* values, int rows, int count, float* columns) {
  int row = 0;
  for (; row + kLanes <= rows; row += kLanes) {
    Vector block[kLanes];
    for (int i = 0; i < kLanes; ++i) block[i] = values[row + i];
    simd::transpose(block);
    for (int lane = 0; lane < count; ++lane)
      simd::store(columns + static_cast<std::ptrdiff_t>(lane) * rows + row, block[lane]);
  }
  for (; row < rows; ++row) {
    for (int lane = 0; lane < count; ++lane)
      columns[static_cast<std::ptrdiff_t>(lane) * rows + row] = values[row][lane];
  }
}

}  // namespace genrebench::lanes
