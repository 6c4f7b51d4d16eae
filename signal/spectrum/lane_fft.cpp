#include "signal/spectrum/lane_fft.hpp"

#include <bit>
#include <cmath>
#include <numbers>

#include "signal/spectrum/stft.hpp"

namespace genrebench::lanes {
namespace {

constexpr int kSmallest = 2 * kLanes;  // whole blocks to transpose
constexpr int kLargest = 8192;         // beyond it the working set leaves the second-level cache

void append_twiddle(std::vector<float>& table, double turns) {
  const double angle = -2.0 * std::numbers::pi * turns;
  table.push_back(static_cast<float>(std::cos(angle)));
  table.push_back(static_cast<float>(std::sin(angle)));
}

int digit_reversed(int k, int size) {
  if (size <= 2) return k;
  return (k % 4) * (size / 4) + digit_reversed(k / 4, size / 4);
}

inline void rotate(Vector re, Vector im, const float* twiddle, Vector* out) {
  out[0] = re * twiddle[0] - im * twiddle[1];
  out[1] = re * twiddle[1] + im * twiddle[0];
}

/// In place, decimation in frequency: natural order in, digit-reversed order out. z holds size
/// complex values as pairs of vectors. Depth first, so that the small transforms stay in the
/// first-level cache.
void radix4(Vector* z, int size, const float* twiddles) {
  if (size == 1) return;
  if (size == 2) {
    const Vector re = z[0];
    const Vector im = z[1];
    z[0] = re + z[2];
    z[1] = im + z[3];
    z[2] = re - z[2];
    z[3] = im - z[3];
    return;
  }
  const int quarter = size / 4;
  Vector* z0 = z;
  Vector* z1 = z + 2 * quarter;
  Vector* z2 = z + 4 * quarter;
  Vector* z3 = z + 6 * quarter;
  for (int j = 0; j < quarter; ++j) {
    const float* w = twiddles + 6 * j;
    const Vector sum02_re = z0[2 * j] + z2[2 * j];
    const Vector sum02_im = z0[2 * j + 1] + z2[2 * j + 1];
    const Vector dif02_re = z0[2 * j] - z2[2 * j];
    const Vector dif02_im = z0[2 * j + 1] - z2[2 * j + 1];
    const Vector sum13_re = z1[2 * j] + z3[2 * j];
    const Vector sum13_im = z1[2 * j + 1] + z3[2 * j + 1];
    const Vector dif13_re = z1[2 * j] - z3[2 * j];
    const Vector dif13_im = z1[2 * j + 1] - z3[2 * j + 1];
    z0[2 * j] = sum02_re + sum13_re;
    z0[2 * j + 1] = sum02_im + sum13_im;
    if (quarter == 1) {  // all twiddles are 1
      z1[0] = dif02_re + dif13_im;
      z1[1] = dif02_im - dif13_re;
      z2[0] = sum02_re - sum13_re;
      z2[1] = sum02_im - sum13_im;
      z3[0] = dif02_re - dif13_im;
      z3[1] = dif02_im + dif13_re;
      return;
    }
    rotate(dif02_re + dif13_im, dif02_im - dif13_re, w, z1 + 2 * j);
    rotate(sum02_re - sum13_re, sum02_im - sum13_im, w + 2, z2 + 2 * j);
    rotate(dif02_re - dif13_im, dif02_im + dif13_re, w + 4, z3 + 2 * j);
  }
  for (int q = 0; q < 4; ++q) radix4(z + 2 * q * quarter, quarter, twiddles + 6 * quarter);
}

}  // namespace

LaneFft::LaneFft(int n_fft) : n_fft_(n_fft), window_(hann_window(n_fft)) {
  if (!std::has_single_bit(static_cast<unsigned>(n_fft)) || n_fft < kSmallest || n_fft > kLargest) {
    fallback_.emplace(static_cast<std::size_t>(n_fft));
    return;
  }
  for (float& w : window_) w *= 0.5f;  // the halves of the real transform's last step
  const int half = n_fft / 2;
  for (int size = half; size > 2; size /= 4) {
    for (int j = 0; j < size / 4; ++j) {
      for (int power = 1; power <= 3; ++power)
        append_twiddle(twiddles_, static_cast<double>(power * j) / size);
    }
  }
  for (int k = 0; k < half; ++k) position_.push_back(digit_reversed(k, half));
  for (int k = 0; k <= half / 2; ++k)
    append_twiddle(half_twiddles_, static_cast<double>(k) / n_fft);
}

LaneFft::Workspace::Workspace(const LaneFft& fft)
    : samples(fft.fallback_ ? 0 : static_cast<std::size_t>(fft.n_fft_)),
      frame(fft.fallback_ ? static_cast<std::size_t>(fft.n_fft_) : 0),
      spectrum(fft.fallback_ ? static_cast<std::size_t>(fft.n_bins()) : 0) {}

template <typename Emit>
void LaneFft::transform(const float* const (&frames)[kLanes], Workspace& workspace,
                        Emit emit) const {
  Vector* z = workspace.samples.data();
  // Even samples are the real and odd samples the imaginary parts of a complex signal of half the
  // length.
  for (int n = 0; n < n_fft_; n += kLanes) {
    Vector block[kLanes];
    const Vector window = simd::load(&window_[static_cast<std::size_t>(n)]);
    for (int lane = 0; lane < kLanes; ++lane) block[lane] = simd::load(frames[lane] + n) * window;
    simd::transpose(block);
    for (int i = 0; i < kLanes; ++i) z[n + i] = block[i];
  }
  const int half = n_fft_ / 2;
  radix4(z, half, twiddles_.data());
  // X[k] = E[k] + w^k O[k], X[half - k] = conj(E[k] - w^k O[k]), with the transforms E of the even
  // and O of the odd samples taken out of Z[k] and Z[half - k].
  for (int k = 0; k <= half / 2; ++k) {
    const Vector* a = z + 2 * position_[static_cast<std::size_t>(k)];
    const Vector* b = z + 2 * position_[static_cast<std::size_t>(k == 0 ? 0 : half - k)];
    const float* w = &half_twiddles_[static_cast<std::size_t>(2 * k)];
    const Vector even_re = a[0] + b[0];
    const Vector even_im = a[1] - b[1];
    Vector odd[2];
    rotate(a[1] + b[1], b[0] - a[0], w, odd);
    emit(k, even_re + odd[0], even_im + odd[1]);
    emit(half - k, even_re - odd[0], odd[1] - even_im);
  }
}

void LaneFft::power(const float* const (&frames)[kLanes], Workspace& workspace,
                    Vector* power) const {
  if (!fallback_) {
    transform(frames, workspace,
              [power](int k, Vector re, Vector im) { power[k] = re * re + im * im; });
    return;
  }
  for (int lane = 0; lane < kLanes; ++lane) {
    for (std::size_t n = 0; n < window_.size(); ++n)
      workspace.frame[n] = frames[lane][n] * window_[n];
    fallback_->forward(workspace.frame, workspace.spectrum);
    float* out = reinterpret_cast<float*>(power) + lane;
    for (std::size_t k = 0; k < workspace.spectrum.size(); ++k)
      out[k * kLanes] = std::norm(workspace.spectrum[k]);
  }
}

void LaneFft::spectrum(const float* const (&frames)[kLanes], Workspace& workspace,
                       Vector* spectrum) const {
  if (!fallback_) {
    transform(frames, workspace, [spectrum](int k, Vector re, Vector im) {
      spectrum[2 * k] = re;
      spectrum[2 * k + 1] = im;
    });
    return;
  }
  for (int lane = 0; lane < kLanes; ++lane) {
    for (std::size_t n = 0; n < window_.size(); ++n)
      workspace.frame[n] = frames[lane][n] * window_[n];
    fallback_->forward(workspace.frame, workspace.spectrum);
    float* out = reinterpret_cast<float*>(spectrum) + lane;
    for (std::size_t k = 0; k < workspace.spectrum.size(); ++k) {
      out[2 * k * kLanes] = workspace.spectrum[k].real();
      out[(2 * k + 1) * kLanes] = workspace.spectrum[k].imag();
    }
  }
}

}  // namespace genrebench::lanes
