// Compiled without fused multiply-adds, which libsvm as distributed does not have either: every
// product and every sum below is rounded, in libsvm's order.

#include "baselines/svm/kernel_values.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>

#include "base/simd.hpp"

namespace genrebench {

namespace {

constexpr std::size_t kRegisters = 2;  // of a panel's width
constexpr std::size_t kWidth = kRegisters * simd::kLanes<double>;
constexpr std::size_t kRows = 4;  // that are compared with a panel at a time
static_assert(kWidth % kRows == 0);

using Lanes = simd::Lanes<double>;

struct Product {
  static Lanes add(Lanes sum, Lanes x, Lanes y) { return sum + x * y; }
};
struct SquaredDifference {
  static Lanes add(Lanes sum, Lanes x, Lanes y) {
    const Lanes difference = x - y;
    return sum + difference * difference;
  }
};

/// What kRows neighbours in one panel have in common with all rows of another.
struct Tile {
  Lanes sums[kRows][kRegisters] = {};

  double at(std::size_t row, std::size_t column) const {
    return sums[row][column / simd::kLanes<double>][column % simd::kLanes<double>];
  }
};

/// Sums of Term over the features, from the first to the last.
/// @param a  the first of the neighbours within its panel
/// @param b  a panel
template <typename Term>
Tile compare_tile(const double* a, const double* b, std::size_t n_features) {
  Tile tile;
  for (std::size_t c = 0; c < n_features; ++c, a += kWidth, b += kWidth) {
    Lanes y[kRegisters];
    for (std::size_t k = 0; k < kRegisters; ++k) y[k] = simd::load(b + k * simd::kLanes<double>);
    for (std::size_t r = 0; r < kRows; ++r) {
      const Lanes x = simd::fill(a[r]);
      for (std::size_t k = 0; k < kRegisters; ++k)
        tile.sums[r][k] = Term::add(tile.sums[r][k], x, y[k]);
    }
  }
  return tile;
}

/// @param upper  leave out the tiles below the diagonal
/// @param out    a.size() x b.size()
template <typename Term>
void compare(const KernelRows& a, const KernelRows& b, bool upper, std::vector<double>& out) {
  assert(a.n_features() == b.n_features());
  for (std::size_t row = 0; row < a.size(); row += kRows)
    for (std::size_t p = upper ? row / kWidth : 0; p < b.n_panels(); ++p) {
      const Tile tile =
          compare_tile<Term>(a.panel(row / kWidth) + row % kWidth, b.panel(p), a.n_features());
      const std::size_t height = std::min(kRows, a.size() - row);
      const std::size_t width = std::min(kWidth, b.size() - p * kWidth);
      for (std::size_t r = 0; r < height; ++r)
        for (std::size_t c = 0; c < width; ++c)
          out[(row + r) * b.size() + p * kWidth + c] = tile.at(r, c);
    }
}

}  // namespace

KernelRows::KernelRows(const Eigen::MatrixXd& matrix, std::span<const std::size_t> indices)
    : size_(indices.size()), n_features_(static_cast<std::size_t>(matrix.cols())) {
  values_.resize(n_panels() * n_features_ * kWidth);
  for (std::size_t i = 0; i < size_; ++i) {
    double* value = values_.data() + i / kWidth * n_features_ * kWidth + i % kWidth;
    for (std::size_t c = 0; c < n_features_; ++c)
      value[c * kWidth] = matrix(Eigen::Index(indices[i]), Eigen::Index(c));
  }
}

KernelRows::KernelRows(const Eigen::MatrixXd& matrix)
    : KernelRows(matrix, [&] {
        std::vector<std::size_t> all(static_cast<std::size_t>(matrix.rows()));
        std::iota(all.begin(), all.end(), std::size_t{0});
        return all;
      }()) {}

std::size_t KernelRows::n_panels() const { return (size_ + kWidth - 1) / kWidth; }

const double* KernelRows::panel(std::size_t i) const {
  return values_.data() + i * n_features_ * kWidth;
}

std::vector<double> training_values(const KernelRows& rows, const Kernel& kernel) {
  const std::size_t n = rows.size();
  std::vector<double> values(n * n);
  compare<Product>(rows, rows, true, values);
  std::vector<double> squares(n);
  for (std::size_t i = 0; i < n; ++i) squares[i] = values[i * n + i];
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = i; j < n; ++j) {
      double value = values[i * n + j];
      if (kernel.shape == Kernel::Shape::rbf)
        value = std::exp(-kernel.gamma * (squares[i] + squares[j] - 2 * value));
      values[i * n + j] = values[j * n + i] = value;
    }
  return values;
}

std::vector<double> prediction_values(const KernelRows& a, const KernelRows& b,
                                      const Kernel& kernel) {
  std::vector<double> values(a.size() * b.size());
  if (kernel.shape == Kernel::Shape::linear) {
    compare<Product>(a, b, false, values);
  } else {
    compare<SquaredDifference>(a, b, false, values);
    for (double& value : values) value = std::exp(-kernel.gamma * value);
  }
  return values;
}

double weighted_sum(std::span<const double> weights, std::span<const std::size_t> places,
                    std::span<const double> values) {
  assert(weights.size() == places.size());
  double sum = 0.0;
  for (std::size_t i = 0; i < weights.size(); ++i) sum += weights[i] * values[places[i]];
  return sum;
}

}  // namespace genrebench
