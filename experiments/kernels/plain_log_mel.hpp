#pragma once
// The plain loop that the log-mel kernel is measured against: FFTW in single precision, one real
// transform a frame, mel filters without their zeros, the C library's log10f.

#include <fftw3.h>

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

#include "signal/features/mel.hpp"

namespace genrebench::kernels {

class PlainLogMel {
 public:
  PlainLogMel(const LogMelOptions& options, double sample_rate_hz)
      : options_(options), window_(hann_window(options.n_fft)), n_bins_(options.n_fft / 2 + 1) {
    const Eigen::MatrixXf bank = mel_filter_bank(options, sample_rate_hz);
    for (Eigen::Index m = 0; m < bank.rows(); ++m) {
      Eigen::Index first = 0;
      while (first < n_bins_ && bank(m, first) == 0.0f) ++first;
      Eigen::Index last = n_bins_;
      while (last > first && bank(m, last - 1) == 0.0f) --last;
      first_bin_.push_back(static_cast<std::size_t>(first));
      weights_.emplace_back();
      for (Eigen::Index k = first; k < last; ++k) weights_.back().push_back(bank(m, k));
    }
    frame_ = fftwf_alloc_real(static_cast<std::size_t>(options.n_fft));
    spectrum_ = fftwf_alloc_complex(static_cast<std::size_t>(n_bins_));
    plan_ = fftwf_plan_dft_r2c_1d(options.n_fft, frame_, spectrum_, FFTW_MEASURE);
  }
  PlainLogMel(const PlainLogMel&) = delete;
  PlainLogMel& operator=(const PlainLogMel&) = delete;
  ~PlainLogMel() {
    fftwf_destroy_plan(plan_);
    fftwf_free(frame_);
    fftwf_free(spectrum_);
  }

  /// |X[k]|^2 of frame t, centred and zero-padded, in power().
  void transform(std::span<const float> clip, std::int64_t t) {
    const std::int64_t start = t * options_.hop_length - options_.n_fft / 2;
    const std::int64_t n_samples = static_cast<std::int64_t>(clip.size());
    for (std::int64_t n = 0; n < options_.n_fft; ++n) {
      const std::int64_t at = start + n;
      frame_[n] = at < 0 || at >= n_samples
                      ? 0.0f
                      : clip[static_cast<std::size_t>(at)] * window_[static_cast<std::size_t>(n)];
    }
    fftwf_execute(plan_);
    power_.resize(static_cast<std::size_t>(n_bins_));
    for (std::size_t k = 0; k < power_.size(); ++k)
      power_[k] = spectrum_[k][0] * spectrum_[k][0] + spectrum_[k][1] * spectrum_[k][1];
  }
  const std::vector<float>& power() const { return power_; }

  Eigen::MatrixXf mel(std::span<const float> clip) {
    Eigen::MatrixXf result(options_.n_mels,
                           frame_count(static_cast<std::int64_t>(clip.size()), options_));
    for (Eigen::Index t = 0; t < result.cols(); ++t) {
      transform(clip, t);
      for (std::size_t m = 0; m < weights_.size(); ++m) {
        float sum = 0.0f;
        const float* bins = power_.data() + first_bin_[m];
        for (std::size_t i = 0; i < weights_[m].size(); ++i) sum += weights_[m][i] * bins[i];
        result(static_cast<Eigen::Index>(m), t) = sum;
      }
    }
    return result;
  }

  /// Reference: the largest value; top_db 80.
  Eigen::MatrixXf operator()(std::span<const float> clip) {
    Eigen::MatrixXf result = mel(clip);
    const float reference_db = 10.0f * std::log10(std::max(1e-10f, result.maxCoeff()));
    float* values = result.data();
    for (Eigen::Index i = 0; i < result.size(); ++i) {
      values[i] = std::max(-80.0f, 10.0f * std::log10(std::max(1e-10f, values[i])) - reference_db);
    }
    return result;
  }

 private:
  LogMelOptions options_;
  std::vector<float> window_;
  Eigen::Index n_bins_;
  std::vector<std::size_t> first_bin_;
  std::vector<std::vector<float>> weights_;
  std::vector<float> power_;
  float* frame_ = nullptr;
  fftwf_complex* spectrum_ = nullptr;
  fftwf_plan plan_ = nullptr;
};

}  // namespace genrebench::kernels
