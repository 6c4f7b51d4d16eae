#pragma once
// A sound file at several sample rates, decoded once.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

#include "signal/audio/audio.hpp"

namespace genrebench {

/// Streams a file as mono samples at any number of rates at the same time. At each rate it gives
/// what an AudioReader of that rate gives, to the bit, and finds the same damage.
class MultiRateReader {
 public:
  /// @throws DataError  as AudioReader
  explicit MultiRateReader(std::filesystem::path file);
  ~MultiRateReader();
  MultiRateReader(MultiRateReader&&) noexcept;
  MultiRateReader& operator=(MultiRateReader&&) noexcept;

  /// The file before resampling.
  const AudioInfo& info() const;

  /// Asks for the samples at a rate. Call it before the first next().
  /// @param sample_rate_hz  0: the file's own
  /// @return                a number for the functions below; equal rates have the same number
  /// @throws ConfigError    as AudioReader
  std::size_t add_rate(double sample_rate_hz);

  double sample_rate_hz(std::size_t rate) const;
  /// As AudioReader::expected_samples().
  std::int64_t expected_samples(std::size_t rate) const;

  /// Shows `meter` all samples from here on, before channels are mixed. It outlives this.
  void measure(LevelMeter& meter);

  /// Decodes the next block of the file.
  /// @return  false at the end: there was none
  /// @throws DataError  the rest of the file is damaged
  bool next();

  /// The samples at a rate that the last next() gave. There may be none, as resampling is behind.
  std::span<const float> samples(std::size_t rate) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// @throws ConfigError  if the rate is neither 0 nor in 1 kHz to 768 kHz
void require_sample_rate(double sample_rate_hz);

/// Number of files of which this process has decoded samples so far, each time counted: what its
/// work took, as processor time is. Opening a file to look at its headers does not count.
std::size_t n_decoded_files();

}  // namespace genrebench
