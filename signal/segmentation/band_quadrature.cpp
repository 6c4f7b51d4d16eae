#include "signal/segmentation/band_quadrature.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <type_traits>

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

/// Sums over one block of pairs of bins: kRows of them, up to kColumns of values at a time.
constexpr std::size_t kHalf = kNodes / 2;
constexpr std::size_t kColumns = sizeof(Vector) == 64 ? 4 : 2;
constexpr std::size_t kRows = 1024;

/// Adds the products of kCount columns of the table with kWidth columns of folded values, kRows
/// apart, over n registers of rows.
/// @param table  see BandQuadrature::table_; from the first of the columns on
template <std::size_t kCount, std::size_t kWidth>
void add_products(const Vector* table, const double* values, std::size_t n, double* out,
                  Eigen::Index out_stride) {
  Vector sums[kCount][kWidth] = {};
  for (std::size_t k = 0; k < n; ++k, table += kNodes) {
    Vector here[kWidth];
    for (std::size_t c = 0; c < kWidth; ++c) here[c] = simd::load(values + c * kRows + k * kLanes);
    for (std::size_t q = 0; q < kCount; ++q)
      for (std::size_t c = 0; c < kWidth; ++c) sums[q][c] += table[q] * here[c];
  }
  for (std::size_t q = 0; q < kCount; ++q)
    for (std::size_t c = 0; c < kWidth; ++c)
      out[static_cast<Eigen::Index>(c) * out_stride + static_cast<Eigen::Index>(q)] +=
          simd::sum_by_halves(sums[q][c]);
}

/// The same for kHalf columns of the table, as many at a time as sums fit into registers.
template <std::size_t kWidth>
void add_all_products(const Vector* table, const double* values, std::size_t n, double* out,
                      Eigen::Index out_stride) {
  constexpr std::size_t kFirst = sizeof(Vector) == 64 && kWidth <= 2 ? kHalf : (kHalf + 1) / 2;
  add_products<kFirst, kWidth>(table, values, n, out, out_stride);
  if constexpr (kFirst < kHalf)
    add_products<kHalf - kFirst, kWidth>(table + kFirst, values, n, out + kFirst, out_stride);
}

/// v[i] + v[w - 1 - i] and v[i] - v[w - 1 - i] of a block of rows i, 0 beyond the n values of v.
struct Folded {
  alignas(64) double sums[kColumns][kRows], differences[kColumns][kRows];

  void take(const double* v, std::size_t n, std::size_t w, std::size_t first, std::size_t rows,
            std::size_t column) {
    double *sum = sums[column], *difference = differences[column];
    std::size_t r = 0;
    if (n < w) {  // the last band
      for (; r < rows; ++r) {
        const std::size_t low = first + r, high = w - 1 - low;
        const double at_low = low < n ? v[low] : 0.0, at_high = high < n ? v[high] : 0.0;
        sum[r] = at_low + at_high;
        difference[r] = at_low - at_high;
      }
    }
    const double *low = v + first, *high = v + (w - 1 - first);
    for (; r + kLanes <= rows; r += kLanes) {
      const Vector at_low = simd::load(low + r),
                   at_high = simd::reversed(simd::load(high - r - (kLanes - 1)));
      simd::store(sum + r, at_low + at_high);
      simd::store(difference + r, at_low - at_high);
    }
    for (; r < rows; ++r) {
      sum[r] = low[r] + *(high - r);
      difference[r] = low[r] - *(high - r);
    }
    for (; r % kLanes != 0; ++r) sum[r] = difference[r] = 0.0;
  }
};

}  // namespace

BandQuadrature::BandQuadrature(std::size_t fft_size, std::size_t degree)
    : fft_size_(fft_size), n_bins_(fft_size / 2 + 1) {
  std::size_t n_bands = std::max<std::size_t>(1, (degree + 1) / 2);
  if (n_bands * kNodes >= n_bins_) {
    n_bands_ = 1;
    width_ = n_bins_;
    for (std::size_t k = 0; k < n_bins_; ++k) angles_.push_back(angle(static_cast<double>(k)));
    return;
  }
  // Even, and hardly more than the polynomial's wave length.
  const auto even_share = [&] { return (n_bins_ + 2 * n_bands - 1) / (2 * n_bands) * 2; };
  while (static_cast<double>(even_share() * degree) > 1.01 * static_cast<double>(fft_size))
    ++n_bands;
  width_ = even_share();
  n_bands_ = (n_bins_ + width_ - 1) / width_;
  for (std::size_t band = 0; band < n_bands_; ++band)
    for (std::size_t q = 0; q < kNodes; ++q)
      angles_.push_back(angle(static_cast<double>(band * width_) - 0.5) +
                        angle(static_cast<double>(width_) / 2.0) *
                            (1.0 - std::cos(pi * static_cast<double>(2 * q + 1) / (2.0 * kNodes))));
  if (width_ / 2 * kNodes <= kMaxTableValues) table_ = make_table(0, width_ / 2);
}

