#include "signal/segmentation/sem_windows.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <type_traits>

#include "signal/segmentation/autocorrelation.hpp"
#include "signal/segmentation/sem_tails.hpp"

namespace genrebench::fast_sem {
namespace {

/// Up to this order the values of inverse transforms come from the nodes; beyond, the sums over the
/// nodes take longer than a transform.
constexpr std::size_t kMaxOrderAtNodes = 64;

/// Columns of a bin: P^2; P; then, moved from M to 0, the real and the imaginary part of the
/// transforms of R * x; the same not moved; and of x * x moved.
constexpr std::size_t kMaxGroups = 8;

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

/// Many factors of two: FFTW's fastest.
std::size_t fft_size(std::size_t at_least) {
  constexpr std::size_t kMultiple = 512;
  return at_least < 16 * kMultiple
             ? next_fast_fft_size(at_least)
             : kMultiple * next_fast_fft_size((at_least + kMultiple - 1) / kMultiple);
}

/// A bin of the spectrum of x, of which index M is moved to 0.
struct Bin {
  double real, imaginary;
  double weight;
};

/// kLanes bins of the same weight.
struct LaneBins {
  Vector real, imaginary;
  double weight;
};

/// Sums over bins, in each lane over every kLanes-th of them.
struct LaneBandSums {
  Vector power{}, squares{}, cubes{};
};

/// Where values go: to one row of as many columns as are needed, 2, 4 or 8.
struct Row {
  double* first;
  std::size_t stride;

