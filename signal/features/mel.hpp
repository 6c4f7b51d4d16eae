#pragma once
// Mel-scaled power spectrograms, with librosa 0.11's conventions.

#include <Eigen/Core>
#include <cstdint>
#include <memory>
#include <span>

#include "signal/features/mel_filters.hpp"
#include "signal/spectrum/frame_stream.hpp"

namespace genrebench {

namespace lanes {
struct MelPlan;
}

/// Mel-scaled power spectrogram (by default Slaney scale, area-normalised), power, not dB.
/// Immutable: threads may share one.
class MelSpectrogram {
 public:
  /// @throws ConfigError  if an option is out of range, or fmax_hz exceeds half the sample rate
  MelSpectrogram(const MelOptions& options, double sample_rate_hz);

  /// n_mels.
  int rows() const;
  /// A clip that arrives in blocks; see FrameStream.
  /// @param expected_samples  length of the clip if known (AudioReader::expected_samples), so that
  ///                          memory is reserved once. A wrong number costs time, not correctness.
  std::unique_ptr<FrameStream> stream(std::int64_t expected_samples = 0) const;
  /// @param clip  mono samples
  /// @return      n_mels x n_frames, power; column t is centred at t * hop_length
  /// @throws DataError  if the clip has no frame
  /// Source: librosa.feature.melspectrogram, checked in tests/signal
  Eigen::MatrixXf operator()(std::span<const float> clip) const;

 private:
  std::shared_ptr<const lanes::MelPlan> plan_;
};

/// Mel spectrogram in dB: power_to_db(MelSpectrogram). Immutable: threads may share one.
class LogMel {
 public:
  /// @throws ConfigError  if an option is out of range, or fmax_hz exceeds half the sample rate
  LogMel(const LogMelOptions& options, double sample_rate_hz);

  /// n_mels.
  int rows() const;
  /// As MelSpectrogram::stream.
  std::unique_ptr<FrameStream> stream(std::int64_t expected_samples = 0) const;
  /// @param clip  mono samples
  /// @return      n_mels x n_frames, dB; column t is centred at t * hop_length
  /// @throws DataError  if the clip has no frame
  /// Source: librosa.power_to_db(librosa.feature.melspectrogram(...), ref=np.max), checked in
  /// tests/signal
  Eigen::MatrixXf operator()(std::span<const float> clip) const;

 private:
  std::shared_ptr<const lanes::MelPlan> plan_;
};

}  // namespace genrebench
