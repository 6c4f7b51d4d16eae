// The SEM of all pairs without a filter or a transform a pair.
//
// Let f = a * x be the full convolution of the inverse filter a of window i with window j, r its
// autocorrelation, c = a * reverse(a), and M the window's length. With R, the autocorrelation of x:
//   r = c * R,   sum_k r[k]^2 = mean over the bins of |A|^4 P^2,   P the power spectrum of x,
// which a quadrature in bands (band_quadrature.hpp) makes a short scalar product.
// The zero-state residual lacks the tail t[m] = f[M + m], m = 0 .. p - 1, the valid one the head
// h[m] = f[m] as well. Without them, at lags k >= 0, the autocorrelation is
//   r_e[k] = r[k] - D[k] - H[k] + C[k],
//   D[k] = sum_m t[m] f[M + m - k],   H[k] = sum_m h[m] f[m + k],   C[k] = sum_m t[m] h[M + m - k],
// for the pairs of samples with one in the tail, with one in the head, and those counted twice. For
// a few lags this is what is computed. For all lags, the sum of squares over k >= 1 is that over
// all integers k of the same formula less the rest; with s[d] = the autocorrelation of t plus that
// of h:
//   sum_{k >= 1} (r - D - H)^2 = (sum_k r^2 - r[0]^2) / 2 + 3 r[0] s[0] + 4 sum_{d >= 1} r[d] s[d]
//                                - s[0]^2 - sum_{d >= 1} s[d]^2 - 2 <t, (r * f)[M + .]> - 2 <h, (r
//                                * f)[.]>
//                                + 2 <t * h, (f * f)[M + .]>
// where r * f = (c * a) * (R * x) and f * f = (a * a) * (x * x) are needed at few indices, which
// few values of R * x and x * x give, found by the same quadrature. C is not zero at the 2 p - 1
// lags around M only, where all terms are computed.
//
// So each window is described by a few numbers a lag, and each pair costs O(p^2), or O(p L) for L
// lags. All is laid out for kLanes sliding windows side by side.
#include "signal/segmentation/sem_fast.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <complex>
#include <limits>
#include <memory>
#include <numbers>

#include "base/double_lanes.hpp"
#include "base/parallel.hpp"
#include "base/random.hpp"
#include "signal/segmentation/autocorrelation.hpp"
#include "signal/segmentation/band_quadrature.hpp"
#include "signal/spectrum/fft.hpp"

namespace genrebench {
namespace {

using double_lanes::fill;
using double_lanes::kLanes;
using double_lanes::Vector;

constexpr double kEpsilon = std::numeric_limits<double>::epsilon();

/// Rounding errors add up as a random walk; the bound takes this many standard deviations of the
/// roughest estimate.
constexpr double kBoundFactor = 8.0;

/// Values of kLanes windows side by side. Zero at first.
class LaneArray {
 public:
  explicit LaneArray(std::size_t size) : size_(size), values_(size * kLanes + kLanes, 0.0) {
    auto address = reinterpret_cast<std::uintptr_t>(values_.data());
    offset_ = (sizeof(Vector) - address % sizeof(Vector)) % sizeof(Vector) / sizeof(double);
  }
  LaneArray(LaneArray&&) = default;
  LaneArray(const LaneArray&) = delete;  // the offset belongs to the address
  std::size_t size() const { return size_; }
  Vector* data() { return reinterpret_cast<Vector*>(values_.data() + offset_); }
  const Vector* data() const { return reinterpret_cast<const Vector*>(values_.data() + offset_); }
  Vector& operator[](std::size_t i) { return data()[i]; }
  const Vector& operator[](std::size_t i) const { return data()[i]; }

 private:
  std::size_t size_, offset_;
  std::vector<double> values_;
};

Vector absolute(Vector x) { return x < 0.0 ? -x : x; }

/// out[m] = sum_l taps[l] x[m + l], kTile outputs at a time: as many sums as fit into registers.
template <std::size_t kTile>
void correlate_tile(std::span<const double> taps, const Vector* x, Vector* out) {
  Vector sums[kTile] = {};
  for (std::size_t l = 0; l < taps.size(); ++l)
    for (std::size_t q = 0; q < kTile; ++q) sums[q] += taps[l] * x[l + q];
  for (std::size_t q = 0; q < kTile; ++q) out[q] = sums[q];
}

void correlate(std::span<const double> taps, const Vector* x, Vector* out, std::size_t n_out) {
  std::size_t m = 0;
  for (; m + 12 <= n_out; m += 12) correlate_tile<12>(taps, x + m, out + m);
  for (; m + 4 <= n_out; m += 4) correlate_tile<4>(taps, x + m, out + m);
  for (; m < n_out; ++m) correlate_tile<1>(taps, x + m, out + m);
}

/// out[d] = sum_m x[m] y[m + d] for d < n_out, m < n and m + d < n_y.
void correlate_lanes(const Vector* x, std::size_t n, const Vector* y, std::size_t n_y, Vector* out,
                     std::size_t n_out) {
  for (std::size_t d = 0; d < n_out; ++d) {
    Vector even{}, odd{};
    const std::size_t end = std::min(n, n_y > d ? n_y - d : 0);
    std::size_t m = 0;
    for (; m + 2 <= end; m += 2) {
      even += x[m] * y[m + d];
      odd += x[m + 1] * y[m + 1 + d];
    }
    if (m < end) even += x[m] * y[m + d];
    out[d] = even + odd;
  }
}

Vector dot(const Vector* x, const Vector* y, std::size_t n) {
  Vector even{}, odd{};
  std::size_t m = 0;
  for (; m + 2 <= n; m += 2) {
    even += x[m] * y[m];
    odd += x[m + 1] * y[m + 1];
  }
  if (m < n) even += x[m] * y[m];
  return even + odd;
}

/// Sizes that all parts share.
struct Shape {
  Shape(std::size_t window_length, const SemOptions& options)
      : p(static_cast<std::size_t>(options.ar_order)),
        length(window_length),
        tail(options.residual != Residual::full),
        head(options.residual == Residual::valid),
        residual_length(options.residual == Residual::full ? length + p : length - (head ? p : 0)),
        all_lags(!options.lags || static_cast<std::size_t>(*options.lags) >= residual_length),
        n_lags(all_lags ? p : static_cast<std::size_t>(*options.lags) + 1) {}

