#pragma once
// Discrete Fourier transforms of any size. The only place that knows FFTW.

#include <complex>
#include <cstddef>
#include <memory>
#include <span>

namespace genrebench {

/// A real transform of one size, in float or double. Immutable: threads may share one. The
/// constructor makes the plan, once per size and process, under a lock. Plans are FFTW's estimates,
/// never timed, so that the same input gives the same bits in every run on the same machine.
template <typename Real>
class RealFft {
 public:
  /// @throws ConfigError  if size is not in 1 .. 2^28
  explicit RealFft(std::size_t size);

  std::size_t size() const { return size_; }
  std::size_t n_bins() const { return size_ / 2 + 1; }

  /// X[k] = sum_n x[n] exp(-2 pi i k n / size), k = 0 .. size / 2. Unscaled.
  /// @param time  size samples   @param spectrum  n_bins() values; must not overlap `time`
  void forward(std::span<const Real> time, std::span<std::complex<Real>> spectrum) const;

  /// The inverse of forward() times size (unscaled, as FFTW). `spectrum` is destroyed.
  void inverse(std::span<std::complex<Real>> spectrum, std::span<Real> time) const;

 private:
  struct Plans;
  std::size_t size_;
  std::shared_ptr<const Plans> plans_;
};

extern template class RealFft<float>;
extern template class RealFft<double>;

/// The smallest size >= n whose only prime factors are 2, 3 and 5: FFTW is fast on these. For
/// zero-padded convolution.
std::size_t next_fast_fft_size(std::size_t n);

}  // namespace genrebench
