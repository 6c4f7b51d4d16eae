#pragma once
// How a clip is cut into frames, with librosa 0.11's conventions.

#include <cstdint>
#include <vector>

namespace genrebench {

/// The samples before and after the clip, for centred frames.
enum class PadMode {
  constant,  ///< zeros: librosa from 0.9 on
  reflect,   ///< the clip mirrored about its first and last sample: librosa up to 0.8, torchaudio
};

struct StftOptions {
  /// Samples per frame, and the size of the transform: even, 16 to 1048576. Powers of two up to
  /// 4096 are fastest. Longer frames resolve pitch better and time worse.
  int n_fft = 2048;
  /// Samples from one frame to the next, at least 1. The paper's 1024; librosa's own default is
  /// 512.
  int hop_length = 1024;
  /// Frame t is centred at t * hop_length; otherwise it begins there and the clip's last samples
  /// may be left out.
  bool centred = true;
  /// Only where centred. Change to `reflect` to compare with results of librosa up to 0.8.
  PadMode pad_mode = PadMode::constant;
};

/// @throws ConfigError  naming the option that is out of its range
void validate(const StftOptions& options);

/// Frames of a clip: 1 + n_samples / hop_length if centred, else 1 + (n_samples - n_fft) /
/// hop_length; 0 if it has none.
std::int64_t frame_count(std::int64_t n_samples, const StftOptions& options);

/// The periodic Hann window, 0.5 - 0.5 cos(2 pi n / size).
std::vector<float> hann_window(int size);

/// Centre frequencies of the bins 0 .. n_fft / 2, in Hz.
std::vector<double> fft_frequencies_hz(int n_fft, double sample_rate_hz);

}  // namespace genrebench
