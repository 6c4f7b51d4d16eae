// Computes the SEM of all pairs of windows without filtering or transforming each pair.
//
// Let f = a * x be the full convolution of the inverse filter a of window i with window j, r its
// autocorrelation, c = a * reverse(a), and M the length of a window. With R, the autocorrelation of
// x:
//   r = c * R,   sum_k r[k]^2 = mean over the bins of |A|^4 P^2,   P the power spectrum of x,
// which a quadrature in bands (band_quadrature.hpp) makes a short scalar product.
//
// The residual is not all of f. The zero-state residual lacks the tail t[m] = f[M + m], m = 0 ..
// p - 1; the valid residual lacks the head h[m] = f[m] as well. Without them, at lags k >= 0, the
// autocorrelation is
//   r_e[k] = r[k] - D[k] - H[k] + C[k],
//   D[k] = sum_m t[m] f[M + m - k],   H[k] = sum_m h[m] f[m + k],   C[k] = sum_m t[m] h[M + m - k].
// D are the pairs of samples with one in the tail, H those with one in the head, and C those that D
// and H both count.
//
// For a few lags this is what is computed. For all lags, the sum of squares over k >= 1 follows
// from the sum of the same formula over all integers k. With s = the autocorrelation of t plus that
// of h:
//   sum_{k >= 1} (r - D - H)^2 = (sum_k r^2 - r[0]^2) / 2 + 3 r[0] s[0] + 4 sum_{d >= 1} r[d] s[d]
//                                - s[0]^2 - sum_{d >= 1} s[d]^2
//                                - 2 <t, (r * f)[M + .]> - 2 <h, (r * f)[.]>
//                                + 2 <t * h, (f * f)[M + .]>
// where r * f = (c * a) * (R * x) and f * f = (a * a) * (x * x) are needed at few indices. They
// follow from few values of R * x and x * x, which the same quadrature gives. C is not zero only at
// the 2 p - 1 lags around M; there all terms are computed.
//
// So each window is described by a few numbers per lag (sem_windows), and each pair costs O(p^2),
// or O(p L) for L lags (sem_pairs). kLanes sliding windows are computed side by side. For
// zero-state residuals of high orders, the sums over lags become sums over the bins of a transform
// of 4p samples, O(p log p) but for the tail itself (sem_tails).
#include "signal/segmentation/sem_fast.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "base/parallel.hpp"
#include "base/random.hpp"
#include "signal/segmentation/lane_matrix.hpp"
#include "signal/segmentation/sem_pairs.hpp"
#include "signal/segmentation/sem_tails.hpp"
#include "signal/segmentation/sem_windows.hpp"

namespace genrebench {
namespace {

using Eigen::Index;
using fast_sem::kLanes;

/// |A|^4 of every reference.
struct Gains {
  fast_sem::LaneMatrix at_nodes;  ///< references x nodes
  fast_sem::LaneMatrix in_bands;  ///< references x bands: its largest value in each
};

Gains gains_at_nodes(const std::vector<ArModel>& models, const BandQuadrature& quadrature,
                     int threads) {
  const auto n = static_cast<Index>(models.size());
  Eigen::MatrixXd at_nodes(n, static_cast<Index>(quadrature.n_nodes())),
      in_bands(n, static_cast<Index>(quadrature.n_bands()));
  Eigen::MatrixXd coefficients(n, models.front().coefficients.size());
  for (Index i = 0; i < n; ++i)
    coefficients.row(i) = models[static_cast<std::size_t>(i)].coefficients;
  constexpr std::size_t kBands = 8;  // at a time
  parallel_for((quadrature.n_bands() + kBands - 1) / kBands, {.threads = threads},
               [&](std::size_t part) {
                 const std::size_t first_band = part * kBands,
                                   last_band = std::min(first_band + kBands, quadrature.n_bands());
                 const std::size_t first = quadrature.nodes(first_band).first,
                                   last = quadrature.nodes(last_band - 1).second;
                 const auto begin = static_cast<std::ptrdiff_t>(first),
                            end = static_cast<std::ptrdiff_t>(last);
                 const fast_sem::Phases phases(
                     {quadrature.angles().begin() + begin, quadrature.angles().begin() + end},
                     coefficients.cols());
                 const Eigen::MatrixXd real = coefficients * phases.real.transpose(),
                                       imaginary = coefficients * phases.imaginary.transpose();
                 at_nodes.middleCols(begin, end - begin) =
                     (real.array().square() + imaginary.array().square()).square();
                 for (std::size_t band = first_band; band < last_band; ++band) {
                   const auto [from, to] = quadrature.nodes(band);
                   in_bands.col(static_cast<Index>(band)) =
                       at_nodes.middleCols(static_cast<Index>(from), static_cast<Index>(to - from))
                           .rowwise()
                           .maxCoeff();
                 }
               });
  return {.at_nodes = fast_sem::LaneMatrix(at_nodes), .in_bands = fast_sem::LaneMatrix(in_bands)};
}

/// The computation of one matrix.
class FastSem {
 public:
  FastSem(const WindowSeries& windows, const std::vector<ArModel>& models,
          const SemOptions& options)
      : windows_(windows),
        models_(models),
        options_(options),
        shape_(windows.length(), options),
        n_(windows.size()),
        doubtful_(n_),
        worst_bound_(n_, 0.0) {
    for (const ArModel& model : models) references_.push_back(fast_sem::describe_reference(model));
    if (!shape_.all_lags) return;
    grid_.emplace(shape_);
    gains_ = gains_at_nodes(models, grid_->quadrature, options.threads);
    if (shape_.tails_by_transforms) describe_tails();
  }

