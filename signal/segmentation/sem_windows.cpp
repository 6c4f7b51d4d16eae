#include "signal/segmentation/sem_windows.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "signal/segmentation/autocorrelation.hpp"

namespace genrebench::fast_sem {
namespace {

/// Up to this order the values of inverse transforms come from the nodes; beyond, the sums over the
/// nodes take longer than a transform.
constexpr std::size_t kMaxOrderAtNodes = 128;

/// Columns of a bin: P^2; then the real and the imaginary part of the transforms of R * x moved
/// from M to 0, of R * x, and of x * x moved.
constexpr std::size_t kMaxGroups = 7;

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

/// A bin of the spectrum of x.
struct Bin {
  double real, imaginary;
  double end_real, end_imaginary;  ///< exp(i omega M)
  double weight;
};

/// kLanes bins of the same weight.
struct LaneBins {
  Vector real, imaginary;
  Vector end_real, end_imaginary;
  double weight;
};

/// Sums over bins, in each lane over every kLanes-th of them.
struct LaneBandSums {
  Vector power{}, squares{}, cubes{};
};

/// Where values go: to one row of as many columns as are needed, 1, 3 or 7.
struct Row {
  std::span<double* const> columns;
  std::size_t row;

  void put(std::size_t column, double value) const { columns[column][row] = value; }
  void put(std::size_t column, Vector value) const { simd::store(columns[column] + row, value); }
};

/// What a Bin adds to each column and to BandSums, or LaneBins to LaneBandSums.
template <typename Bins, typename Sums>
void describe_bins(const Bins& x, const Row& row, Sums& sums) {
  const auto power = x.real * x.real + x.imaginary * x.imaginary, weighted = x.weight * power,
             squared = weighted * power;
  row.put(0, squared);
  sums.power += weighted;
  sums.squares += squared;
  if (row.columns.size() == 1) return;
  sums.cubes += squared * power;
  const auto product_real = weighted * x.real, product_imaginary = weighted * x.imaginary;
  row.put(1, product_real * x.end_real - product_imaginary * x.end_imaginary);
  row.put(2, product_real * x.end_imaginary + product_imaginary * x.end_real);
  if (row.columns.size() == 3) return;
  row.put(3, product_real);
  row.put(4, product_imaginary);
  const auto square_real = x.weight * (x.real * x.real - x.imaginary * x.imaginary),
             square_imaginary = 2.0 * x.weight * x.real * x.imaginary;
  row.put(5, square_real * x.end_real - square_imaginary * x.end_imaginary);
  row.put(6, square_real * x.end_imaginary + square_imaginary * x.end_real);
}

}  // namespace

Shape::Shape(std::size_t window_length, const SemOptions& options)
    : p(static_cast<std::size_t>(options.ar_order)),
      length(window_length),
      tail(options.residual != Residual::full),
      head(options.residual == Residual::valid),
      residual_length(options.residual == Residual::full ? length + p : length - (head ? p : 0)),
      all_lags(!options.lags || static_cast<std::size_t>(*options.lags) >= residual_length),
      n_lags(all_lags ? p : static_cast<std::size_t>(*options.lags) + 1) {}

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

Grid::Grid(const Shape& s)
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

BlockMaker::BlockMaker(const WindowSeries& windows, const Shape& shape, const Grid* grid)
    : windows_(windows),
      s_(shape),
      grid_(grid),
      products_at_nodes_(grid_ != nullptr && s_.tail && grid_->inverse_at_nodes),
      n_groups_(!products_at_nodes_ ? 1
                : s_.head           ? kMaxGroups
                                    : 3),
      x_(windows.length()),
      r_(std::max(s_.n_lags + s_.p, s_.all_lags ? 2 * s_.p : 0)) {
  if (grid_ == nullptr) return;
  time_.resize(grid_->fft.size());
  spectra_.assign(kLanes, std::vector<std::complex<double>>(grid_->fft.n_bins()));
}

Block BlockMaker::operator()(std::size_t first) {
  Block block(s_);
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    windows_.copy(std::min(first + lane, windows_.size() - 1), x_);
    describe_samples(block, lane);
    if (grid_ == nullptr) continue;
    std::copy(x_.begin(), x_.end(), time_.begin());
    std::fill(time_.begin() + static_cast<std::ptrdiff_t>(s_.length), time_.end(), 0.0);
    grid_->fft.forward(time_, spectra_[lane]);
  }
  if (grid_ != nullptr) describe_spectra(block);
  return block;
}

