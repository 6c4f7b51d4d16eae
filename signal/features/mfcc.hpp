#pragma once
// Mel-frequency cepstral coefficients, with librosa 0.11's conventions.

#include <Eigen/Core>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "signal/features/mel.hpp"
#include "signal/spectrum/frame_stream.hpp"

namespace genrebench {

struct MfccOptions : MelOptions {
  /// Coefficients, the 0th included, 1 to n_mels.
  int n_mfcc = 20;
  /// Levels more than this below the clip's largest are raised to it, in dB, at least 0. Absent: no
  /// limit. With a limit every frame depends on the clip's loudest.
  std::optional<double> top_db = 80.0;
  /// Powers below this count as this, above 0.
  double amin = 1e-10;
  /// Coefficient i (from 0) is multiplied by 1 + lifter / 2 * sin(pi (i + 1) / lifter); at least 0,
  /// 0: no liftering.
  double lifter = 0.0;
};

/// MFCC: the orthonormal DCT-II of the mel levels in dB (reference 1). Immutable: threads may share
/// one.
class Mfcc {
 public:
  /// @throws ConfigError  if an option is out of range
  Mfcc(const MfccOptions& options, double sample_rate_hz);

  /// n_mfcc.
  int rows() const;
  /// As MelSpectrogram::stream. Until finish() it keeps the n_mels levels of every frame, because
  /// top_db needs the maximum.
  std::unique_ptr<FrameStream> stream(std::int64_t expected_samples = 0) const;
  /// @param clip  mono samples
  /// @return      n_mfcc x n_frames; column t is centred at t * hop_length
  /// @throws DataError  if the clip has no frame
  /// Source: Davis and Mermelstein 1980; librosa.feature.mfcc, checked in tests/signal
  Eigen::MatrixXf operator()(std::span<const float> clip) const;

 private:
  struct Impl;
  std::shared_ptr<const Impl> impl_;
};

}  // namespace genrebench