  std::size_t p;
  std::size_t length;  ///< M
  bool tail, head;     ///< what the residual lacks
  std::size_t residual_length;
  bool all_lags;
  std::size_t n_lags;  ///< r is needed at lags 0 .. n_lags - 1
};

/// What is computed of a reference window once.
struct Reference {
  double noise_variance;
  std::vector<double> a;                   ///< reversed: p + 1 taps
  std::vector<double> c;                   ///< lags -p .. p
  std::vector<double> b;                   ///< c * a, reversed: 3p + 1 taps
  std::vector<double> aa;                  ///< a * a, reversed: 2p + 1 taps
  double a_norm, c_norm, b_norm, aa_norm;  ///< Euclidean
  double gain;                             ///< sum |a|
};

std::vector<double> convolve(std::span<const double> x, std::span<const double> y) {
  std::vector<double> out(x.size() + y.size() - 1, 0.0);
  for (std::size_t m = 0; m < x.size(); ++m)
    for (std::size_t n = 0; n < y.size(); ++n) out[m + n] += x[m] * y[n];
  return out;
}

double norm(std::span<const double> x) {
  double sum = 0.0;
  for (const double value : x) sum += value * value;
  return std::sqrt(sum);
}

Reference describe_reference(const ArModel& model) {
  const Eigen::VectorXd& a = model.coefficients;
  Reference reference;
  reference.noise_variance = model.noise_variance;
  const std::vector<double> forward(a.data(), a.data() + a.size());
  reference.a.assign(forward.rbegin(), forward.rend());
  reference.c = convolve(forward, reference.a);
  reference.b = convolve(reference.c, forward);
  std::reverse(reference.b.begin(), reference.b.end());
  reference.aa = convolve(forward, forward);
  std::reverse(reference.aa.begin(), reference.aa.end());
  reference.a_norm = norm(reference.a);
  reference.c_norm = norm(reference.c);
  reference.b_norm = norm(reference.b);
  reference.aa_norm = norm(reference.aa);
  reference.gain = a.lpNorm<1>();
  return reference;
}

/// What is computed of kLanes sliding windows once, one a lane. Each array starts where a
/// correlation with the taps of a reference begins.
struct Block {
  explicit Block(const Shape& s)
      : lagged(s.n_lags + 2 * s.p),
        end(s.tail ? (s.all_lags ? (s.head ? 3 : 2) * s.p : s.n_lags + 2 * s.p) : 0),
        product_at_end(s.all_lags && s.tail ? 4 * s.p : 0),
        begin(s.head ? (s.all_lags ? 3 * s.p : s.n_lags + 2 * s.p) : 0),
        product_at_begin(s.all_lags && s.head ? 4 * s.p : 0),
        square_at_end(s.all_lags && s.head ? 4 * s.p : 0),
        lagged_at_end(s.all_lags && s.head ? 4 * s.p : 0) {}

