#include "signal/segmentation/sem_tails.hpp"

#include <algorithm>
#include <cmath>

namespace genrebench::fast_sem {

TailTransforms::TailTransforms(std::size_t order)
    : order_(order),
      // Twice the support of R * x around M, so that circles are long enough for c * a as well.
      fft_(2 * next_fast_fft_size(2 * order)),
      n_registers_((fft_.n_bins() + kLanes - 1) / kLanes),
      time_(fft_.size()),
      spectrum_(n_registers_ * kLanes) {
  for (std::size_t lane = 0; lane < kLanes; ++lane)
    windows_.push_back({.lags = LaneArray(n_registers_),
                        .real = LaneArray(n_registers_),
                        .imaginary = LaneArray(n_registers_)});
}

void TailTransforms::transform() { fft_.forward(time_, std::span(spectrum_).first(fft_.n_bins())); }

double TailTransforms::weight(std::size_t bin) const {
  const double once = 1.0 / static_cast<double>(fft_.size());
  return bin == 0 || 2 * bin == fft_.size() ? once : 2.0 * once;
}

TailReference TailTransforms::describe(const ArModel& model) {
  TailReference reference{.gain = LaneArray(n_registers_),
                          .real = LaneArray(n_registers_),
                          .imaginary = LaneArray(n_registers_)};
  std::fill(time_.begin(), time_.end(), 0.0);
  std::copy_n(model.coefficients.data(), order_ + 1, time_.begin());
  transform();
  for (std::size_t k = 0; k < fft_.n_bins(); ++k) {
    const double gain = std::norm(spectrum_[k]);
    const std::complex<double> product = gain * spectrum_[k];
    reference.gain[k / kLanes][k % kLanes] = gain;
    reference.real[k / kLanes][k % kLanes] = product.real();
    reference.imaginary[k / kLanes][k % kLanes] = product.imag();
  }
  return reference;
}

void TailTransforms::take(const Block& block) {
  const std::size_t size = fft_.size();
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    Window& window = windows_[lane];
    std::fill(time_.begin(), time_.end(), 0.0);
    for (std::size_t lag = 0; lag < 2 * order_; ++lag)
      time_[lag] = time_[(size - lag) % size] = block.lagged[order_ + lag][lane];
    transform();
    for (std::size_t k = 0; k < fft_.n_bins(); ++k)
      window.lags[k / kLanes][k % kLanes] = weight(k) * spectrum_[k].real();
    std::fill(time_.begin(), time_.end(), 0.0);
    for (std::size_t q = 0; q < 4 * order_; ++q)
      time_[(q + size - 2 * order_) % size] = block.product_at_end[q][lane];
    transform();
    for (std::size_t k = 0; k < fft_.n_bins(); ++k) {
      window.real[k / kLanes][k % kLanes] = weight(k) * spectrum_[k].real();
      window.imaginary[k / kLanes][k % kLanes] = weight(k) * spectrum_[k].imag();
    }
  }
  std::fill(time_.begin(), time_.end(), 0.0);  // beyond the tails
}

TailMoments TailTransforms::moments(const TailReference& reference, const Vector* t) {
  TailMoments moments;
  const double *tails = reinterpret_cast<const double*>(t),
               *bins = reinterpret_cast<const double*>(spectrum_.data());
  const double twice = 2.0 / static_cast<double>(fft_.size());
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    for (std::size_t m = 0; m < order_; ++m) time_[m] = tails[m * kLanes + lane];
    transform();
    const Window& window = windows_[lane];
    Vector squares{}, with_lags{}, with_products{}, energy{};
    for (std::size_t k = 0; k < n_registers_; ++k) {
      const Vector low = simd::load(bins + 2 * k * kLanes),
                   high = simd::load(bins + (2 * k + 1) * kLanes);
      const Vector real = simd::even(low, high), imaginary = simd::odd(low, high);
      const Vector power = real * real + imaginary * imaginary;
      squares += power * power;
      with_lags += reference.gain[k] * window.lags[k] * power;
      const Vector product_real = reference.real[k] * window.real[k] -
                                  reference.imaginary[k] * window.imaginary[k],
                   product_imaginary = reference.real[k] * window.imaginary[k] +
                                       reference.imaginary[k] * window.real[k];
      with_products += real * product_real + imaginary * product_imaginary;
      energy += product_real * product_real + product_imaginary * product_imaginary;
    }
    // The first and the last bin, whose weight is half of the others', are real.
    const double first = spectrum_.front().real(), last = spectrum_[fft_.n_bins() - 1].real();
    moments.squares[lane] =
        twice * (simd::sum_by_halves(squares) -
                 0.5 * (first * first * first * first + last * last * last * last));
    moments.with_lags[lane] = simd::sum_by_halves(with_lags);
    moments.with_products[lane] = simd::sum_by_halves(with_products);
    moments.products_energy[lane] = simd::sum_by_halves(energy) / twice;
  }
  return moments;
}

}  // namespace genrebench::fast_sem