double BandQuadrature::angle(double bin) const {
  return 2.0 * pi * bin / static_cast<double>(fft_size_);
}

std::pair<std::size_t, std::size_t> BandQuadrature::bins(std::size_t band) const {
  return {band * width_, std::min((band + 1) * width_, n_bins_)};
}

std::pair<std::size_t, std::size_t> BandQuadrature::nodes(std::size_t band) const {
  const std::size_t each = angles_.size() / n_bands_;
  return {band * each, (band + 1) * each};
}

simd::Array<double> BandQuadrature::make_table(std::size_t first, std::size_t rows) const {
  // Barycentric Lagrange interpolation (Berrut and Trefethen 2004, SIAM Review 46(3)), with bins
  // and nodes as distances from the middle of the band in units of half its width.
  Eigen::Array<double, kNodes, 1> theta, weight;
  for (std::size_t q = 0; q < kNodes; ++q) {
    const double turn = pi * static_cast<double>(2 * q + 1) / (2.0 * kNodes);
    theta[static_cast<Eigen::Index>(q)] = -std::cos(turn);
    weight[static_cast<Eigen::Index>(q)] = (q % 2 == 0 ? 1.0 : -1.0) * std::sin(turn);
  }
  simd::Array<double> table((rows + kLanes - 1) / kLanes * kNodes);
  for (std::size_t k = 0; k < rows; ++k) {
    const double bin =
        (2.0 * static_cast<double>(first + k) + 1.0) / static_cast<double>(width_) - 1.0;
    const Eigen::Array<double, kNodes, 1> terms = weight / (bin - theta);
    Eigen::Index at = 0;
    Eigen::Array<double, kNodes, 1> l = Eigen::Array<double, kNodes, 1>::Zero();
    if (terms.abs().maxCoeff(&at) < 1e14)
      l = terms / terms.sum();
    else
      l[at] = 1.0;
    Vector* row = table.data() + k / kLanes * kNodes;
    for (std::size_t q = 0; q < kHalf; ++q) {
      const double here = l[static_cast<Eigen::Index>(q)],
                   opposite = l[static_cast<Eigen::Index>(kNodes - 1 - q)];
      row[q][k % kLanes] = 0.5 * (here + opposite);
      row[kHalf + q][k % kLanes] = 0.5 * (here - opposite);
    }
  }
  return table;
}

// The bins and the nodes of a band lie symmetrically about its middle, and so do the polynomials:
// l_q(i) = l_{n - 1 - q}(w - 1 - i). So their even part needs only the sums of bins that face each
// other, and their odd part the differences: half of the products.
void BandQuadrature::compress(std::size_t band, const Eigen::Ref<const Eigen::MatrixXd>& values,
                              Eigen::Ref<Eigen::MatrixXd> out) const {
  if (width_ == n_bins_ && angles_.size() == n_bins_) {
    out = values;
    return;
  }
  const std::pair range = bins(band);
  const std::size_t n_bins = range.second - range.first;
  constexpr auto kHalfRows = static_cast<Eigen::Index>(kHalf);
  const auto columns = static_cast<std::size_t>(values.cols());
  const Eigen::Index stride = out.outerStride();
  out.setZero();
  Folded folded;
  for (std::size_t row = 0; row < width_ / 2; row += kRows) {
    const std::size_t rows = std::min(kRows, width_ / 2 - row);
    simd::Array<double> made(0);
    if (table_.size() == 0) made = make_table(row, rows);
    const Vector* table = table_.size() == 0 ? made.data() : table_.data() + row / kLanes * kNodes;
    const std::size_t registers = (rows + kLanes - 1) / kLanes;
    for (std::size_t column = 0; column < columns;) {
      const auto multiply = [&](auto width) {
        constexpr std::size_t kWidth = decltype(width)::value;
        for (std::size_t c = 0; c < kWidth; ++c)
          folded.take(values.col(static_cast<Eigen::Index>(column + c)).data(), n_bins, width_, row,
                      rows, c);
        double* to = out.data() + static_cast<Eigen::Index>(column) * stride;
        add_all_products<kWidth>(table, folded.sums[0], registers, to, stride);
        add_all_products<kWidth>(table + kHalf, folded.differences[0], registers, to + kHalf,
                                 stride);
        column += kWidth;
      };
      if (column + kColumns <= columns)
        multiply(std::integral_constant<std::size_t, kColumns>());
      else if (column + 2 <= columns)
        multiply(std::integral_constant<std::size_t, 2>());
      else
        multiply(std::integral_constant<std::size_t, 1>());
    }
  }
  for (Eigen::Index column = 0; column < out.cols(); ++column)
    for (Eigen::Index q = 0; q < kHalfRows; ++q) {
      const double even = out(q, column), odd = out(kHalfRows + q, column);
      out(q, column) = even + odd;
      out(kHalfRows + q, column) = even - odd;
    }
  // Nodes of the second half came out from the outside in.
  out.bottomRows(kHalfRows) = out.bottomRows(kHalfRows).colwise().reverse().eval();
}

}  // namespace genrebench
