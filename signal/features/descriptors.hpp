#pragma once
// The low-level descriptors of the classical feature sets, with librosa 0.11's definitions.

#include <Eigen/Core>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "signal/spectrum/frame_stream.hpp"
#include "signal/spectrum/stft.hpp"

namespace genrebench {

struct DescriptorOptions : StftOptions {
  /// The descriptors to compute; the rows have this order, whichever are left out.
  bool centroid = true;            ///< Hz, 1 row
  bool bandwidth = true;           ///< Hz, 1 row, order 2
  bool contrast = true;            ///< dB, contrast_bands + 1 rows
  bool roll_off = true;            ///< Hz, 1 row
  bool chroma = true;              ///< n_chroma rows, the largest of a frame is 1
  bool zero_crossing_rate = true;  ///< crossings per sample, 1 row
  bool rms = true;                 ///< 1 row

  /// Share of a frame's magnitude below the roll-off frequency, in (0, 1).
  double roll_off_fraction = 0.85;
  /// Octave bands above the lowest; 1 to 12. The last must begin below half the sample rate.
  int contrast_bands = 6;
  /// Upper edge of the lowest contrast band, in Hz, above 0.
  double contrast_fmin_hz = 200.0;
  /// Share of a band's bins averaged into its peak and its valley, in (0, 1).
  double contrast_quantile = 0.02;
  /// Pitch classes, 1 to 96; the first is C.
  int n_chroma = 12;
  /// Deviation from A = 440 Hz in fractions of a chroma bin, in [-0.5, 0.5]. Fixed, where
  /// librosa.feature.chroma_stft estimates it from the clip unless told `tuning=0`: an estimate
  /// would need the whole clip and jumps between clips of one song.
  double tuning = 0.0;
};

/// Names of the rows, in order: centroid, bandwidth, contrast_0 .., roll_off, chroma_0 ..,
/// zero_crossing_rate, rms.
std::vector<std::string> descriptor_names(const DescriptorOptions& options = {});

/// Spectral centroid, bandwidth, contrast, roll-off, chroma, zero-crossing rate and RMS. Immutable:
/// threads may share one.
class Descriptors {
 public:
  /// @throws ConfigError  if an option is out of range or nothing is to be computed
  Descriptors(const DescriptorOptions& options, double sample_rate_hz);

  /// descriptor_names(options).size(); 24 by default.
  int rows() const;
  /// As MelSpectrogram::stream.
  std::unique_ptr<FrameStream> stream(std::int64_t expected_samples = 0) const;
  /// @param clip  mono samples
  /// @return      rows() x n_frames; column t is centred at t * hop_length
  /// @throws DataError  if the clip has no frame
  /// Source: librosa.feature.{spectral_centroid, spectral_bandwidth, spectral_contrast,
  /// spectral_rolloff, chroma_stft (tuning=0), zero_crossing_rate, rms}, checked in tests/signal
  Eigen::MatrixXf operator()(std::span<const float> clip) const;

 private:
  struct Impl;
  std::shared_ptr<const Impl> impl_;
};

}  // namespace genrebench
