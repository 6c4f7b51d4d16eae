#include "signal/features/mel.hpp"

#include "signal/features/mel_kernel.hpp"

namespace genrebench {

using lanes::MelKernel;
using lanes::MelPlan;
using lanes::MelStream;

MelSpectrogram::MelSpectrogram(const MelOptions& options, double sample_rate_hz)
    : plan_(std::make_shared<const MelPlan>(
          MelPlan{.kernel = MelKernel(options, sample_rate_hz), .db = std::nullopt})) {}

int MelSpectrogram::rows() const { return plan_->kernel.options().n_mels; }

std::unique_ptr<FrameStream> MelSpectrogram::stream(std::int64_t expected_samples) const {
  return std::make_unique<MelStream>(plan_, expected_samples);
}

Eigen::MatrixXf MelSpectrogram::operator()(std::span<const float> clip) const {
  return of_whole_clip(*this, clip);
}

LogMel::LogMel(const LogMelOptions& options, double sample_rate_hz)
    : plan_(std::make_shared<const MelPlan>(MelPlan{.kernel = MelKernel(options, sample_rate_hz),
                                                    .db = (validate(options.db), options.db)})) {}

int LogMel::rows() const { return plan_->kernel.options().n_mels; }

std::unique_ptr<FrameStream> LogMel::stream(std::int64_t expected_samples) const {
  return std::make_unique<MelStream>(plan_, expected_samples);
}

Eigen::MatrixXf LogMel::operator()(std::span<const float> clip) const {
  return of_whole_clip(*this, clip);
}

}  // namespace genrebench