/// What needs no transform, of the window in x_.
void BlockMaker::describe_samples(Block& block, std::size_t lane) {
  const std::size_t p = s_.p, length = s_.length;
  autocorrelation(x_, r_);
  for (std::size_t q = 0; q < block.lagged.size(); ++q)
    block.lagged[q][lane] = r_[q < p ? p - q : q - p];
  block.power[lane] = r_[0] / static_cast<double>(length);
  describe_edges(block, lane);
  // R near its end: few products each.
  for (std::size_t q = 0; q < block.lagged_at_end.size(); ++q) {
    const std::size_t lag = length - 2 * p + 1 + q;
    double sum = 0.0;
    for (std::size_t n = 0; n + lag < length; ++n) sum += x_[n] * x_[n + lag];
    block.lagged_at_end[q][lane] = sum;
  }
}

void BlockMaker::describe_edges(Block& block, std::size_t lane) const {
  const std::size_t p = s_.p, length = s_.length;
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
}

void BlockMaker::describe_spectra(Block& block) {
  prepare_columns();
  const BandQuadrature& quadrature = grid_->quadrature;
  block.band_error.resize(static_cast<Eigen::Index>(kLanes),
                          static_cast<Eigen::Index>(quadrature.n_bands()));
  Energies energies;
  for (std::size_t band = 0; band < quadrature.n_bands(); ++band)
    describe_band(block, band, energies);
  const Eigen::MatrixXd& at_nodes = at_nodes_;
  block.squared_power = at_nodes.leftCols(static_cast<Eigen::Index>(kLanes)).transpose();
  if (!s_.tail) return;
  if (products_at_nodes_)
    invert_at_nodes(block, energies);
  else
    invert_spectra(block);
}

/// The quadrature's columns: n_groups_ groups of kLanes, see kMaxGroups, as far as the residual
/// needs them.
void BlockMaker::prepare_columns() {
  const BandQuadrature& quadrature = grid_->quadrature;
  const auto n_columns = static_cast<Eigen::Index>(n_groups_ * kLanes);
  at_nodes_.resize(static_cast<Eigen::Index>(quadrature.n_nodes()), n_columns);
  std::size_t widest = 0;
  for (std::size_t band = 0; band < quadrature.n_bands(); ++band) {
    const auto [first, last] = quadrature.bins(band);
    widest = std::max(widest, last - first);
  }
  values_.resize(static_cast<Eigen::Index>(widest), n_columns);
}

/// One band of all windows: the values at its nodes, its error and what it adds to the energies.
void BlockMaker::describe_band(Block& block, std::size_t band, Energies& energies) {
  const auto [first, last] = grid_->quadrature.bins(band);
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    std::array<double*, kMaxGroups> columns;
    for (std::size_t group = 0; group < n_groups_; ++group)
      columns[group] = values_.col(static_cast<Eigen::Index>(group * kLanes + lane)).data();
    const BandSums sums = describe_bins_of(lane, first, last, {columns.data(), n_groups_});
    energies.products[lane] += sums.cubes;
    energies.squares[lane] += sums.squares;
    // The spectrum of x rounds relative to its root mean square over the bins, ||x|| by Parseval;
    // the sum of |X|^3 that it multiplies is bounded by Cauchy and Schwarz.
    const double bin_error = std::sqrt(block.power[lane] * static_cast<double>(s_.length));
    block.band_error(static_cast<Eigen::Index>(lane), static_cast<Eigen::Index>(band)) =
        8.0 * kBoundFactor * kEpsilon *
        (sums.squares + bin_error * std::sqrt(sums.power * sums.squares));
  }
  const auto [first_node, last_node] = grid_->quadrature.nodes(band);
  grid_->quadrature.compress(
      band, values_.topRows(static_cast<Eigen::Index>(last - first)),
      at_nodes_.middleRows(static_cast<Eigen::Index>(first_node),
                           static_cast<Eigen::Index>(last_node - first_node)));
}

