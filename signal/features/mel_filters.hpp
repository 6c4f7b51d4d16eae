#pragma once
// Mel filters and decibels, with librosa 0.11's conventions.

#include <Eigen/Core>
#include <optional>

#include "signal/spectrum/stft_options.hpp"

namespace genrebench {

enum class MelScale {
  slaney,  ///< linear below 1 kHz, logarithmic above: librosa's default
  htk,     ///< 2595 log10(1 + f / 700): torchaudio's default
};

enum class MelNorm {
  slaney,  ///< each triangle has unit area in Hz: librosa's default
  none,    ///< each triangle has height 1: torchaudio's default
};

struct MelOptions : StftOptions {
  /// Mel bands, 1 to 4096. More bands than the transform resolves leave empty bands at low
  /// frequencies.
  int n_mels = 128;
  /// Lower edge of the first band, in Hz, at least 0.
  double fmin_hz = 0.0;
  /// Upper edge of the last band, in Hz, above fmin_hz and at most half the sample rate. Absent:
  /// half the sample rate.
  std::optional<double> fmax_hz;
  /// Change to `htk` to compare with torchaudio.
  MelScale scale = MelScale::slaney;
  /// Change to `none` to compare with torchaudio.
  MelNorm norm = MelNorm::slaney;
};

struct DbOptions {
  /// The power that becomes 0 dB, above 0. Absent: the clip's largest value.
  std::optional<double> reference;
  /// Lower powers are raised to this, above 0.
  double amin = 1e-10;
  /// Levels more than this below the clip's largest are raised to it, in dB, at least 0. Absent: no
  /// limit.
  std::optional<double> top_db = 80.0;
};

struct LogMelOptions : MelOptions {
  /// Scale of the levels. By default the loudest point of the clip is at 0 dB, and no level is
  /// below -80 dB.
  DbOptions db;
};

/// @throws ConfigError  naming the option that is out of its range
void validate(const MelOptions& options, double sample_rate_hz);
/// @throws ConfigError  naming the option that is out of its range
void validate(const DbOptions& options);

double hz_to_mel(double frequency_hz, MelScale scale);
double mel_to_hz(double mel, MelScale scale);

/// Triangular filters, evenly spaced in mel.
/// @return  n_mels x (1 + n_fft / 2)
/// @throws ConfigError  if an option is out of range
/// Source: Slaney, Auditory Toolbox, TR 1998-010; librosa.filters.mel
Eigen::MatrixXf mel_filter_bank(const MelOptions& options, double sample_rate_hz);

/// Number of bands whose triangle holds no bin of the transform: their power is 0 in every frame.
/// @throws ConfigError  if an option is out of range
int empty_mel_bands(const MelOptions& options, double sample_rate_hz);

/// 10 log10(max(amin, S)) - 10 log10(max(amin, reference)), then limited to top_db below the
/// largest.
/// @param power  any shape, changed in place
/// @throws ConfigError  if an option is out of range
/// Source: librosa.power_to_db; the logarithm errs by less than 6e-5 dB
void power_to_db_in_place(Eigen::MatrixXf& power, const DbOptions& options = {});
/// As power_to_db_in_place, but returns the result.
Eigen::MatrixXf power_to_db(Eigen::MatrixXf power, const DbOptions& options = {});

}  // namespace genrebench
