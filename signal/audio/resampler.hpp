#pragma once
// Change of sample rate, streamed. The only place that knows libsoxr.

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace genrebench {

/// Resamples one channel with libsoxr's high quality (20 bit, as librosa's default `soxr_hq`).
class Resampler {
 public:
  /// @throws ConfigError  if a rate is not positive or libsoxr refuses the pair
  Resampler(double input_rate_hz, double output_rate_hz);
  ~Resampler();
  Resampler(Resampler&&) noexcept;
  Resampler& operator=(Resampler&&) noexcept;

  /// Takes input and appends whatever output is ready to `out`.
  void push(std::span<const float> input, std::vector<float>& out);
  /// Appends the filter's tail. Nothing may be pushed afterwards.
  void finish(std::vector<float>& out);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Number of samples of a clip at another rate: ceil(n * output / input), librosa's rule.
std::int64_t resampled_length(std::int64_t n_samples, double input_rate_hz, double output_rate_hz);

/// A whole clip at another rate, as Resampler gives it; the clip itself if the rates are equal.
/// @return  resampled_length() samples
/// @throws ConfigError  as Resampler
std::vector<float> resampled(std::vector<float> samples, double input_rate_hz,
                             double output_rate_hz);

}  // namespace genrebench