/// Writes the bins from `first` to `last` of one window's spectrum to columns.
BlockMaker::BandSums BlockMaker::describe_bins_of(std::size_t lane, std::size_t first,
                                                  std::size_t last,
                                                  std::span<double* const> columns) const {
  const double* x = reinterpret_cast<const double*>(spectra_[lane].data());
  const double* end_real = grid_->to_end_real.data();
  const double* end_imaginary = grid_->to_end_imaginary.data();
  const std::size_t size = grid_->fft.size();
  const double once = 1.0 / static_cast<double>(size);
  BandSums sums;
  const auto single = [&](std::size_t k) {
    // The bins at 0 and at half the rate have no mirror image.
    const double weight = k == 0 || 2 * k == size ? once : 2.0 * once;
    describe_bins(Bin{x[2 * k], x[2 * k + 1], end_real[k], end_imaginary[k], weight},
                  {columns, k - first}, sums);
  };
  std::size_t k = first;
  if (k == 0) single(k++);
  LaneBandSums many;
  for (; k + kLanes < last; k += kLanes) {
    const Vector low = simd::load(x + 2 * k), high = simd::load(x + 2 * k + kLanes);
    describe_bins(LaneBins{simd::even(low, high), simd::odd(low, high), simd::load(end_real + k),
                           simd::load(end_imaginary + k), 2.0 * once},
                  {columns, k - first}, many);
  }
  for (; k < last; ++k) single(k);
  sums.power += simd::sum(many.power);
  sums.squares += simd::sum(many.squares);
  sums.cubes += simd::sum(many.cubes);
  return sums;
}

/// R * x and x * x, where they are needed, by sums over the nodes.
void BlockMaker::invert_at_nodes(Block& block, const Energies& energies) const {
  const double scale = 1.0 / std::sqrt(static_cast<double>(grid_->fft.size()));
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    block.product_scale[lane] = std::sqrt(energies.products[lane]) * scale;
    block.square_scale[lane] = std::sqrt(energies.squares[lane]) * scale;
  }
  invert_at_nodes(1, block.product_at_end, block.product_scale);
  if (!s_.head) return;
  invert_at_nodes(3, block.product_at_begin, block.product_scale);
  invert_at_nodes(5, block.square_at_end, block.square_scale);
}

/// @param group    of the real parts; the next holds the imaginary parts
/// @param largest  raised to the largest value
void BlockMaker::invert_at_nodes(std::size_t group, LaneArray& to, Vector& largest) const {
  const auto lanes = static_cast<Eigen::Index>(kLanes),
             real = static_cast<Eigen::Index>(group) * lanes;
  const Eigen::MatrixXd few = grid_->cosines * at_nodes_.middleCols(real, lanes) -
                              grid_->sines * at_nodes_.middleCols(real + lanes, lanes);
  for (std::size_t q = 0; q < to.size(); ++q)
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      to[q][lane] = few(static_cast<Eigen::Index>(q), static_cast<Eigen::Index>(lane));
      largest[lane] = std::max(largest[lane], std::abs(to[q][lane]));
    }
}

/// R * x and x * x by whole inverse transforms.
void BlockMaker::invert_spectra(Block& block) {
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
    for (std::size_t k = 0; k < work_.size(); ++k) work_[k] = spectra_[lane][k] * spectra_[lane][k];
    invert(block.square_scale);
    take(block.square_at_end, end, block.square_scale);
  }
}

}  // namespace genrebench::fast_sem