  SemMatrix compute() {
    result_.distances.resize(static_cast<Index>(n_), static_cast<Index>(n_));
    result_.ratios.resize(static_cast<Index>(n_), static_cast<Index>(n_));
    parallel_for((n_ + kLanes - 1) / kLanes, {.threads = options_.threads}, [&] {
      return [&, make = fast_sem::BlockMaker(windows_, shape_, grid_ ? &*grid_ : nullptr),
              pair = fast_sem::PairSums(shape_),
              tails = fast_sem::TailTransforms(shape_.tails_by_transforms ? shape_.p : 1),
              of_all = OfAllReferences(shape_, n_)](std::size_t block) mutable {
        compute_block(block * kLanes, make(block * kLanes), pair, tails, of_all);
      };
    });
    compute_doubtful_pairs();
    SemCheck& check = result_.check;
    check.n_pairs = n_ * n_;
    check.worst_bound = *std::max_element(worst_bound_.begin(), worst_bound_.end());
    for (const auto& references : doubtful_) check.n_direct += references.size();
    if (check.n_direct < check.n_pairs) compare_sample();
    return std::move(result_);
  }

 private:
  /// Sums of one block that a product with a matrix gives for all references at once.
  struct OfAllReferences {
    OfAllReferences(const fast_sem::Shape& shape, std::size_t n)
        : two_sided(shape.all_lags ? n : 0),
          two_sided_error(two_sided.size()),
          power(shape.tails_by_transforms ? n : 0) {}
    fast_sem::LaneArray two_sided, two_sided_error;
    fast_sem::LaneArray power;  ///< r[0]
  };

  /// All references with the sliding windows from `first` on.
  void compute_block(std::size_t first, const fast_sem::Block& block, fast_sem::PairSums& pair,
                     fast_sem::TailTransforms& transforms, OfAllReferences& of_all) {
    auto& [two_sided, two_sided_error, power] = of_all;
    if (shape_.all_lags) {
      gains_.at_nodes.multiply(block.squared_power.data(), two_sided.data());
      gains_.in_bands.multiply(block.band_error.data(), two_sided_error.data());
    }
    if (shape_.tails_by_transforms) {
      transforms.take(block);
      taps_.multiply(reinterpret_cast<const double*>(block.lagged.data()), power.data());
    }
    for (std::size_t i = 0; i < n_; ++i) {
      const fast_sem::Sums sums =
          shape_.tails_by_transforms ? pair.all_lags(references_[i], tails_[i], block,
                                                     {.power = power[i],
                                                      .two_sided = two_sided[i],
                                                      .two_sided_error = two_sided_error[i]},
                                                     transforms)
          : shape_.all_lags ? pair.all_lags(references_[i], block, two_sided[i], two_sided_error[i])
                            : pair.few_lags(references_[i], block);
      for (std::size_t lane = 0; lane < kLanes && first + lane < n_; ++lane)
        keep(i, first + lane,
             fast_sem::sem_of_sums(
                 references_[i], sums,
                 {.lane = lane,
                  .mean_square = block.power[lane],
                  .residual_length = static_cast<double>(shape_.residual_length)}));
    }
  }

