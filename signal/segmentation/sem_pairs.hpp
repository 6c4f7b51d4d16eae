#pragma once
// Internal. The SEM of one reference window with each window of a block, and the bound of its
// error. sem_fast.cpp explains the symbols.

#include <cstddef>

#include "signal/segmentation/sem_tails.hpp"
#include "signal/segmentation/sem_windows.hpp"

namespace genrebench::fast_sem {

/// Sums of one reference with each window of a block.
struct Sums {
  Vector power;                       ///< r_e[0]
  Vector squares;                     ///< over k >= 1 of r_e[k]^2
  Vector power_error, squares_error;  ///< bounds of their absolute errors
};

/// Of the full convolution of one reference with each window of a block.
struct FullSums {
  Vector power;                       ///< r[0]
  Vector two_sided, two_sided_error;  ///< sum over all lags of r[k]^2, and the bound of its error
};

/// Computes the sums; holds the buffers of one thread.
class PairSums {
 public:
  explicit PairSums(const Shape& shape);

  /// Where only a few lags are asked for.
  Sums few_lags(const Reference& i, const Block& j);

  /// Where all lags are asked for.
  /// @param two_sided        sum over all lags of r[k]^2
  /// @param two_sided_error  the bound of its error
  Sums all_lags(const Reference& i, const Block& j, Vector two_sided, Vector two_sided_error);

  /// The same for Shape::tails_by_transforms.
  /// @param transforms  has taken the block
  Sums all_lags(const Reference& i, const TailReference& tail, const Block& j, const FullSums& full,
                TailTransforms& transforms);

 private:
  void find_tail(const Reference& i, const Block& j);
  Vector edge_error(const Reference& i, const Block& j, const Vector* end, const Vector* around,
                    std::size_t n) const;
  void remove_tail(const Reference& i, const Block& j, Sums& sums);
  void remove_head(const Reference& i, const Block& j, Sums& sums);
  void restore_products_of_both_ends(const Reference& i, const Block& j, Sums& sums);
  void remove_autocorrelation_of_ends(Vector r_error, Sums& sums) const;

  const Shape& s_;
  LaneArray r_, t_, f_, h_, u_, v_, cut_, d_, w_, r_at_end_;
  Vector t_sum_{}, h_sum_{};  ///< sums of |t| and of |h|
};

/// SEM, variance ratio and the bound of the relative error of the SEM.
struct Bounded {
  double sem, ratio, bound;
};

/// One window of a block.
struct LaneOfBlock {
  std::size_t lane;
  double mean_square;      ///< of the window
  double residual_length;  ///< in samples
};

Bounded sem_of_sums(const Reference& i, const Sums& sums, const LaneOfBlock& window);

}  // namespace genrebench::fast_sem
