#pragma once
// Internal. The windowed spectra of kLanes frames at a time.

#include <complex>
#include <memory>
#include <optional>
#include <vector>

#include "signal/spectrum/fft.hpp"
#include "signal/spectrum/frame_batch.hpp"

namespace genrebench::lanes {

/// Hann-windowed real transform of kLanes frames side by side. Each lane's arithmetic touches no
/// other lane, so a loud frame cannot leak into a silent neighbour at all (as packing two frames
/// into one complex transform would, by its rounding), and a frame's bits do not depend on which
/// frames it is computed with.
///
/// Sizes that are powers of two up to 8192 go through a radix-4 transform of our own in the lane
/// layout: FFTW's estimated plans for that layout took 10 us per frame of 2048, its single real
/// transforms 4 us, ours under 2 us. Other sizes go through FFTW frame by frame. Immutable.
class LaneFft {
 public:
  explicit LaneFft(int n_fft);

  int n_fft() const { return n_fft_; }
  int n_bins() const { return n_fft_ / 2 + 1; }

  /// Memory for one caller.
  struct Workspace {
    explicit Workspace(const LaneFft& fft);
    simd::Array<float> samples;
    std::vector<float> frame;
    std::vector<std::complex<float>> spectrum;
  };

  /// @param frames  where each lane's n_fft samples begin (no alignment asked)
  /// @param power   n_bins vectors, |X[k]|^2
  void power(const float* const (&frames)[kLanes], Workspace& workspace, Vector* power) const;
  /// @param spectrum  2 n_bins vectors: real, imaginary, real, ...
  void spectrum(const float* const (&frames)[kLanes], Workspace& workspace, Vector* spectrum) const;

 private:
  template <typename Emit>
  void transform(const float* const (&frames)[kLanes], Workspace& workspace, Emit emit) const;

  int n_fft_;
  std::vector<float> window_;
  std::optional<RealFft<float>> fallback_;  // sizes that are not ours
  std::vector<float> twiddles_;             // of every radix-4 level in turn: w^j, w^2j, w^3j
  std::vector<int> position_;  // where frequency k of the complex half-size transform ends up
  std::vector<float> half_twiddles_;  // exp(-2 pi i k / n_fft)
};

}  // namespace genrebench::lanes
