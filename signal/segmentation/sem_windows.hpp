#pragma once
// Internal. What the fast form of the SEM computes of each window once: of a reference window alone
// and of kLanes sliding windows side by side. sem_fast.cpp explains the symbols.

#include <Eigen/Core>
#include <complex>
#include <cstddef>
#include <limits>
#include <span>
#include <vector>

#include "base/simd.hpp"
#include "signal/segmentation/band_quadrature.hpp"
#include "signal/segmentation/lane_matrix.hpp"
#include "signal/segmentation/sem.hpp"
#include "signal/spectrum/fft.hpp"

namespace genrebench::fast_sem {

/// One double per sliding window.
using Vector = simd::Lanes<double>;
inline constexpr std::size_t kLanes = simd::kLanes<double>;
using LaneArray = simd::Array<double>;

inline constexpr double kEpsilon = std::numeric_limits<double>::epsilon();
/// Rounding errors add up as a random walk; a bound takes this many standard deviations of the
/// roughest estimate.
inline constexpr double kBoundFactor = 8.0;

/// Sizes that all parts share.
struct Shape {
  Shape(std::size_t window_length, const SemOptions& options);

  std::size_t p;       ///< order of the models
  std::size_t length;  ///< M
  bool tail, head;     ///< what the residual lacks
  std::size_t residual_length;
  bool all_lags;
  std::size_t n_lags;        ///< r is needed at lags 0 .. n_lags - 1
  bool tails_by_transforms;  ///< of all lags of zero-state residuals of a high order: see sem_tails
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

Reference describe_reference(const ArModel& model);

/// What is computed of kLanes sliding windows once, one window per lane. Each array starts where a
/// correlation with the taps of a reference begins.
struct Block {
  explicit Block(const Shape& shape);

  LaneArray lagged;               ///< R from lag -p on
  LaneArray end;                  ///< x up to M, then p zeros
  LaneArray product_at_end;       ///< R * x from M - 2p
  LaneArray begin;                ///< x from -p on
  LaneArray product_at_begin;     ///< R * x from -2p
  LaneArray square_at_end;        ///< x * x from M - 2p
  LaneArray lagged_at_end;        ///< R from lag M - 2p + 1
  Eigen::MatrixXd squared_power;  ///< P^2 at the nodes of the quadrature, one row per lane
  Eigen::MatrixXd band_error;  ///< of squared_power against |A|^4 = 1 in a band, one row per lane
  Vector power{};              ///< mean square
  Vector edge{};               ///< largest |x| near the ends that are cut off
  Vector product_scale{};  ///< root mean square of R * x over the transform, or its largest value
                           ///< used
  Vector square_scale{};   ///< the same of x * x
};

/// What all windows share where all lags are asked for. Immutable.
struct Grid {
  explicit Grid(const Shape& shape);

  RealFft<double> fft;
  BandQuadrature quadrature;
  std::vector<double> from_end_real, from_end_imaginary;  ///< exp(-i omega M): moves index 0 of a
                                                          ///< spectrum from M to the beginning
  bool inverse_at_nodes;  ///< the few values of R * x and x * x that are needed come from the nodes
  LaneMatrix lags;        ///< R at lags 0 .. 2p - 1 from P at the nodes
  LaneMatrix products;    ///< indices -2p .. 2p - 1 from the real and the imaginary parts of a
                          ///< spectrum at the nodes
};

/// exp(-i l theta) for l = 0 .. n - 1: angles x n, by repeated products of no more than 2 log2(n)
/// roundings.
struct Phases {
  Phases(const std::vector<double>& angles, Eigen::Index n);
  Eigen::MatrixXd real, imaginary;
};

/// Describes windows; holds the buffers of the transforms.
class BlockMaker {
 public:
  /// @param grid  null: only a few lags are asked for
  BlockMaker(const WindowSeries& windows, const Shape& shape, const Grid* grid);

  /// Windows `first` to first + kLanes - 1. Lanes beyond the last window repeat it. Valid until the
  /// next call.
  const Block& operator()(std::size_t first);

 private:
  /// Sums over the bins of a band: weight times P, P^2, P^3.
  struct BandSums {
    double power = 0.0, squares = 0.0, cubes = 0.0;
  };

  std::span<const double> window() const { return std::span(time_).last(s_.length); }
  void describe_edges(std::size_t lane);
  void describe_spectrum(std::size_t lane);
  BandSums describe_bins(std::size_t first, std::size_t last);
  void invert_spectrum(std::size_t lane);
  void take_lags();
  void take_products();
  void take_products(std::size_t group, LaneArray& to, Vector& largest) const;

  const WindowSeries& windows_;
  const Shape& s_;
  const Grid* grid_;
  std::size_t n_groups_;      ///< of columns: see kMaxGroups
  std::vector<double> time_;  ///< zeros, then the window: its end is the end of the transform
  std::vector<double> inverse_, r_;
  std::vector<std::complex<double>> spectrum_, work_;
  Eigen::MatrixXd values_;    ///< bins of a band x columns, of one window
  Eigen::MatrixXd at_nodes_;  ///< nodes of a band x columns, of one window
  /// The same of all lanes and nodes: kLanes x nodes of each group in turn.
  Eigen::MatrixXd groups_;
  LaneArray lags_;
  std::vector<BandSums> sums_;  ///< of each band, of one window
  Block block_;
};

}  // namespace genrebench::fast_sem
