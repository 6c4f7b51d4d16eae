#pragma once
// Sound files, whole and damaged, that the tests of signal/audio share.

#include <gtest/gtest.h>
#include <sndfile.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "signal/audio/audio.hpp"
#include "signal/test_clips.hpp"

namespace genrebench::testing {

inline std::string bytes_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline void write_bytes(const std::filesystem::path& file, const std::string& bytes) {
  std::ofstream(file, std::ios::binary) << bytes;
}

/// Writes through libsndfile; false where it lacks the format.
inline bool write_sound(const std::filesystem::path& file, int format,
                        const std::vector<float>& interleaved, int channels = 1,
                        int sample_rate_hz = 22050) {
  SF_INFO info{};
  info.samplerate = sample_rate_hz;
  info.channels = channels;
  info.format = format;
  if (sf_format_check(&info) == 0) return false;
  SNDFILE* sound = sf_open(file.c_str(), SFM_WRITE, &info);
  if (sound == nullptr) return false;
  const auto n_frames = static_cast<sf_count_t>(interleaved.size()) / channels;
  const sf_count_t block = 1000;
  for (sf_count_t from = 0; from < n_frames; from += block) {
    sf_writef_float(sound, interleaved.data() + from * channels, std::min(block, n_frames - from));
  }
  return sf_close(sound) == 0;
}

inline constexpr int kMp3 = SF_FORMAT_MPEG | 0x0082;  // layer III, constant or variable bit rate;
                                                      // absent from headers before 1.1

/// The message of reading the whole file; it must name the file.
inline std::string fault_of(const std::filesystem::path& file) {
  const std::string message = message_of<DataError>([&] { read_audio(file); });
  EXPECT_NE(message.find(file.filename().string()), std::string::npos) << message;
  return message;
}

inline bool says(const std::string& message, const std::string& text) {
  return message.find(text) != std::string::npos;
}

}  // namespace genrebench::testing