  LaneArray lagged;               ///< R from lag -p on
  LaneArray end;                  ///< x up to M, then p zeros
  LaneArray product_at_end;       ///< R * x from M - 2p
  LaneArray begin;                ///< x from -p on
  LaneArray product_at_begin;     ///< R * x from -2p
  LaneArray square_at_end;        ///< x * x from M - 2p
  LaneArray lagged_at_end;        ///< R from lag M - 2p + 1
  Eigen::MatrixXd squared_power;  ///< P^2 at the nodes of the quadrature, one row a lane
  Eigen::MatrixXd band_error;     ///< of squared_power against |A|^4 = 1 in a band, one row a lane
  Vector power{};                 ///< mean square
  Vector edge{};                  ///< largest |x| near the ends that are cut off
  Vector product_scale{};  ///< root mean square of R * x over the transform, or its largest value
                           ///< used
  Vector square_scale{};   ///< the same of x * x
};

/// What all windows share where all lags are asked for. Immutable.
struct Grid {
  explicit Grid(const Shape& s)
      : fft(fft_size(2 * s.length + 2 * s.p)),
        quadrature(fft.size(), 2 * s.p),
        to_end_real(fft.n_bins()),
        to_end_imaginary(fft.n_bins()),
        inverse_at_nodes(s.p <= kMaxOrderAtNodes) {
    const auto n = static_cast<double>(fft.size());
    for (std::size_t k = 0; k < to_end_real.size(); ++k) {
      const double angle =
          2.0 * std::numbers::pi * static_cast<double>((k * s.length) % fft.size()) / n;
      to_end_real[k] = std::cos(angle);
      to_end_imaginary[k] = std::sin(angle);
    }
    if (!inverse_at_nodes || !s.tail) return;
    const Eigen::Map<const Eigen::RowVectorXd> angles(
        quadrature.angles().data(), static_cast<Eigen::Index>(quadrature.n_nodes()));
    const auto p = static_cast<Eigen::Index>(s.p);
    const Eigen::MatrixXd phases = Eigen::VectorXd::LinSpaced(4 * p, -2.0 * static_cast<double>(p),
                                                              2.0 * static_cast<double>(p) - 1.0) *
                                   angles;
    cosines = phases.array().cos();
    sines = phases.array().sin();
  }

  /// Many factors of two: FFTW's fastest.
  static std::size_t fft_size(std::size_t at_least) {
    constexpr std::size_t kMultiple = 512;
    return at_least < 16 * kMultiple
               ? next_fast_fft_size(at_least)
               : kMultiple * next_fast_fft_size((at_least + kMultiple - 1) / kMultiple);
  }

  /// Up to this order the few values of an inverse transform that are needed come from the nodes as
  /// well; beyond, the sums over the nodes take longer than a transform.
  static constexpr std::size_t kMaxOrderAtNodes = 128;

  RealFft<double> fft;
  BandQuadrature quadrature;
  std::vector<double> to_end_real, to_end_imaginary;  ///< exp(i omega M): moves index M to 0
  bool inverse_at_nodes;
  Eigen::MatrixXd cosines, sines;  ///< of d theta, d = -2p .. 2p - 1 x nodes
};

/// Of the bins of a band: weight times P, P^2, P^3.
struct BandSums {
  double power = 0.0, squares = 0.0, cubes = 0.0;
};
/// The same, each lane for every kLanes-th bin.
struct LaneBandSums {
  Vector power{}, squares{}, cubes{};
};

void put(double* to, double value) { *to = value; }
void put(double* to, Vector value) { double_lanes::store(to, value); }

/// What one bin x, or kLanes of them, adds to each column and to the sums.
/// @param columns  as many as are written: 1, 3 or 7, see BlockMaker::describe_spectra
template <typename T, typename Sums>
void describe_bins(T real, T imaginary, T end_real, T end_imaginary, double weight,
                   std::span<double* const> columns, std::size_t row, Sums& sums) {
  const T power = real * real + imaginary * imaginary, weighted = weight * power,
          squared = weighted * power;
  put(columns[0] + row, squared);
  sums.power += weighted;
  sums.squares += squared;
  if (columns.size() == 1) return;
  sums.cubes += squared * power;
  const T product_real = weighted * real, product_imaginary = weighted * imaginary;
  put(columns[1] + row, product_real * end_real - product_imaginary * end_imaginary);
  put(columns[2] + row, product_real * end_imaginary + product_imaginary * end_real);
  if (columns.size() == 3) return;
  put(columns[3] + row, product_real);
  put(columns[4] + row, product_imaginary);
  const T square_real = weight * (real * real - imaginary * imaginary),
          square_imaginary = 2.0 * weight * real * imaginary;
  put(columns[5] + row, square_real * end_real - square_imaginary * end_imaginary);
  put(columns[6] + row, square_real * end_imaginary + square_imaginary * end_real);
}

/// Describes windows; holds the transforms' buffers.
class BlockMaker {
 public:
  BlockMaker(const WindowSeries& windows, const Shape& shape, const Grid* grid)
      : windows_(windows),
        s_(shape),
        grid_(grid),
        x_(windows.length()),
        r_(std::max(s_.n_lags + s_.p, s_.all_lags ? 2 * s_.p : 0)) {
    if (grid_ == nullptr) return;
    time_.resize(grid_->fft.size());
    spectra_.assign(kLanes, std::vector<std::complex<double>>(grid_->fft.n_bins()));
  }

  Block operator()(std::size_t first) {
    Block block(s_);
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      // Lanes beyond the last window repeat it; nobody reads their result.
      windows_.copy(std::min(first + lane, windows_.size() - 1), x_);
      describe(block, lane);
    }
    if (grid_ != nullptr) describe_spectra(block);
    return block;
  }