  void put(std::size_t column, double value) const { first[column * stride] = value; }
  void put(std::size_t column, Vector value) const { simd::store(first + column * stride, value); }
};

/// What a Bin adds to each column and to BandSums, or LaneBins to LaneBandSums.
/// @param turn_real, turn_imaginary  exp(-i omega M), for eight columns
template <std::size_t kGroups, typename Bins, typename Value, typename Sums>
void describe(const Bins& x, Value turn_real, Value turn_imaginary, const Row& row, Sums& sums) {
  const auto power = x.real * x.real + x.imaginary * x.imaginary, weighted = x.weight * power,
             squared = weighted * power;
  row.put(0, squared);
  row.put(1, weighted);
  sums.power += weighted;
  sums.squares += squared;
  if constexpr (kGroups > 2) {
    sums.cubes += squared * power;
    const auto product_real = weighted * x.real, product_imaginary = weighted * x.imaginary;
    row.put(2, product_real);
    row.put(3, product_imaginary);
    if constexpr (kGroups > 4) {
      row.put(4, product_real * turn_real - product_imaginary * turn_imaginary);
      row.put(5, product_real * turn_imaginary + product_imaginary * turn_real);
      const auto square_real = x.weight * (x.real * x.real - x.imaginary * x.imaginary),
                 square_imaginary = 2.0 * x.weight * x.real * x.imaginary;
      row.put(6, square_real * turn_real - square_imaginary * turn_imaginary);
      row.put(7, square_real * turn_imaginary + square_imaginary * turn_real);
    }
  }
}

}  // namespace

Shape::Shape(std::size_t window_length, const SemOptions& options)
    : p(static_cast<std::size_t>(options.ar_order)),
      length(window_length),
      tail(options.residual != Residual::full),
      head(options.residual == Residual::valid),
      residual_length(options.residual == Residual::full ? length + p : length - (head ? p : 0)),
      all_lags(!options.lags || static_cast<std::size_t>(*options.lags) >= residual_length),
      n_lags(all_lags ? p : static_cast<std::size_t>(*options.lags) + 1),
      tails_by_transforms(all_lags && tail && !head && p >= kMinOrderOfTransforms) {}

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

Block::Block(const Shape& s)
    : lagged(s.n_lags + 2 * s.p),
      end(s.tail ? (s.all_lags ? (s.head ? 3 : 2) * s.p : s.n_lags + 2 * s.p) : 0),
      product_at_end(s.all_lags && s.tail ? 4 * s.p : 0),
      begin(s.head ? (s.all_lags ? 3 * s.p : s.n_lags + 2 * s.p) : 0),
      product_at_begin(s.all_lags && s.head ? 4 * s.p : 0),
      square_at_end(s.all_lags && s.head ? 4 * s.p : 0),
      lagged_at_end(s.all_lags && s.head ? 4 * s.p : 0) {}

Phases::Phases(const std::vector<double>& angles, Eigen::Index n)
    : real(static_cast<Eigen::Index>(angles.size()), n), imaginary(real.rows(), n) {
  const Eigen::Map<const Eigen::ArrayXd> theta(angles.data(), real.rows());
  real.col(0).setOnes();
  imaginary.col(0).setZero();
  if (n == 1) return;
  real.col(1) = theta.cos();
  imaginary.col(1) = -theta.sin();
  for (Eigen::Index l = 2; l < n; ++l) {
    const Eigen::Index low = l / 2, high = l - low;
    real.col(l) = real.col(low).cwiseProduct(real.col(high)) -
                  imaginary.col(low).cwiseProduct(imaginary.col(high));
    imaginary.col(l) = real.col(low).cwiseProduct(imaginary.col(high)) +
                       imaginary.col(low).cwiseProduct(real.col(high));
  }
}

Grid::Grid(const Shape& s)
    : fft(fft_size(2 * s.length + 2 * s.p)),
      quadrature(fft.size(), 2 * s.p),
      inverse_at_nodes(s.p <= kMaxOrderAtNodes) {
  if (s.head) {
    const auto n = static_cast<double>(fft.size());
    for (std::size_t k = 0; k < fft.n_bins(); ++k) {
      const double angle =
          2.0 * std::numbers::pi * static_cast<double>((k * s.length) % fft.size()) / n;
      from_end_real.push_back(std::cos(angle));
      from_end_imaginary.push_back(-std::sin(angle));
    }
  }
  const auto p = static_cast<Eigen::Index>(s.p);
  const Phases phases(quadrature.angles(), 2 * p + 1);
  const Eigen::MatrixXd cosines = phases.real.transpose(), sines = -phases.imaginary.transpose();
  lags = LaneMatrix(cosines.topRows(2 * p));
  if (!inverse_at_nodes || !s.tail) return;
  // x[d] = sum of Re(X exp(i d theta))
  Eigen::MatrixXd both(4 * p, 2 * cosines.cols());
  both << cosines.bottomRows(2 * p).colwise().reverse(),
      sines.bottomRows(2 * p).colwise().reverse(), cosines.topRows(2 * p), -sines.topRows(2 * p);
  products = LaneMatrix(both);
}

BlockMaker::BlockMaker(const WindowSeries& windows, const Shape& shape, const Grid* grid)
    : windows_(windows),
      s_(shape),
      grid_(grid),
      n_groups_(grid_ == nullptr || !s_.tail || !grid_->inverse_at_nodes ? 2
                : s_.head                                                ? kMaxGroups
                                                                         : 4),
      time_(grid_ == nullptr ? windows.length() : grid_->fft.size()),
      r_(s_.n_lags + s_.p),
      lags_(s_.all_lags ? 2 * s_.p : r_.size()),
      block_(s_) {
  if (grid_ == nullptr) return;
  spectrum_.resize(grid_->fft.n_bins());
  const BandQuadrature& quadrature = grid_->quadrature;
  const auto columns = static_cast<Eigen::Index>(n_groups_);
  const auto [first, last] = quadrature.bins(0);
  const auto [first_node, last_node] = quadrature.nodes(0);
  values_.resize(static_cast<Eigen::Index>(last - first), columns);
  at_nodes_.resize(static_cast<Eigen::Index>(last_node - first_node), columns);
  groups_.resize(static_cast<Eigen::Index>(kLanes),
                 columns * static_cast<Eigen::Index>(quadrature.n_nodes()));
  sums_.resize(quadrature.n_bands());
  block_.band_error.resize(static_cast<Eigen::Index>(kLanes),
                           static_cast<Eigen::Index>(quadrature.n_bands()));
}

const Block& BlockMaker::operator()(std::size_t first) {
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    windows_.copy(std::min(first + lane, windows_.size() - 1), std::span(time_).last(s_.length));
    describe_edges(lane);
    if (grid_ != nullptr) {
      describe_spectrum(lane);
    } else {
      autocorrelation(window(), r_);
      for (std::size_t lag = 0; lag < r_.size(); ++lag) lags_[lag][lane] = r_[lag];
    }
  }
  if (grid_ != nullptr) {
    grid_->lags.multiply(groups_.col(static_cast<Eigen::Index>(grid_->quadrature.n_nodes())).data(),
                         lags_.data());
    block_.squared_power = groups_.leftCols(static_cast<Eigen::Index>(grid_->quadrature.n_nodes()));
    if (s_.tail && grid_->inverse_at_nodes) take_products();
  }
  take_lags();
  return block_;
}

