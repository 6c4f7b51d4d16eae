// write_wav. The header is written here byte for byte, so that the same samples always give the
// same file.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/unfinished_file.hpp"
#include "signal/audio/audio.hpp"

namespace genrebench {
namespace {

class ByteString {
 public:
  void text(std::string_view value) { bytes_.insert(bytes_.end(), value.begin(), value.end()); }
  void little(std::uint64_t value, int count) {
    for (int i = 0; i < count; ++i) bytes_.push_back(static_cast<char>(value >> (8 * i) & 0xFF));
  }
  std::vector<char>& bytes() { return bytes_; }

 private:
  std::vector<char> bytes_;
};

ByteString wav_header(std::uint64_t n_samples, int sample_rate_hz, SampleFormat format) {
  const bool pcm = format == SampleFormat::pcm16;
  const std::uint64_t width = pcm ? 2 : 4;
  const std::uint64_t data_bytes = n_samples * width;
  const std::uint64_t after_riff = pcm ? 36 : 50;  // floats need the longer "fmt " and a "fact"
                                                   // chunk
  ByteString header;
  header.text("RIFF");
  header.little(after_riff + data_bytes + data_bytes % 2, 4);
  header.text("WAVEfmt ");
  header.little(pcm ? 16 : 18, 4);
  header.little(pcm ? 1 : 3, 2);
  header.little(1, 2);  // channels
  header.little(static_cast<std::uint64_t>(sample_rate_hz), 4);
  header.little(static_cast<std::uint64_t>(sample_rate_hz) * width, 4);
  header.little(width, 2);
  header.little(8 * width, 2);
  if (!pcm) {
    header.little(0, 2);
    header.text("fact");
    header.little(4, 4);
    header.little(n_samples, 4);
  }
  header.text("data");
  header.little(data_bytes, 4);
  return header;
}

}  // namespace

void write_wav(const std::filesystem::path& file, std::span<const float> samples,
               int sample_rate_hz, SampleFormat format) {
  if (sample_rate_hz <= 0)
    throw ConfigError(fmt::format("sample_rate_hz: expected above 0, got {}", sample_rate_hz));
  constexpr std::uint64_t kMostBytes = 0xFFFFFFFF - 64;
  const std::uint64_t most = kMostBytes / (format == SampleFormat::pcm16 ? 2 : 4);
  if (samples.size() > most) {
    throw DataError(fmt::format("{}: expected at most {} samples in a WAV file, got {}",
                                file.string(), most, samples.size()));
  }
  for (std::size_t i = 0; i < samples.size(); ++i) {
    if (!std::isfinite(samples[i])) {
      throw DataError(fmt::format("{}: expected finite samples, got {} at sample {}", file.string(),
                                  samples[i], i));
    }
  }
  UnfinishedFile out(file);
  const auto write = [&](ByteString&& block) {
    out.write({block.bytes().data(), block.bytes().size()});
  };
  write(wav_header(samples.size(), sample_rate_hz, format));
  constexpr std::size_t kBlock = 65536;
  for (std::size_t from = 0; from < samples.size(); from += kBlock) {
    ByteString block;
    for (const float x : samples.subspan(from, std::min(kBlock, samples.size() - from))) {
      if (format == SampleFormat::pcm16) {
        const float scaled = std::clamp(std::nearbyint(x * 32768.0f), -32768.0f, 32767.0f);
        block.little(static_cast<std::uint16_t>(static_cast<std::int16_t>(scaled)), 2);
      } else {
        block.little(std::bit_cast<std::uint32_t>(x), 4);
      }
    }
    write(std::move(block));
  }
  out.commit();
}

}  // namespace genrebench
