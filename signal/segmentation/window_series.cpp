#include "signal/segmentation/window_series.hpp"

#include <cassert>
#include <cmath>
#include <numbers>

#include "base/error.hpp"

namespace genrebench {

WindowSeries::WindowSeries(std::span<const float> samples, std::size_t length, std::size_t hop,
                           Taper taper)
    : samples_(samples), length_(length), hop_(hop), size_(0) {
  if (length == 0 || hop == 0)
    throw ConfigError("windows: expected a length and a hop of at least one sample, found 0");
  if (samples.size() >= length) size_ = (samples.size() - length) / hop + 1;
  if (taper == Taper::none) return;
  const double floor = taper == Taper::hann ? 0.5 : 0.54;
  taper_.resize(length);
  for (std::size_t n = 0; n < length; ++n)
    taper_[n] = floor - (1.0 - floor) * std::cos(2.0 * std::numbers::pi * static_cast<double>(n) /
                                                 static_cast<double>(length));
}

void WindowSeries::copy(std::size_t i, std::span<double> out) const {
  assert(i < size_ && out.size() == length_);
  const float* window = samples_.data() + i * hop_;
  if (taper_.empty())
    for (std::size_t n = 0; n < length_; ++n) out[n] = static_cast<double>(window[n]);
  else
    for (std::size_t n = 0; n < length_; ++n) out[n] = static_cast<double>(window[n]) * taper_[n];
}

}  // namespace genrebench