 private:
  void describe(Block& block, std::size_t lane) {
    const std::size_t p = s_.p, length = s_.length;
    autocorrelation(x_, r_);
    for (std::size_t q = 0; q < block.lagged.size(); ++q)
      block.lagged[q][lane] = r_[q < p ? p - q : q - p];
    block.power[lane] = r_[0] / static_cast<double>(length);
    double edge = 0.0;
    if (s_.tail) {
      const std::size_t before = block.end.size() - p;  // samples of the window that are in it
      for (std::size_t q = 0; q < before; ++q) {
        block.end[q][lane] = x_[length - before + q];
        edge = std::max(edge, std::abs(x_[length - before + q]));
      }
    }
    if (s_.head)
      for (std::size_t q = p; q < block.begin.size(); ++q) {
        block.begin[q][lane] = x_[q - p];
        edge = std::max(edge, std::abs(x_[q - p]));
      }
    block.edge[lane] = edge;
    // R near its end: few products each.
    for (std::size_t q = 0; q < block.lagged_at_end.size(); ++q) {
      const std::size_t lag = length - 2 * p + 1 + q;
      double sum = 0.0;
      for (std::size_t n = 0; n + lag < length; ++n) sum += x_[n] * x_[n + lag];
      block.lagged_at_end[q][lane] = sum;
    }
    if (grid_ == nullptr) return;
    std::copy(x_.begin(), x_.end(), time_.begin());
    std::fill(time_.begin() + static_cast<std::ptrdiff_t>(length), time_.end(), 0.0);
    grid_->fft.forward(time_, spectra_[lane]);
  }

  /// Columns of the quadrature, kLanes each: P^2; then real and imaginary part of the transforms of
  /// R * x moved from M to 0, of R * x, and of x * x moved, as far as the residual needs them.
  void describe_spectra(Block& block) {
    const BandQuadrature& quadrature = grid_->quadrature;
    const std::size_t size = grid_->fft.size();
    const bool products = s_.tail && grid_->inverse_at_nodes;
    const auto lanes = static_cast<Eigen::Index>(kLanes);
    const Eigen::Index n_columns = lanes * (1 + (products ? 2 : 0) + (products && s_.head ? 4 : 0));
    at_nodes_.resize(static_cast<Eigen::Index>(quadrature.n_nodes()), n_columns);
    const Eigen::MatrixXd& at_nodes = at_nodes_;
    std::size_t widest = 0;
    for (std::size_t band = 0; band < quadrature.n_bands(); ++band) {
      const auto [first, last] = quadrature.bins(band);
      widest = std::max(widest, last - first);
    }
    values_.resize(static_cast<Eigen::Index>(widest), n_columns);
    block.band_error.resize(lanes, static_cast<Eigen::Index>(quadrature.n_bands()));
    Vector product_energy{}, square_energy{};

    for (std::size_t band = 0; band < quadrature.n_bands(); ++band) {
      const auto [first, last] = quadrature.bins(band);
      for (std::size_t lane = 0; lane < kLanes; ++lane) {
        double* columns[7];
        const std::size_t n_groups = static_cast<std::size_t>(n_columns) / kLanes;
        for (std::size_t group = 0; group < n_groups; ++group)
          columns[group] = values_.col(static_cast<Eigen::Index>(group * kLanes + lane)).data();
        const BandSums sums = describe_band(lane, first, last, {columns, n_groups});
        product_energy[lane] += sums.cubes;
        square_energy[lane] += sums.squares;
        // The spectrum of x rounds relative to its root mean square over the bins, ||x|| by
        // Parseval; the sum of |X|^3 that it multiplies is bounded by Cauchy and Schwarz.
        const double bin_error = std::sqrt(block.power[lane] * static_cast<double>(s_.length));
        block.band_error(static_cast<Eigen::Index>(lane), static_cast<Eigen::Index>(band)) =
            8.0 * kBoundFactor * kEpsilon *
            (sums.squares + bin_error * std::sqrt(sums.power * sums.squares));
      }
      const auto [first_node, last_node] = quadrature.nodes(band);
      quadrature.compress(band, values_.topRows(static_cast<Eigen::Index>(last - first)),
                          at_nodes_.middleRows(static_cast<Eigen::Index>(first_node),
                                               static_cast<Eigen::Index>(last_node - first_node)));
    }
    block.squared_power = at_nodes.leftCols(lanes).transpose();
    if (!s_.tail) return;
    if (!products) {
      invert_spectra(block);
      return;
    }
    const double scale = 1.0 / std::sqrt(static_cast<double>(size));
    const auto take = [&](LaneArray& to, Vector& rms, Eigen::Index group) {
      const Eigen::MatrixXd few = grid_->cosines * at_nodes.middleCols(group * lanes, lanes) -
                                  grid_->sines * at_nodes.middleCols((group + 1) * lanes, lanes);
      for (std::size_t q = 0; q < to.size(); ++q)
        for (std::size_t lane = 0; lane < kLanes; ++lane) {
          to[q][lane] = few(static_cast<Eigen::Index>(q), static_cast<Eigen::Index>(lane));
          rms[lane] = std::max(rms[lane], std::abs(to[q][lane]));
        }
    };
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      block.product_scale[lane] = std::sqrt(product_energy[lane]) * scale;
      block.square_scale[lane] = std::sqrt(square_energy[lane]) * scale;
    }
    take(block.product_at_end, block.product_scale, 1);
    if (!s_.head) return;
    take(block.product_at_begin, block.product_scale, 3);
    take(block.square_at_end, block.square_scale, 5);
  }

