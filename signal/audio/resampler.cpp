#include "signal/audio/resampler.hpp"

#include <fmt/format.h>
#include <soxr.h>

#include <cassert>
#include <cmath>

#include "base/error.hpp"

namespace genrebench {

struct Resampler::Impl {
  struct Free {
    void operator()(soxr* handle) const { soxr_delete(handle); }
  };
  std::unique_ptr<soxr, Free> handle;
  double ratio;
};

Resampler::Resampler(double input_rate_hz, double output_rate_hz) {
  if (!(input_rate_hz > 0.0 && output_rate_hz > 0.0)) {
    throw ConfigError(fmt::format("resampling: expected positive rates, got {} Hz to {} Hz",
                                  input_rate_hz, output_rate_hz));
  }
  soxr_error_t error = nullptr;
  const soxr_io_spec_t io = soxr_io_spec(SOXR_FLOAT32_I, SOXR_FLOAT32_I);
  const soxr_quality_spec_t quality = soxr_quality_spec(SOXR_HQ, 0);
  const soxr_runtime_spec_t runtime = soxr_runtime_spec(/*num_threads=*/1);
  soxr* handle = soxr_create(input_rate_hz, output_rate_hz, /*num_channels=*/1, &error, &io,
                             &quality, &runtime);
  impl_ = std::make_unique<Impl>(
      Impl{std::unique_ptr<soxr, Impl::Free>(handle), output_rate_hz / input_rate_hz});
  if (error != nullptr) {
    throw ConfigError(
        fmt::format("resampling from {} Hz to {} Hz: {}", input_rate_hz, output_rate_hz, error));
  }
}

Resampler::~Resampler() = default;
Resampler::Resampler(Resampler&&) noexcept = default;
Resampler& Resampler::operator=(Resampler&&) noexcept = default;

void Resampler::push(std::span<const float> input, std::vector<float>& out) {
  while (!input.empty()) {
    const std::size_t old_size = out.size();
    const std::size_t room =
        static_cast<std::size_t>(std::ceil(static_cast<double>(input.size()) * impl_->ratio)) + 64;
    out.resize(old_size + room);
    std::size_t consumed = 0;
    std::size_t produced = 0;
    const soxr_error_t error = soxr_process(impl_->handle.get(), input.data(), input.size(),
                                            &consumed, out.data() + old_size, room, &produced);
    assert(error == nullptr);
    (void)error;
    out.resize(old_size + produced);
    input = input.subspan(consumed);
  }
}

void Resampler::finish(std::vector<float>& out) {
  constexpr std::size_t kRoom = 4096;
  for (std::size_t produced = kRoom; produced != 0;) {
    const std::size_t old_size = out.size();
    out.resize(old_size + kRoom);
    soxr_process(impl_->handle.get(), nullptr, 0, nullptr, out.data() + old_size, kRoom, &produced);
    out.resize(old_size + produced);
  }
}

std::int64_t resampled_length(std::int64_t n_samples, double input_rate_hz, double output_rate_hz) {
  return static_cast<std::int64_t>(
      std::ceil(static_cast<double>(n_samples) * (output_rate_hz / input_rate_hz)));
}

std::vector<float> resampled(std::vector<float> samples, double input_rate_hz,
                             double output_rate_hz) {
  if (input_rate_hz == output_rate_hz) return samples;
  const std::int64_t length =
      resampled_length(static_cast<std::int64_t>(samples.size()), input_rate_hz, output_rate_hz);
  Resampler resampler(input_rate_hz, output_rate_hz);
  std::vector<float> result;
  result.reserve(static_cast<std::size_t>(length));
  resampler.push(samples, result);
  resampler.finish(result);
  result.resize(static_cast<std::size_t>(length));
  return result;
}

}  // namespace genrebench
