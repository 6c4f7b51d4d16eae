#include "signal/features/mel_kernel.hpp"

#include <cfloat>

#include "signal/features/levels.hpp"

namespace genrebench::lanes {

MelKernel::MelKernel(const MelOptions& options, double sample_rate_hz)
    : options_((validate(options, sample_rate_hz), options)), fft_(options.n_fft) {
  const Eigen::MatrixXf bank = mel_filter_bank(options, sample_rate_hz);
  for (Eigen::Index m = 0; m < bank.rows(); ++m) {
    Filter filter{0, 0, weights_.size()};
    for (Eigen::Index k = 0; k < bank.cols(); ++k) {
      if (bank(m, k) == 0.0f) continue;
      if (filter.count == 0) filter.first_bin = static_cast<int>(k);
      filter.count = static_cast<int>(k) - filter.first_bin + 1;
    }
    for (int i = 0; i < filter.count; ++i) weights_.push_back(bank(m, filter.first_bin + i));
    filters_.push_back(filter);
  }
}

MelKernel::Workspace::Workspace(const MelKernel& kernel)
    : fft(kernel.fft_),
      power(static_cast<std::size_t>(kernel.fft_.n_bins())),
      bands(static_cast<std::size_t>(kernel.options_.n_mels)) {}

Vector* MelKernel::bands(const FrameBatch& batch, Workspace& workspace) const {
  const Vector* power = workspace.power.data();
  Vector* bands = workspace.bands.data();
  fft_.power(batch.frames, workspace.fft, workspace.power.data());
  for (std::size_t m = 0; m < filters_.size(); ++m) {
    const Filter& filter = filters_[m];
    const float* weights = weights_.data() + filter.first_weight;
    Vector even{};
    Vector odd{};
    int i = 0;
    for (; i + 1 < filter.count; i += 2) {
      even += weights[i] * power[filter.first_bin + i];
      odd += weights[i + 1] * power[filter.first_bin + i + 1];
    }
    if (i < filter.count) even += weights[i] * power[filter.first_bin + i];
    bands[m] = even + odd;
  }
  return bands;
}

MelStream::MelStream(std::shared_ptr<const MelPlan> plan, std::int64_t expected_samples)
    : plan_(std::move(plan)),
      workspace_(plan_->kernel),
      framer_(plan_->kernel.options()),
      result_(plan_->kernel.options().n_mels,
              frame_count(expected_samples, plan_->kernel.options())),
      amin_(simd::fill(plan_->db ? smallest_power(*plan_->db) : 0.0f)),
      largest_(simd::fill(-FLT_MAX)) {}

void MelStream::push(std::span<const float> samples) {
  framer_.push(samples, [this](const FrameBatch& batch) { use(batch); });
}

Eigen::MatrixXf MelStream::finish() {
  framer_.finish([this](const FrameBatch& batch) { use(batch); });
  Eigen::MatrixXf result = result_.take();
  if (plan_->db) finish_levels(result, largest_of(largest_), *plan_->db);
  return result;
}

void MelStream::use(const FrameBatch& batch) {
  Vector* bands = plan_->kernel.bands(batch, workspace_);
  const int n_mels = plan_->kernel.options().n_mels;
  if (plan_->db) {
    for (int m = 0; m < n_mels; ++m) {
      bands[m] = decibels(simd::at_least(bands[m], amin_));
      largest_ = simd::at_least(largest_, bands[m]);  // lanes not wanted repeat the first
    }
  }
  store_columns(bands, n_mels, batch.count, result_.columns(batch.first, batch.count));
}

}  // namespace genrebench::lanes