  /// Bins from `first` to `last` of one window's spectrum into columns.
  BandSums describe_band(std::size_t lane, std::size_t first, std::size_t last,
                         std::span<double* const> columns) const {
    const double* x = reinterpret_cast<const double*>(spectra_[lane].data());
    const double* end_real = grid_->to_end_real.data();
    const double* end_imaginary = grid_->to_end_imaginary.data();
    const std::size_t size = grid_->fft.size();
    const double once = 1.0 / static_cast<double>(size);
    BandSums sums;
    const auto single = [&](std::size_t k) {
      // The bins at 0 and at half the rate have no mirror image.
      describe_bins(x[2 * k], x[2 * k + 1], end_real[k], end_imaginary[k],
                    k == 0 || 2 * k == size ? once : 2.0 * once, columns, k - first, sums);
    };
    std::size_t k = first;
    if (k == 0) single(k++);
    LaneBandSums many;
    for (; k + kLanes < last; k += kLanes) {
      const Vector low = double_lanes::load(x + 2 * k),
                   high = double_lanes::load(x + 2 * k + kLanes);
      describe_bins(double_lanes::even(low, high), double_lanes::odd(low, high),
                    double_lanes::load(end_real + k), double_lanes::load(end_imaginary + k),
                    2.0 * once, columns, k - first, many);
    }
    for (; k < last; ++k) single(k);
    sums.power += double_lanes::sum(many.power);
    sums.squares += double_lanes::sum(many.squares);
    sums.cubes += double_lanes::sum(many.cubes);
    return sums;
  }

  /// R * x and x * x by whole inverse transforms.
  void invert_spectra(Block& block) {
    const std::size_t size = grid_->fft.size(), end = s_.length - 2 * s_.p, begin = size - 2 * s_.p;
    const double scale = 1.0 / static_cast<double>(size);
    work_.resize(grid_->fft.n_bins());
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const auto invert = [&](Vector& largest) {
        grid_->fft.inverse(work_, time_);
        largest[lane] = norm(time_) / std::sqrt(static_cast<double>(size)) * scale;
      };
      const auto take = [&](LaneArray& to, std::size_t from, Vector& largest) {
        for (std::size_t q = 0; q < to.size(); ++q) {
          to[q][lane] = time_[(from + q) % size] * scale;
          largest[lane] = std::max(largest[lane], std::abs(to[q][lane]));
        }
      };
      for (std::size_t k = 0; k < work_.size(); ++k)
        work_[k] = spectra_[lane][k] * std::norm(spectra_[lane][k]);
      invert(block.product_scale);
      take(block.product_at_end, end, block.product_scale);
      take(block.product_at_begin, begin, block.product_scale);
      if (!s_.head) continue;
      for (std::size_t k = 0; k < work_.size(); ++k)
        work_[k] = spectra_[lane][k] * spectra_[lane][k];
      invert(block.square_scale);
      take(block.square_at_end, end, block.square_scale);
    }
  }

  const WindowSeries& windows_;
  const Shape& s_;
  const Grid* grid_;
  std::vector<double> x_, r_, time_;
  std::vector<std::vector<std::complex<double>>> spectra_;
  std::vector<std::complex<double>> work_;
  Eigen::MatrixXd values_, at_nodes_;  // of describe_spectra
};

/// Sums of one reference with each window of a block.
struct Sums {
  Vector power;                       ///< r_e[0]
  Vector squares;                     ///< over k >= 1 of r_e[k]^2
  Vector power_error, squares_error;  ///< bounds of their absolute errors
};

class PairSums {
 public:
  explicit PairSums(const Shape& shape)
      : s_(shape),
        r_(s_.n_lags),
        t_(s_.p),
        f_(s_.all_lags ? 3 * s_.p : s_.n_lags + s_.p),
        h_(s_.all_lags ? 2 * s_.p : s_.n_lags + s_.p),
        u_(s_.p),
        v_(s_.p),
        cut_(s_.p),
        d_(s_.n_lags),
        w_(2 * s_.p),
        r_at_end_(2 * s_.p) {}

