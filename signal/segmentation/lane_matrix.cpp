#include "signal/segmentation/lane_matrix.hpp"

#include <algorithm>

namespace genrebench::fast_sem {
namespace {

using Vector = simd::Lanes<double>;
constexpr std::size_t kLanes = simd::kLanes<double>;

/// Rows at a time: additions that do not wait for each other, as many as fit into registers.
constexpr std::size_t kTile = 12;

}  // namespace

LaneMatrix::LaneMatrix(const Eigen::Ref<const Eigen::MatrixXd>& matrix)
    : rows_(static_cast<std::size_t>(matrix.rows())),
      columns_(static_cast<std::size_t>(matrix.cols())),
      tiles_(((rows_ + kTile - 1) / kTile * kTile * columns_ + kLanes - 1) / kLanes) {
  double* to = reinterpret_cast<double*>(tiles_.data());
  for (std::size_t first = 0; first < rows_; first += kTile)
    for (std::size_t k = 0; k < columns_; ++k, to += kTile)
      for (std::size_t r = 0; r < std::min(kTile, rows_ - first); ++r)
        to[r] = matrix(static_cast<Eigen::Index>(first + r), static_cast<Eigen::Index>(k));
}

void LaneMatrix::multiply(const double* x, Vector* out) const {
  const double* from = reinterpret_cast<const double*>(tiles_.data());
  for (std::size_t first = 0; first < rows_; first += kTile) {
    Vector sums[kTile] = {};
    for (std::size_t k = 0; k < columns_; ++k, from += kTile) {
      const Vector here = simd::load(x + k * kLanes);
      for (std::size_t r = 0; r < kTile; ++r) sums[r] += from[r] * here;
    }
    std::copy_n(sums, std::min(kTile, rows_ - first), out + first);
  }
}

}  // namespace genrebench::fast_sem
