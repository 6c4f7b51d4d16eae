#pragma once
// Internal. Products of a matrix with several vectors that lie side by side.

#include <Eigen/Core>
#include <cstddef>

#include "base/simd.hpp"

namespace genrebench::fast_sem {

/// A matrix that multiplies kLanes<double> vectors at a time. A general matrix product would
/// rearrange the matrix for every few columns; this one is arranged once. Each lane's sums run over
/// the columns in order and touch no other lane. Immutable.
class LaneMatrix {
 public:
  LaneMatrix() = default;
  explicit LaneMatrix(const Eigen::Ref<const Eigen::MatrixXd>& matrix);

  std::size_t rows() const { return rows_; }
  std::size_t columns() const { return columns_; }

  /// @param x    columns() x kLanes values: element k of every lane, then element k + 1; from any
  ///             address
  /// @param out  rows() registers
  void multiply(const double* x, simd::Lanes<double>* out) const;

 private:
  std::size_t rows_ = 0, columns_ = 0;
  simd::Array<double> tiles_{0};  ///< kTile rows at a time, column after column; zeros at the end
};

}  // namespace genrebench::fast_sem
