#include "pipeline/deformations/support/convolution.hpp"

#include <algorithm>
#include <cassert>
#include <complex>

#include "signal/spectrum/fft.hpp"

namespace genrebench {

std::vector<float> convolve(std::span<const float> samples, std::span<const float> response) {
  assert(!response.empty());
  constexpr std::size_t kLeastSize = 1 << 14;
  const std::size_t size = next_fast_fft_size(std::max(kLeastSize, 4 * response.size()));
  const std::size_t block = size - response.size() + 1;
  const RealFft<double> fft(size);
  std::vector<double> time(size);
  std::vector<std::complex<double>> filter(fft.n_bins()), spectrum(fft.n_bins());
  std::copy(response.begin(), response.end(), time.begin());
  fft.forward(time, filter);
  std::vector<double> sum(samples.size());
  for (std::size_t at = 0; at < samples.size(); at += block) {
    const std::size_t n = std::min(block, samples.size() - at);
    std::fill(time.begin(), time.end(), 0.0);
    for (std::size_t i = 0; i < n; ++i) time[i] = static_cast<double>(samples[at + i]);
    fft.forward(time, spectrum);
    for (std::size_t k = 0; k < spectrum.size(); ++k)
      spectrum[k] *= filter[k] / static_cast<double>(size);
    fft.inverse(spectrum, time);
    const std::size_t m = std::min(size, samples.size() - at);
    for (std::size_t i = 0; i < m; ++i) sum[at + i] += time[i];
  }
  std::vector<float> result(samples.size());
  std::transform(sum.begin(), sum.end(), result.begin(),
                 [](double x) { return static_cast<float>(x); });
  return result;
}

}  // namespace genrebench
