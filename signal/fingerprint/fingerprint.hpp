#pragma once
// What remains of a recording after re-encoding, change of level and change of speed: the peaks of
// its spectrogram.

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace genrebench {

/// A point of the spectrogram that is louder than all around it.
struct SpectralPeak {
  float time_s = 0.0f;  ///< within the recording
  float pitch = 0.0f;   ///< semitones above FingerprintScale::lowest_hz

  bool operator==(const SpectralPeak&) const = default;
};

/// Where peaks are looked for.
struct FingerprintScale {
  static constexpr double lowest_hz = 125.0;
  static constexpr double octaves = 128.0 / 24.0;  ///< up to 5040 Hz, which every sample rate from
                                                   ///< 11025 Hz on holds
};

/// What near_duplicates() needs of a recording: about 15 peaks per second, 8 bytes each.
struct Fingerprint {
  std::vector<SpectralPeak> peaks;  ///< by time, then pitch
  double duration_s = 0.0;

  bool operator==(const Fingerprint&) const = default;
};

/// Computes a fingerprint from samples that arrive in blocks of any sizes; the result does not
/// depend on the blocks. Only the list of peaks grows with the recording.
///
/// The recording is resampled to 11025 Hz. A peak is the largest value of a spectrogram of 24 bands
/// per octave within 0.2 s and 3 semitones on either side; values below -90 dB of full scale are
/// not peaks. The level of a peak is not kept, so that a change of level changes nothing. Source:
/// A. Wang, An industrial-strength audio search algorithm, ISMIR 2003
class Fingerprinter {
 public:
  /// @throws ConfigError  if the sample rate is not positive
  explicit Fingerprinter(double sample_rate_hz);
  ~Fingerprinter();
  Fingerprinter(Fingerprinter&&) noexcept;
  Fingerprinter& operator=(Fingerprinter&&) noexcept;

  /// The next samples of the recording (mono, finite).
  void push(std::span<const float> samples);
  /// Ends the recording. Call once; push nothing afterwards. No samples, or silence: no peaks.
  Fingerprint finish();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// The fingerprint of a recording in memory.
/// @throws ConfigError  if the sample rate is not positive
Fingerprint fingerprint(std::span<const float> samples, double sample_rate_hz);

}  // namespace genrebench
