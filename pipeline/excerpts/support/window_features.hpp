#pragma once
// Features of a song's windows, for the segmentations that do not compare them by the spectral
// error measure.

#include <Eigen/Core>
#include <span>
#include <string>

namespace genrebench {

/// The rate at which these features are computed, in Hz.
inline constexpr double kWindowFeatureRate = 22050.0;

/// Successive windows of equal length, from the start of a song.
struct SongWindows {
  double length_s = 0.0;
  Eigen::Index count = 0;

  double end_s() const { return length_s * static_cast<double>(count); }
};

/// As many windows as fit, longer ones where there would be more than 3000. What remains is in
/// none.
/// @throws DataError  if there are fewer than `least`, naming `what`
SongWindows lay_song_windows(std::span<const float> samples, double window_s, Eigen::Index least,
                             const std::string& what);

/// MFCC by librosa's conventions (n_fft 2048, hop 512, levels from 80 dB under the loudest).
/// @param samples  mono, at kWindowFeatureRate
/// @return         n_mfcc x frames; frame t is centred at sample 512 t
Eigen::MatrixXd song_mfcc(std::span<const float> samples, int n_mfcc);

/// Means of the frames that are centred in each window.
/// @param frames      dimensions x frames; frame t is centred at sample t * hop
/// @param deviations  adds their standard deviations, as further dimensions
/// @return            dimensions (twice as many with deviations) x windows, rounded to 0.001: what
///                    differs by less is rounding, which other machines do otherwise
Eigen::MatrixXd window_means(const Eigen::MatrixXd& frames, int hop, const SongWindows& windows,
                             bool deviations = false);

/// Each window's mean with those up to `reach` windows before and after it.
/// @param features  dimensions x windows
/// @param reach     at least 0
Eigen::MatrixXd with_context(const Eigen::MatrixXd& features, Eigen::Index reach);

/// Levels of the semitones from C2 (65.4 Hz) over six octaves, in dB, in each window: power spectra
/// (n_fft 8192, hop 2048) summed under triangles of two semitones, levels from 80 dB under the
/// loudest.
/// @param samples  mono, at kWindowFeatureRate
/// @return         72 x windows, rounded as window_means()
/// A constant-Q transform in all but the length of its lowest filters, which the frames limit.
Eigen::MatrixXd semitone_levels(std::span<const float> samples, const SongWindows& windows);

/// Each dimension less its mean over the windows, over its standard deviation; a dimension that
/// does not vary is 0.
Eigen::MatrixXd standardised(const Eigen::MatrixXd& features);

}  // namespace genrebench
