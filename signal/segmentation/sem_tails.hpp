#pragma once
// Internal. The tails that zero-state residuals of high orders lack, by transforms of a few orders:
// sums over p^2 products of a pair become sums over its 2p bins. sem_fast.cpp explains the symbols.

#include <complex>
#include <cstddef>
#include <vector>

#include "signal/segmentation/sem_windows.hpp"
#include "signal/spectrum/fft.hpp"

namespace genrebench::fast_sem {

/// From this order on transforms take less time than the products.
inline constexpr std::size_t kMinOrderOfTransforms = 32;

/// What is computed of a reference window once: at the bins of a transform of 4p samples or more,
/// then zeros to whole registers.
struct TailReference {
  LaneArray gain;             ///< |A|^2
  LaneArray real, imaginary;  ///< of |A|^2 A, the spectrum of c * a
};

/// Sums over the tail t of one reference in each window of a block, s its autocorrelation.
struct TailMoments {
  Vector squares{};          ///< over all d of s[d]^2
  Vector with_lags{};        ///< over all d of r[d] s[d]
  Vector with_products{};    ///< of t[m] (r * f)[M + m]
  Vector products_energy{};  ///< of the squares of (c * a) * (R * x) around M, on a circle
};

/// Holds the buffers of one thread.
class TailTransforms {
 public:
  explicit TailTransforms(std::size_t order);

  TailReference describe(const ArModel& model);

  /// Takes the sliding windows that the next moments are of.
  void take(const Block& block);

  /// @param t  p registers
  TailMoments moments(const TailReference& reference, const Vector* t);

 private:
  /// Of one sliding window, times the weight of each bin in a mean over the circle.
  struct Window {
    LaneArray lags;             ///< spectrum of R at lags below 2p
    LaneArray real, imaginary;  ///< of the spectrum of R * x from M - 2p to M + 2p - 1
  };

  void transform();
  double weight(std::size_t bin) const;

  std::size_t order_;
  RealFft<double> fft_;
  std::size_t n_registers_;
  std::vector<double> time_;
  std::vector<std::complex<double>> spectrum_;  ///< zeros beyond the last bin
  std::vector<Window> windows_;
};

}  // namespace genrebench::fast_sem