  Sums few_lags(const Reference& i, const Block& j) {
    const std::size_t n = s_.n_lags, p = s_.p;
    correlate(i.c, j.lagged.data(), r_.data(), n);
    const Vector r_error = rounding(i.c_norm) * j.power * static_cast<double>(s_.length);
    Vector error = r_error;
    if (s_.tail) {
      // f from M - n_lags to M + p; its last p values are the tail.
      correlate(i.a, j.end.data(), f_.data(), n + p);
      const Vector* t = f_.data() + n;
      // D[k] = sum_m t[m] f[M + m - k]
      for (std::size_t k = 0; k < n; ++k) r_[k] -= dot(t, t - k, p);
      error += edge_error(i, j, t, f_.data(), n + p);
    }
    if (s_.head) {
      correlate(i.a, j.begin.data(), h_.data(), n + p);
      correlate_lanes(h_.data(), p, h_.data(), n + p, d_.data(), n);
      for (std::size_t k = 0; k < n; ++k) r_[k] -= d_[k];
      error += edge_error(i, j, h_.data(), h_.data(), n + p);
    }
    Vector squares{}, magnitudes{};
    for (std::size_t k = 1; k < n; ++k) {
      squares += r_[k] * r_[k];
      magnitudes += absolute(r_[k]);
    }
    return {.power = r_[0],
            .squares = squares,
            .power_error = error,
            .squares_error = 2.0 * error * magnitudes + error * error * static_cast<double>(n) +
                             rounding(1.0) * squares};
  }

  /// @param two_sided  sum over all lags of r[k]^2   @param two_sided_error  the bound of its error
  Sums all_lags(const Reference& i, const Block& j, Vector two_sided, Vector two_sided_error) {
    const std::size_t p = s_.p;
    correlate(i.c, j.lagged.data(), r_.data(), p);
    const Vector energy = j.power * static_cast<double>(s_.length);
    const Vector r_error = rounding(i.c_norm) * energy;
    Vector squares = 0.5 * (two_sided - r_[0] * r_[0]);
    Vector error = two_sided_error + r_[0] * r_error;
    Sums sums{.power = r_[0], .squares = {}, .power_error = r_error, .squares_error = {}};
    if (s_.tail) {
      correlate(i.a, j.end.data() + (j.end.size() - 2 * p), t_.data(), p);
      correlate_lanes(t_.data(), p, t_.data(), p, cut_.data(), p);
      correlate(i.b, j.product_at_end.data(), u_.data(), p);
      squares -= 2.0 * dot(t_.data(), u_.data(), p);
      Vector t_sum{}, u_sum{};
      for (std::size_t m = 0; m < p; ++m) {
        t_sum += absolute(t_[m]);
        u_sum += absolute(u_[m]);
      }
      const Vector t_error = rounding(i.a_norm) * j.edge;
      error += 2.0 * (t_sum * rounding(i.b_norm) * j.product_scale + u_sum * t_error);
      sums.power_error += 2.0 * t_sum * t_error;
      if (s_.head) remove_head(i, j, squares, error, sums.power_error);
      // What is left needs only the sum of the autocorrelations of both ends.
      Vector weighted{}, cut_squares{}, cut_sum{};
      for (std::size_t d = 1; d < p; ++d) {
        weighted += r_[d] * cut_[d];
        cut_squares += cut_[d] * cut_[d];
        cut_sum += absolute(cut_[d]);
      }
      squares += 3.0 * r_[0] * cut_[0] + 4.0 * weighted - cut_[0] * cut_[0] - cut_squares;
      sums.power -= cut_[0];
      error += (3.0 * cut_[0] + 4.0 * cut_sum) * r_error +
               rounding(1.0) * (3.0 * r_[0] * cut_[0] + 4.0 * absolute(weighted) +
                                cut_[0] * cut_[0] + cut_squares);
      // An error of the tail moves every term with it.
      error += 2.0 * t_sum * t_error * (3.0 * r_[0] + 2.0 * cut_[0]);
    }
    sums.squares = squares;
    sums.squares_error = error;
    return sums;
  }

 private:
  static Vector rounding(double scale) { return fill(kBoundFactor * kEpsilon * scale); }

  /// Of a sum of products of p values at an end with others around it.
  Vector edge_error(const Reference& i, const Block& j, const Vector* end, const Vector* around,
                    std::size_t n) const {
    Vector largest_end{}, largest{};
    for (std::size_t m = 0; m < s_.p; ++m)
      largest_end = absolute(end[m]) > largest_end ? absolute(end[m]) : largest_end;
    for (std::size_t m = 0; m < n; ++m)
      largest = absolute(around[m]) > largest ? absolute(around[m]) : largest;
    const double root = std::sqrt(static_cast<double>(s_.p));
    const Vector value_error = rounding(i.a_norm) * j.edge;
    return root * (value_error * (largest_end + largest) + rounding(1.0) * largest_end * largest);
  }