  void describe_tails() {
    fast_sem::TailTransforms transforms(shape_.p);
    Eigen::MatrixXd taps(static_cast<Index>(n_), static_cast<Index>(2 * shape_.p + 1));
    for (std::size_t i = 0; i < n_; ++i) {
      tails_.push_back(transforms.describe(models_[i]));
      const std::vector<double>& c = references_[i].c;
      taps.row(static_cast<Index>(i)) =
          Eigen::Map<const Eigen::RowVectorXd>(c.data(), static_cast<Index>(c.size()));
    }
    taps_ = fast_sem::LaneMatrix(taps);
  }

  void keep(std::size_t i, std::size_t j, const fast_sem::Bounded& value) {
    set(i, j, {.distance = value.sem, .ratio = value.ratio});
    if (value.bound <= options_.tolerance)
      worst_bound_[j] = std::max(worst_bound_[j], value.bound);
    else
      doubtful_[j].push_back(i);
  }

  void set(std::size_t i, std::size_t j, const DirectSem::Measure& pair) {
    result_.distances(static_cast<Index>(i), static_cast<Index>(j)) = pair.distance;
    result_.ratios(static_cast<Index>(i), static_cast<Index>(j)) = pair.ratio;
  }

  void compute_doubtful_pairs() {
    parallel_for(n_, {.threads = options_.threads}, [&] {
      return [&, direct = DirectSem(windows_.length(), options_),
              sliding = std::vector<double>(windows_.length())](std::size_t j) mutable {
        if (doubtful_[j].empty()) return;
        windows_.copy(j, sliding);
        for (const std::size_t i : doubtful_[j]) set(i, j, direct.measure(models_[i], sliding));
      };
    });
  }

  /// Compares a few pairs of the fast form with the direct one.
  void compare_sample() {
    SemCheck& check = result_.check;
    DirectSem direct(windows_.length(), options_);
    std::vector<double> sliding(windows_.length());
    Random random(derive_seed(options_.seed, "sem check"));
    for (int draw = 0; draw < options_.n_checks; ++draw) {
      const std::size_t i = random.below(n_), j = random.below(n_);
      if (std::binary_search(doubtful_[j].begin(), doubtful_[j].end(), i)) continue;
      windows_.copy(j, sliding);
      const double expected = direct(models_[i], sliding),
                   found = result_.distances(static_cast<Index>(i), static_cast<Index>(j));
      if (expected != found)
        check.worst_relative_difference = std::max(check.worst_relative_difference,
                                                   std::abs(found - expected) / std::abs(expected));
      ++check.n_checked;
    }
  }

  const WindowSeries& windows_;
  const std::vector<ArModel>& models_;
  const SemOptions& options_;
  const fast_sem::Shape shape_;
  const std::size_t n_;
  std::vector<fast_sem::Reference> references_;
  std::optional<fast_sem::Grid> grid_;          ///< for all lags
  Gains gains_;                                 ///< for all lags
  std::vector<fast_sem::TailReference> tails_;  ///< for tails by transforms
  fast_sem::LaneMatrix taps_;                   ///< c of all references, for the same
  /// By sliding window: the references of the pairs that the bound cannot vouch for.
  std::vector<std::vector<std::size_t>> doubtful_;
  std::vector<double> worst_bound_;  ///< of the other pairs, by sliding window
  SemMatrix result_;
};

}  // namespace

bool fast_sem_applies(std::size_t window_length, const SemOptions& options) {
  const fast_sem::Shape shape(window_length, options);
  return window_length >= 4 * shape.p && (shape.all_lags || shape.n_lags <= window_length / 4);
}

SemMatrix fast_sem_matrix(const WindowSeries& windows, const std::vector<ArModel>& models,
                          const SemOptions& options) {
  if (windows.size() == 0) return {};
  return FastSem(windows, models, options).compute();
}

}  // namespace genrebench
