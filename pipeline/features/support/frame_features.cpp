#include "pipeline/features/support/frame_features.hpp"

#include <fmt/format.h>

#include <cmath>

namespace genrebench {

void apply(const FramingOptions& from, StftOptions& to) {
  to.n_fft = from.n_fft;
  to.hop_length = from.hop_length;
  to.pad_mode = from.pad_mode;
}

void apply(const MelFramingOptions& from, MelOptions& to) {
  apply(from, static_cast<StftOptions&>(to));
  to.n_mels = from.n_mels;
  to.fmin_hz = from.fmin_hz;
  to.fmax_hz = from.fmax_hz;
  to.scale = from.mel_scale;
  to.norm = from.mel_norm;
}

std::vector<std::string> mel_notes(const MelOptions& options, double sample_rate_hz) {
  const int n_empty = empty_mel_bands(options, sample_rate_hz);
  if (n_empty == 0) return {};
  return {fmt::format(
      "{} of {} mel bands {} between two bins of the spectrum and {} the same number in every "
      "frame; raise n_fft ({}) or fmin_hz, or lower n_mels",
      n_empty, options.n_mels, n_empty == 1 ? "lies" : "lie", n_empty == 1 ? "is" : "are",
      options.n_fft)};
}

FeatureMatrix summarise_frames(const FeatureMatrix& frames, FrameSummary summary) {
  const Eigen::Index n = frames.rows();
  // Column by column, so that hours of frames are not copied, and are read in the order of memory.
  const double count = static_cast<double>(frames.cols());
  Eigen::VectorXd mean = Eigen::VectorXd::Zero(n);
  for (Eigen::Index t = 0; t < frames.cols(); ++t) mean += frames.col(t).cast<double>();
  mean /= count;
  if (summary == FrameSummary::mean) return mean.cast<float>();
  Eigen::ArrayXd variance = Eigen::ArrayXd::Zero(n);
  for (Eigen::Index t = 0; t < frames.cols(); ++t)
    variance += (frames.col(t).cast<double>() - mean).array().square();
  variance /= count;
  FeatureMatrix result(2 * n, 1);
  result.topRows(n) = mean.cast<float>();
  result.bottomRows(n) =
      (summary == FrameSummary::mean_deviation ? variance.sqrt().eval() : variance)
          .matrix()
          .cast<float>();
  return result;
}

}  // namespace genrebench
