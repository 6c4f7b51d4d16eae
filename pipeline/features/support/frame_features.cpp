#include "pipeline/features/support/frame_features.hpp"

#include <cmath>

namespace genrebench {

const std::vector<std::string>& frame_summaries() {
  static const std::vector<std::string> names = {"none", "mean", "mean_deviation", "mean_variance"};
  return names;
}

void apply(const FramingOptions& from, StftOptions& to) {
  to.n_fft = from.n_fft;
  to.hop_length = from.hop_length;
  to.pad_mode = from.pad_mode == "reflect" ? PadMode::reflect : PadMode::constant;
}

void apply(const MelFramingOptions& from, MelOptions& to) {
  apply(from, static_cast<StftOptions&>(to));
  to.n_mels = from.n_mels;
  to.fmin_hz = from.fmin_hz;
  to.fmax_hz = from.fmax_hz;
  to.scale = from.mel_scale == "htk" ? MelScale::htk : MelScale::slaney;
  to.norm = from.mel_norm == "none" ? MelNorm::none : MelNorm::slaney;
}

FeatureMatrix summarise_frames(const FeatureMatrix& frames, const std::string& summary) {
  const Eigen::Index n = frames.rows();
  // Column by column, so that hours of frames are neither copied nor read across.
  const double count = static_cast<double>(frames.cols());
  Eigen::VectorXd mean = Eigen::VectorXd::Zero(n);
  for (Eigen::Index t = 0; t < frames.cols(); ++t) mean += frames.col(t).cast<double>();
  mean /= count;
  if (summary == "mean") return mean.cast<float>();
  Eigen::ArrayXd variance = Eigen::ArrayXd::Zero(n);
  for (Eigen::Index t = 0; t < frames.cols(); ++t)
    variance += (frames.col(t).cast<double>() - mean).array().square();
  variance /= count;
  FeatureMatrix result(2 * n, 1);
  result.topRows(n) = mean.cast<float>();
  result.bottomRows(n) =
      (summary == "mean_deviation" ? variance.sqrt().eval() : variance).matrix().cast<float>();
  return result;
}

}  // namespace genrebench
