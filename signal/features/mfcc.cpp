#include "signal/features/mfcc.hpp"

#include <fmt/format.h>

#include <cmath>
#include <numbers>

#include "base/error.hpp"
#include "signal/features/mel_kernel.hpp"

namespace genrebench {

using lanes::MelKernel;
using lanes::MelPlan;
using lanes::MelStream;

namespace {

/// n_mfcc x n_mels: the orthonormal DCT-II, each row times its lifter weight.
Eigen::MatrixXf cosine_transform(const MfccOptions& options) {
  const int n = options.n_mels;
  Eigen::MatrixXf basis(options.n_mfcc, n);
  for (int k = 0; k < options.n_mfcc; ++k) {
    double scale = std::sqrt((k == 0 ? 1.0 : 2.0) / n);
    if (options.lifter > 0.0)
      scale *= 1.0 + options.lifter / 2.0 * std::sin(std::numbers::pi * (k + 1) / options.lifter);
    for (int m = 0; m < n; ++m) {
      basis(k, m) =
          static_cast<float>(scale * std::cos(std::numbers::pi * k * (2 * m + 1) / (2.0 * n)));
    }
  }
  return basis;
}

DbOptions levels_of(const MfccOptions& options) {
  return {.reference = 1.0, .amin = options.amin, .top_db = options.top_db};
}

}  // namespace

struct Mfcc::Impl {
  MelPlan mel;
  Eigen::MatrixXf basis;
};

namespace {

class MfccStream final : public FrameStream {
 public:
  /// @param basis  lives as long as `mel`
  MfccStream(std::shared_ptr<const MelPlan> mel, const Eigen::MatrixXf& basis,
             std::int64_t expected_samples)
      : levels_(std::move(mel), expected_samples), basis_(basis) {}
  void push(std::span<const float> samples) override { levels_.push(samples); }
  Eigen::MatrixXf finish() override {
    const Eigen::MatrixXf levels = levels_.finish();
    return basis_ * levels;
  }

 private:
  MelStream levels_;
  const Eigen::MatrixXf& basis_;
};

}  // namespace

Mfcc::Mfcc(const MfccOptions& options, double sample_rate_hz) {
  validate(options, sample_rate_hz);
  validate(levels_of(options));
  if (options.n_mfcc < 1 || options.n_mfcc > options.n_mels) {
    throw ConfigError(
        fmt::format("n_mfcc: expected 1 to n_mels, {}, got {}", options.n_mels, options.n_mfcc));
  }
  if (!(options.lifter >= 0.0) || !std::isfinite(options.lifter)) {
    throw ConfigError(fmt::format("lifter: expected at least 0, got {}", options.lifter));
  }
  impl_ = std::make_shared<const Impl>(
      Impl{.mel = {.kernel = MelKernel(options, sample_rate_hz), .db = levels_of(options)},
           .basis = cosine_transform(options)});
}

int Mfcc::rows() const { return static_cast<int>(impl_->basis.rows()); }

std::unique_ptr<FrameStream> Mfcc::stream(std::int64_t expected_samples) const {
  return std::make_unique<MfccStream>(std::shared_ptr<const MelPlan>(impl_, &impl_->mel),
                                      impl_->basis, expected_samples);
}

Eigen::MatrixXf Mfcc::operator()(std::span<const float> clip) const {
  return of_whole_clip(*this, clip);
}

}  // namespace genrebench