void BlockMaker::describe_edges(std::size_t lane) {
  const std::size_t p = s_.p, length = s_.length;
  const std::span<const double> x = window();
  double edge = 0.0;
  if (s_.tail) {
    const std::size_t before = block_.end.size() - p;  // samples of the window that are in it
    for (std::size_t q = 0; q < before; ++q) {
      block_.end[q][lane] = x[length - before + q];
      edge = std::max(edge, std::abs(x[length - before + q]));
    }
  }
  if (s_.head)
    for (std::size_t q = p; q < block_.begin.size(); ++q) {
      block_.begin[q][lane] = x[q - p];
      edge = std::max(edge, std::abs(x[q - p]));
    }
  block_.edge[lane] = edge;
  // R near its end: few products each.
  for (std::size_t q = 0; q < block_.lagged_at_end.size(); ++q) {
    const std::size_t lag = length - 2 * p + 1 + q;
    double sum = 0.0;
    for (std::size_t n = 0; n + lag < length; ++n) sum += x[n] * x[n + lag];
    block_.lagged_at_end[q][lane] = sum;
  }
}

/// Of the window in time_: the values at the nodes, their errors and the scales of R * x and x * x.
void BlockMaker::describe_spectrum(std::size_t lane) {
  grid_->fft.forward(time_, spectrum_);
  const BandQuadrature& quadrature = grid_->quadrature;
  const auto at_lane = static_cast<Eigen::Index>(lane);
  BandSums total;
  for (std::size_t band = 0; band < quadrature.n_bands(); ++band) {
    const auto [first, last] = quadrature.bins(band);
    sums_[band] = describe_bins(first, last);
    total.power += sums_[band].power;
    total.squares += sums_[band].squares;
    total.cubes += sums_[band].cubes;
    quadrature.compress(band, values_.topRows(static_cast<Eigen::Index>(last - first)), at_nodes_);
    const auto first_node = static_cast<Eigen::Index>(quadrature.nodes(band).first);
    for (Eigen::Index group = 0; group < at_nodes_.cols(); ++group) {
      const Eigen::Index from =
          group * static_cast<Eigen::Index>(quadrature.n_nodes()) + first_node;
      for (Eigen::Index q = 0; q < at_nodes_.rows(); ++q)
        groups_(at_lane, from + q) = at_nodes_(q, group);
    }
  }
  // The spectrum of x rounds relative to its root mean square over the bins, ||x|| by Parseval; the
  // sum of |X|^3 that it multiplies is bounded by Cauchy and Schwarz.
  const double bin_error = std::sqrt(total.power);
  for (std::size_t band = 0; band < quadrature.n_bands(); ++band)
    block_.band_error(at_lane, static_cast<Eigen::Index>(band)) =
        8.0 * kBoundFactor * kEpsilon *
        (sums_[band].squares + bin_error * std::sqrt(sums_[band].power * sums_[band].squares));
  if (!s_.tail) return;
  const double scale = 1.0 / std::sqrt(static_cast<double>(grid_->fft.size()));
  block_.product_scale[lane] = std::sqrt(total.cubes) * scale;
  block_.square_scale[lane] = std::sqrt(total.squares) * scale;
  if (!grid_->inverse_at_nodes) invert_spectrum(lane);
}

