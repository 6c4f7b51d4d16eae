#include "signal/segmentation/band_quadrature.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/simd.hpp"

namespace genrebench {
namespace {

using Vector = simd::Lanes<double>;
constexpr std::size_t kLanes = simd::kLanes<double>;

using std::numbers::pi;

/// With bands of width 2 pi / degree the polynomial turns at most once within one, and this many
/// Chebyshev nodes interpolate it to 1e-17: the coefficients fall as the Bessel functions J_n(pi).
constexpr std::size_t kNodes = 22;

/// Tables up to this size are kept, others made anew for each use.
constexpr std::size_t kMaxTableValues = std::size_t{1} << 23;

/// Sums over one block of rows: kRows of them, kColumns of values at a time, for half of the nodes:
/// as many sums as fit into registers.
constexpr std::size_t kHalf = kNodes / 2;
constexpr std::size_t kColumns = sizeof(Vector) == 64 ? 2 : 1;
constexpr Eigen::Index kRows = 2048;

/// Columns of a matrix, from one of its elements on.
template <typename T>
struct Columns {
  T* first;
  Eigen::Index stride;
};

/// Adds the products of kHalf columns of the table with kWidth columns of values, over n rows.
template <std::size_t kWidth>
void add_products(Columns<const double> table_columns, Columns<const double> value_columns,
                  std::size_t n, Columns<double> sums_columns) {
  // Plain pointers: with accessors of the structs in the loops, GCC 12 fused other operations and
  // the last bits of the sums changed.
  const double *table = table_columns.first, *values = value_columns.first;
  double* out = sums_columns.first;
  const Eigen::Index table_stride = table_columns.stride, values_stride = value_columns.stride,
                     out_stride = sums_columns.stride;
  Vector sums[kHalf][kWidth] = {};
  std::size_t k = 0;
  for (; k + kLanes <= n; k += kLanes) {
    Vector here[kWidth];
    for (std::size_t c = 0; c < kWidth; ++c)
      here[c] = simd::load(values + static_cast<Eigen::Index>(c) * values_stride + k);
    for (std::size_t q = 0; q < kHalf; ++q) {
      const Vector weight = simd::load(table + static_cast<Eigen::Index>(q) * table_stride + k);
      for (std::size_t c = 0; c < kWidth; ++c) sums[q][c] += weight * here[c];
    }
  }
  for (std::size_t q = 0; q < kHalf; ++q)
    for (std::size_t c = 0; c < kWidth; ++c) {
      double sum = simd::sum(sums[q][c]);
      for (std::size_t j = k; j < n; ++j)
        sum += table[static_cast<Eigen::Index>(q) * table_stride + static_cast<Eigen::Index>(j)] *
               values[static_cast<Eigen::Index>(c) * values_stride + static_cast<Eigen::Index>(j)];
      out[static_cast<Eigen::Index>(c) * out_stride + static_cast<Eigen::Index>(q)] += sum;
    }
}

/// out = transpose of table * values. A general matrix product would copy the table for each call:
/// it is long and narrow.
void interpolate(const Eigen::MatrixXd& table, const Eigen::Ref<const Eigen::MatrixXd>& values,
                 Eigen::Ref<Eigen::MatrixXd> out) {
  out.setZero();
  const Eigen::Index table_stride = table.outerStride(), values_stride = values.outerStride(),
                     out_stride = out.outerStride();
  for (Eigen::Index row = 0; row < table.rows(); row += kRows) {
    const auto n = static_cast<std::size_t>(std::min(kRows, table.rows() - row));
    for (Eigen::Index node = 0; node < static_cast<Eigen::Index>(kNodes);
         node += static_cast<Eigen::Index>(kHalf)) {
      const double* from = table.data() + node * table_stride + row;
      Eigen::Index column = 0;
      for (; column + static_cast<Eigen::Index>(kColumns) <= values.cols();
           column += static_cast<Eigen::Index>(kColumns))
        add_products<kColumns>({from, table_stride},
                               {values.data() + column * values_stride + row, values_stride}, n,
                               {out.data() + column * out_stride + node, out_stride});
      for (; column < values.cols(); ++column)
        add_products<1>({from, table_stride},
                        {values.data() + column * values_stride + row, values_stride}, n,
                        {out.data() + column * out_stride + node, out_stride});
    }
  }
}

}  // namespace

BandQuadrature::BandQuadrature(std::size_t fft_size, std::size_t degree) : fft_size_(fft_size) {
  const std::size_t n_bins = fft_size / 2 + 1;
  const std::size_t n_bands = std::max<std::size_t>(1, (degree + 1) / 2);
  nodes_are_bins_ = n_bands * kNodes >= n_bins;
  if (nodes_are_bins_) {
    first_bin_ = first_node_ = {0, n_bins};
    for (std::size_t k = 0; k < n_bins; ++k)
      angles_.push_back(2.0 * pi * static_cast<double>(k) / static_cast<double>(fft_size));
    return;
  }
  for (std::size_t band = 0; band <= n_bands; ++band) {
    // Bins from band / n_bands of the way to pi on; the last band has the bin at pi as well.
    const std::size_t first = (band * fft_size + 2 * n_bands - 1) / (2 * n_bands);
    first_bin_.push_back(band == n_bands ? n_bins : first);
    first_node_.push_back(band * kNodes);
  }
  const double half = pi / static_cast<double>(2 * n_bands);
  for (std::size_t band = 0; band < n_bands; ++band)
    for (std::size_t q = 0; q < kNodes; ++q)
      angles_.push_back(half * (static_cast<double>(2 * band + 1) -
                                std::cos(pi * static_cast<double>(2 * q + 1) / (2.0 * kNodes))));
  if (n_bins * kNodes > kMaxTableValues) return;
  for (std::size_t band = 0; band < n_bands; ++band) tables_.push_back(make_table(band));
}

Eigen::MatrixXd BandQuadrature::make_table(std::size_t band) const {
  // Barycentric Lagrange interpolation (Berrut and Trefethen 2004, SIAM Review 46(3)).
  const auto [first, last] = bins(band);
  const double* nodes_here = angles_.data() + first_node_[band];
  Eigen::Array<double, kNodes, 1> theta, weight;
  for (std::size_t q = 0; q < kNodes; ++q) {
    theta[static_cast<Eigen::Index>(q)] = nodes_here[q];
    weight[static_cast<Eigen::Index>(q)] =
        (q % 2 == 0 ? 1.0 : -1.0) * std::sin(pi * static_cast<double>(2 * q + 1) / (2.0 * kNodes));
  }
  Eigen::MatrixXd table(static_cast<Eigen::Index>(last - first), kNodes);
  for (Eigen::Index k = 0; k < table.rows(); ++k) {
    const double omega = 2.0 * pi * static_cast<double>(first + static_cast<std::size_t>(k)) /
                         static_cast<double>(fft_size_);
    const Eigen::Array<double, kNodes, 1> terms = weight / (omega - theta);
    Eigen::Index at = 0;
    if (terms.abs().maxCoeff(&at) < 1e14)
      table.row(k) = terms / terms.sum();
    else
      table.row(k) = Eigen::RowVectorXd::Unit(kNodes, at);
  }
  return table;
}

void BandQuadrature::compress(std::size_t band, const Eigen::Ref<const Eigen::MatrixXd>& values,
                              Eigen::Ref<Eigen::MatrixXd> out) const {
  if (nodes_are_bins_)
    out = values;
  else if (!tables_.empty())
    interpolate(tables_[band], values, out);
  else
    interpolate(make_table(band), values, out);
}

}  // namespace genrebench