  /// The terms of the head: its part of `cut_`, and the sums that are its own or shared with the
  /// tail.
  void remove_head(const Reference& i, const Block& j, Vector& squares, Vector& error,
                   Vector& power_error) {
    const std::size_t p = s_.p;
    correlate(i.a, j.begin.data(), h_.data(), 2 * p - 1);  // f from 0
    const Vector* h = h_.data();
    correlate_lanes(h, p, h, p, d_.data(), p);
    for (std::size_t d = 0; d < p; ++d) cut_[d] += d_[d];
    correlate(i.b, j.product_at_begin.data(), v_.data(), p);
    squares -= 2.0 * dot(h, v_.data(), p);
    Vector h_sum{}, v_sum{}, t_sum{};
    for (std::size_t m = 0; m < p; ++m) {
      h_sum += absolute(h[m]);
      t_sum += absolute(t_[m]);
      v_sum += absolute(v_[m]);
    }
    const Vector x_error = rounding(i.a_norm) * j.edge;
    error += 2.0 * (h_sum * rounding(i.b_norm) * j.product_scale + v_sum * x_error);
    power_error += 2.0 * h_sum * x_error;
    error += 2.0 * h_sum * x_error * (3.0 * r_[0] + 2.0 * cut_[0]);

    // 2 <t * h, (f * f)[M + .]>
    correlate(i.aa, j.square_at_end.data(), w_.data(), 2 * p - 1);
    Vector both{};
    for (std::size_t m = 0; m < p; ++m) both += t_[m] * dot(h, w_.data() + m, p);
    squares += 2.0 * both;
    error += 2.0 * t_sum * h_sum * rounding(i.aa_norm) * j.square_scale;

    // The lags M + d, |d| < p, where a pair of samples may have one in the head and the other in
    // the tail.
    correlate(i.c, j.lagged_at_end.data(), r_at_end_.data(), 2 * p - 1);
    correlate(i.a, j.end.data() + 1, f_.data(), 2 * p - 1);  // f from M - p + 1; zero after the
                                                             // tail
    std::fill(f_.data() + (2 * p - 1), f_.data() + f_.size(), Vector{});
    const Vector r_error = rounding(i.c_norm) * j.power * static_cast<double>(s_.length);
    for (std::size_t q = 0; q + 1 < 2 * p; ++q) {
      // Lag M + q - (p - 1): t[m] meets f[m - q + p - 1].
      Vector twice{}, tail{}, head{};
      for (std::size_t m = q < p ? 0 : q - (p - 1); m < p; ++m) {
        const std::size_t n = m + (p - 1) - q;
        tail += t_[m] * h[n];
        if (n < p) twice += t_[m] * h[n];
      }
      for (std::size_t m = 0; m < p; ++m) head += h[m] * f_[m + q];
      const Vector others = r_at_end_[q] - tail - head;
      squares += twice * (2.0 * others + twice);
      error += 2.0 * absolute(twice) * (r_error + (t_sum + h_sum) * x_error);
    }
  }

  const Shape& s_;
  LaneArray r_, t_, f_, h_, u_, v_, cut_, d_, w_, r_at_end_;
};

/// |A|^4 of every reference, one a column.
struct Gains {
  Eigen::MatrixXd at_nodes;  ///< nodes x references
  Eigen::MatrixXd in_bands;  ///< bands x references: its largest value in each
};

Gains gains_at_nodes(const std::vector<ArModel>& models, const BandQuadrature& quadrature,
                     int threads) {
  const auto n = static_cast<Eigen::Index>(models.size());
  const auto n_nodes = static_cast<Eigen::Index>(quadrature.n_nodes()),
             n_bands = static_cast<Eigen::Index>(quadrature.n_bands());
  Gains gains{.at_nodes = Eigen::MatrixXd(n_nodes, n), .in_bands = Eigen::MatrixXd(n_bands, n)};
  Eigen::MatrixXd coefficients(models.front().coefficients.size(), n);
  for (Eigen::Index i = 0; i < n; ++i)
    coefficients.col(i) = models[static_cast<std::size_t>(i)].coefficients;
  parallel_for(quadrature.n_bands(), {.threads = threads}, [&] {
    return [&](std::size_t band) {
      const auto [first, last] = quadrature.nodes(band);
      const auto begin = static_cast<Eigen::Index>(first),
                 count = static_cast<Eigen::Index>(last - first);
      const Eigen::Map<const Eigen::VectorXd> angles(quadrature.angles().data() + first, count);
      const Eigen::MatrixXd phases =
          angles * Eigen::RowVectorXd::LinSpaced(coefficients.rows(), 0.0,
                                                 static_cast<double>(coefficients.rows() - 1));
      const Eigen::MatrixXd real = phases.array().cos().matrix() * coefficients,
                            imaginary = phases.array().sin().matrix() * coefficients;
      gains.at_nodes.middleRows(begin, count) =
          (real.array().square() + imaginary.array().square()).square();
      gains.in_bands.row(static_cast<Eigen::Index>(band)) =
          gains.at_nodes.middleRows(begin, count).colwise().maxCoeff();
    };
  });
  return gains;
}

/// SEM and the bound of its relative error.
struct Bounded {
  double sem, ratio, bound;
};

Bounded finish(const Reference& i, const Sums& sums, std::size_t lane, double mean_square,
               double length) {
  const double power = sums.power[lane] / length,
               squares = std::max(sums.squares[lane], 0.0) / (length * length);
  const double sem = sem_from_moments(i.noise_variance, power, squares, 0.0);
  const double rounding = 256.0 * kEpsilon * kEpsilon * i.gain * i.gain * mean_square;
  if (!(power > rounding) || !std::isfinite(sem))
    return {sem, 0.0, std::numeric_limits<double>::infinity()};
  const double power_error = sums.power_error[lane] / sums.power[lane];
  const double ratio = i.noise_variance / power;
  const double error =
      2.0 * sums.squares_error[lane] / (sums.power[lane] * sums.power[lane]) +
      (4.0 * squares / (power * power) + 2.0 * std::abs(ratio - 1.0) * ratio) * power_error;
  // Beyond this the first-order estimate means nothing.
  const bool meaningful = power_error < 0.1;
  return {sem, ratio, meaningful ? error / sem : std::numeric_limits<double>::infinity()};
}

