#include "signal/spectrum/stft_options.hpp"

#include <cmath>
#include <numbers>
#include <string>

#include "base/error.hpp"

namespace genrebench {

void validate(const StftOptions& options) {
  if (options.n_fft < 16 || options.n_fft > (1 << 20) || options.n_fft % 2 != 0) {
    throw ConfigError("n_fft: expected an even number from 16 to 1048576, got " +
                      std::to_string(options.n_fft));
  }
  if (options.hop_length < 1 || options.hop_length > (1 << 20)) {
    throw ConfigError("hop_length: expected 1 to 1048576, got " +
                      std::to_string(options.hop_length));
  }
}

std::int64_t frame_count(std::int64_t n_samples, const StftOptions& options) {
  if (options.centred) {
    const bool has_padding =
        options.pad_mode == PadMode::constant ? n_samples > 0 : n_samples > options.n_fft / 2;
    return has_padding ? 1 + n_samples / options.hop_length : 0;
  }
  return n_samples < options.n_fft ? 0 : 1 + (n_samples - options.n_fft) / options.hop_length;
}

std::vector<float> hann_window(int size) {
  std::vector<float> window;
  for (int n = 0; n < size; ++n) {
    window.push_back(static_cast<float>(0.5 - 0.5 * std::cos(2.0 * std::numbers::pi * n / size)));
  }
  return window;
}

std::vector<double> fft_frequencies_hz(int n_fft, double sample_rate_hz) {
  std::vector<double> frequencies;
  for (int k = 0; k <= n_fft / 2; ++k) frequencies.push_back(k * sample_rate_hz / n_fft);
  return frequencies;
}

}  // namespace genrebench
