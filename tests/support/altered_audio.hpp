#pragma once
// What happens to recordings on their way: coding with losses, other rates, levels and lengths,
// tapes that run too fast.

#include <sndfile.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "signal/audio/resampler.hpp"

namespace genrebench::testing {

/// How a file is coded. `quality` is libsndfile's: 0 is its best, 1 the fewest bits.
struct Coding {
  int format = SF_FORMAT_WAV | SF_FORMAT_PCM_16;
  double quality = 0.0;
};
inline constexpr Coding kLowMp3{SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III, 1.0};
inline constexpr Coding kLowOgg{SF_FORMAT_OGG | SF_FORMAT_VORBIS, 1.0};

/// Writes mono samples in any format of libsndfile.
inline void write_coded(const std::filesystem::path& file, std::span<const float> samples,
                        int sample_rate_hz, const Coding& coding) {
  SF_INFO info{};
  info.samplerate = sample_rate_hz;
  info.channels = 1;
  info.format = coding.format;
  const std::unique_ptr<SNDFILE, int (*)(SNDFILE*)> stream(sf_open(file.c_str(), SFM_WRITE, &info),
                                                           &sf_close);
  if (!stream)
    throw std::runtime_error("cannot write " + file.string() + ": " + sf_strerror(nullptr));
  double quality = coding.quality;
  sf_command(stream.get(), SFC_SET_CLIPPING, nullptr, SF_TRUE);
  sf_command(stream.get(), SFC_SET_COMPRESSION_LEVEL, &quality, sizeof quality);
  // libsndfile's Vorbis encoder keeps a whole write on the stack.
  constexpr std::size_t kBlock = 4096;
  for (std::size_t from = 0; from < samples.size(); from += kBlock) {
    const auto n = static_cast<sf_count_t>(std::min(kBlock, samples.size() - from));
    if (sf_write_float(stream.get(), samples.data() + from, n) != n)
      throw std::runtime_error("cannot write all of " + file.string());
  }
}

inline std::vector<float> resampled(std::span<const float> samples, double from_hz, double to_hz) {
  if (from_hz == to_hz) return {samples.begin(), samples.end()};
  Resampler resampler(from_hz, to_hz);
  std::vector<float> out;
  resampler.push(samples, out);
  resampler.finish(out);
  return out;
}

/// As a tape that runs at `speed` times its own: higher and shorter above 1.
inline std::vector<float> at_speed(std::span<const float> samples, double speed) {
  return resampled(samples, 10000.0 * speed, 10000.0);
}

inline std::vector<float> at_level(std::vector<float> samples, double level_db) {
  for (float& x : samples) x *= static_cast<float>(std::pow(10.0, level_db / 20.0));
  return samples;
}

inline std::vector<float> trimmed(std::span<const float> samples, double sample_rate_hz,
                                  double start_s, double end_s) {
  const auto at = [&](double s) {
    return std::min(samples.size() / 2, static_cast<std::size_t>(s * sample_rate_hz));
  };
  return {samples.begin() + static_cast<std::ptrdiff_t>(at(start_s)),
          samples.end() - static_cast<std::ptrdiff_t>(at(end_s))};
}

}  // namespace genrebench::testing