/// Compares a few pairs of the fast form with the direct one.
void compare_sample(const WindowSeries& windows, const std::vector<ArModel>& models,
                    const SemOptions& options, const Eigen::MatrixXd& distances,
                    const std::vector<std::vector<std::size_t>>& doubtful, SemCheck& check) {
  const std::size_t n = windows.size();
  if (check.n_direct == check.n_pairs) return;
  DirectSem direct(windows.length(), options);
  std::vector<double> sliding(windows.length());
  Random random(derive_seed(options.seed, "sem check"));
  for (int draw = 0; draw < options.n_checks; ++draw) {
    const std::size_t i = random.below(n), j = random.below(n);
    if (std::binary_search(doubtful[j].begin(), doubtful[j].end(), i)) continue;
    windows.copy(j, sliding);
    const double expected = direct(models[i], sliding),
                 found = distances(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j));
    if (expected != found)
      check.worst_relative_difference = std::max(check.worst_relative_difference,
                                                 std::abs(found - expected) / std::abs(expected));
    ++check.n_checked;
  }
}

}  // namespace

bool fast_sem_applies(std::size_t window_length, const SemOptions& options) {
  const Shape shape(window_length, options);
  return window_length >= 4 * shape.p && (shape.all_lags || shape.n_lags <= window_length / 4);
}

SemMatrix fast_sem_matrix(const WindowSeries& windows, const std::vector<ArModel>& models,
                          const SemOptions& options) {
  const Shape shape(windows.length(), options);
  const std::size_t n = windows.size();
  SemMatrix result{.distances = Eigen::MatrixXd(n, n),
                   .ratios = Eigen::MatrixXd(n, n),
                   .check = {.n_pairs = n * n}};
  if (n == 0) return result;
  Eigen::MatrixXd& distances = result.distances;

  std::vector<Reference> references(n);
  for (std::size_t i = 0; i < n; ++i) references[i] = describe_reference(models[i]);
  std::optional<Grid> grid;
  Gains gains;
  if (shape.all_lags) {
    grid.emplace(shape);
    gains = gains_at_nodes(models, grid->quadrature, options.threads);
  }

  // Pairs that the bound cannot vouch for, by sliding window.
  std::vector<std::vector<std::size_t>> doubtful(n);
  std::vector<double> worst_bound(n, 0.0);
  parallel_for((n + kLanes - 1) / kLanes, {.threads = options.threads}, [&] {
    return [&, make = BlockMaker(windows, shape, grid ? &*grid : nullptr),
            pair = PairSums(shape)](std::size_t b) mutable {
      const Block block = make(b * kLanes);
      const std::size_t n_used = std::min(kLanes, n - b * kLanes);
      Eigen::MatrixXd two_sided, two_sided_error;  // kLanes x n
      if (shape.all_lags) {
        two_sided.noalias() = block.squared_power * gains.at_nodes;
        two_sided_error.noalias() = block.band_error * gains.in_bands;
      }
      for (std::size_t i = 0; i < n; ++i) {
        const auto at = static_cast<Eigen::Index>(i);
        const Sums sums =
            shape.all_lags
                ? pair.all_lags(references[i], block, double_lanes::load(two_sided.col(at).data()),
                                double_lanes::load(two_sided_error.col(at).data()))
                : pair.few_lags(references[i], block);
        for (std::size_t lane = 0; lane < n_used; ++lane) {
          const std::size_t j = b * kLanes + lane;
          const Bounded value = finish(references[i], sums, lane, block.power[lane],
                                       static_cast<double>(shape.residual_length));
          distances(at, static_cast<Eigen::Index>(j)) = value.sem;
          result.ratios(at, static_cast<Eigen::Index>(j)) = value.ratio;
          if (value.bound <= options.tolerance)
            worst_bound[j] = std::max(worst_bound[j], value.bound);
          else
            doubtful[j].push_back(i);
        }
      }
    };
  });
  parallel_for(n, {.threads = options.threads}, [&] {
    return [&, direct = DirectSem(windows.length(), options),
            sliding = std::vector<double>(windows.length())](std::size_t j) mutable {
      if (doubtful[j].empty()) return;
      windows.copy(j, sliding);
      for (const std::size_t i : doubtful[j]) {
        const DirectSem::Measure pair = direct.measure(models[i], sliding);
        distances(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)) = pair.distance;
        result.ratios(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)) = pair.ratio;
      }
    };
  });
  SemCheck& check = result.check;
  check.worst_bound = *std::max_element(worst_bound.begin(), worst_bound.end());
  for (const auto& pairs : doubtful) check.n_direct += pairs.size();
  compare_sample(windows, models, options, distances, doubtful, check);
  return result;
}

}  // namespace genrebench