/// Writes the bins from `first` to `last` to the columns of values_.
BlockMaker::BandSums BlockMaker::describe_bins(std::size_t first, std::size_t last) {
  const double* x = reinterpret_cast<const double*>(spectrum_.data());
  const std::size_t size = grid_->fft.size();
  const double once = 1.0 / static_cast<double>(size);
  const auto stride = static_cast<std::size_t>(values_.outerStride());
  BandSums sums;
  LaneBandSums many;
  const auto describe_all = [&](auto groups) {
    constexpr std::size_t kGroups = decltype(groups)::value;
    const double* turn_real = grid_->from_end_real.data();
    const double* turn_imaginary = grid_->from_end_imaginary.data();
    const auto single = [&](std::size_t k) {
      // The bins at 0 and at half the rate have no mirror image.
      const double weight = k == 0 || 2 * k == size ? once : 2.0 * once;
      double real = 0.0, imaginary = 0.0;
      if constexpr (kGroups > 4) real = turn_real[k], imaginary = turn_imaginary[k];
      describe<kGroups>(Bin{x[2 * k], x[2 * k + 1], weight}, real, imaginary,
                        {values_.data() + (k - first), stride}, sums);
    };
    std::size_t k = first;
    if (k == 0) single(k++);
    for (; k + kLanes < last; k += kLanes) {
      const Vector low = simd::load(x + 2 * k), high = simd::load(x + 2 * k + kLanes);
      Vector real{}, imaginary{};
      if constexpr (kGroups > 4)
        real = simd::load(turn_real + k), imaginary = simd::load(turn_imaginary + k);
      describe<kGroups>(LaneBins{simd::even(low, high), simd::odd(low, high), 2.0 * once}, real,
                        imaginary, {values_.data() + (k - first), stride}, many);
    }
    for (; k < last; ++k) single(k);
  };
  if (n_groups_ == 2)
    describe_all(std::integral_constant<std::size_t, 2>());
  else if (n_groups_ == 4)
    describe_all(std::integral_constant<std::size_t, 4>());
  else
    describe_all(std::integral_constant<std::size_t, kMaxGroups>());
  sums.power += simd::sum(many.power);
  sums.squares += simd::sum(many.squares);
  sums.cubes += simd::sum(many.cubes);
  return sums;
}

void BlockMaker::take_lags() {
  for (std::size_t q = 0; q < block_.lagged.size(); ++q)
    block_.lagged[q] = lags_[q < s_.p ? s_.p - q : q - s_.p];
  block_.power = lags_[0] / static_cast<double>(s_.length);
}

/// R * x and x * x, where they are needed, by sums over the nodes.
void BlockMaker::take_products() {
  take_products(2, block_.product_at_end, block_.product_scale);
  if (!s_.head) return;
  take_products(4, block_.product_at_begin, block_.product_scale);
  take_products(6, block_.square_at_end, block_.square_scale);
}

/// @param group    of the real parts; the next holds the imaginary parts
/// @param largest  raised to the largest value
void BlockMaker::take_products(std::size_t group, LaneArray& to, Vector& largest) const {
  const auto column = static_cast<Eigen::Index>(group * grid_->quadrature.n_nodes());
  grid_->products.multiply(groups_.col(column).data(), to.data());
  for (std::size_t q = 0; q < to.size(); ++q) {
    const Vector size = simd::absolute(to[q]);
    largest = size > largest ? size : largest;
  }
}

/// The same by whole inverse transforms.
void BlockMaker::invert_spectrum(std::size_t lane) {
  const std::size_t size = grid_->fft.size(), end = size - 2 * s_.p, begin = end - s_.length;
  const double scale = 1.0 / static_cast<double>(size);
  work_.resize(spectrum_.size());
  inverse_.resize(size);
  const auto take = [&](LaneArray& to, std::size_t from, Vector& largest) {
    for (std::size_t q = 0; q < to.size(); ++q) {
      to[q][lane] = inverse_[(from + q) % size] * scale;
      largest[lane] = std::max(largest[lane], std::abs(to[q][lane]));
    }
  };
  for (std::size_t k = 0; k < work_.size(); ++k) work_[k] = spectrum_[k] * std::norm(spectrum_[k]);
  grid_->fft.inverse(work_, inverse_);
  take(block_.product_at_end, end, block_.product_scale);
  take(block_.product_at_begin, begin, block_.product_scale);
  if (!s_.head) return;
  for (std::size_t k = 0; k < work_.size(); ++k)
    work_[k] = {
        spectrum_[k].real() * spectrum_[k].real() - spectrum_[k].imag() * spectrum_[k].imag(),
        2.0 * spectrum_[k].real() * spectrum_[k].imag()};
  grid_->fft.inverse(work_, inverse_);
  take(block_.square_at_end, begin, block_.square_scale);
}

}  // namespace genrebench::fast_sem
