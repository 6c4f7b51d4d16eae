#pragma once
// The short-time Fourier transform, with librosa 0.11's conventions.

#include <Eigen/Core>
#include <span>

#include "signal/spectrum/stft_options.hpp"

namespace genrebench {

/// Complex short-time spectrum, Hann window.
/// @param clip  mono samples
/// @return      (1 + n_fft / 2) x n_frames, unscaled
/// @throws ConfigError  if an option is out of range
/// @throws DataError    if the clip has no frame
/// Source: librosa.stft, checked in tests/signal against a direct DFT in double
Eigen::MatrixXcf stft(std::span<const float> clip, const StftOptions& options = {});

/// |stft|^2, the input of the mel filters.
/// @return  (1 + n_fft / 2) x n_frames
/// @throws ConfigError, DataError  as stft
Eigen::MatrixXf power_spectrogram(std::span<const float> clip, const StftOptions& options = {});

}  // namespace genrebench
