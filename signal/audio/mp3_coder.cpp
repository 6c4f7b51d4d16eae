#include "signal/audio/mp3_coder.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sndfile.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>

#include "base/error.hpp"

namespace genrebench {
namespace {

/// A file in memory, as libsndfile's virtual files want it.
struct MemoryFile {
  std::string bytes;
  sf_count_t place = 0;
};

MemoryFile& file_of(void* user) { return *static_cast<MemoryFile*>(user); }

sf_count_t length(void* user) { return static_cast<sf_count_t>(file_of(user).bytes.size()); }

sf_count_t seek(sf_count_t offset, int whence, void* user) {
  MemoryFile& file = file_of(user);
  const sf_count_t from = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? file.place : length(user);
  file.place = std::max<sf_count_t>(0, from + offset);
  return file.place;
}

sf_count_t read(void* to, sf_count_t count, void* user) {
  MemoryFile& file = file_of(user);
  const sf_count_t n = std::clamp<sf_count_t>(length(user) - file.place, 0, count);
  std::memcpy(to, file.bytes.data() + file.place, static_cast<std::size_t>(n));
  file.place += n;
  return n;
}

sf_count_t write(const void* from, sf_count_t count, void* user) {
  MemoryFile& file = file_of(user);
  const auto end = static_cast<std::size_t>(file.place + count);
  if (file.bytes.size() < end) file.bytes.resize(end);
  std::memcpy(file.bytes.data() + file.place, from, static_cast<std::size_t>(count));
  file.place += count;
  return count;
}

sf_count_t tell(void* user) { return file_of(user).place; }

struct Close {
  void operator()(SNDFILE* file) const { sf_close(file); }
};
using SoundFile = std::unique_ptr<SNDFILE, Close>;

SoundFile open(MemoryFile& file, int mode, SF_INFO& info) {
  SF_VIRTUAL_IO io{.get_filelen = length, .seek = seek, .read = read, .write = write, .tell = tell};
  SoundFile result(sf_open_virtual(&io, mode, &info, &file));
  if (result == nullptr)
    throw DataError(fmt::format("MP3 of {} Hz: {} ({})", info.samplerate, sf_strerror(nullptr),
                                mp3_coder_version()));
  return result;
}

}  // namespace

std::vector<int> mp3_bit_rates(double sample_rate_hz) {
  const auto is_one_of = [&](std::initializer_list<double> rates) {
    return std::find(rates.begin(), rates.end(), sample_rate_hz) != rates.end();
  };
  if (is_one_of({32000.0, 44100.0, 48000.0}))
    return {32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320};
  if (is_one_of({16000.0, 22050.0, 24000.0}))
    return {8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160};
  if (is_one_of({8000.0, 11025.0, 12000.0})) return {8, 16, 24, 32, 40, 48, 56, 64};
  return {};
}

std::string encode_mp3(std::span<const float> samples, double sample_rate_hz, int bit_rate_kbps) {
  const std::vector<int> rates = mp3_bit_rates(sample_rate_hz);
  if (std::find(rates.begin(), rates.end(), bit_rate_kbps) == rates.end())
    throw DataError(
        fmt::format("no MP3 of {} Hz has {} kbit/s; expected {}", sample_rate_hz, bit_rate_kbps,
                    rates.empty() ? std::string("a sample rate of MPEG audio, such as 44100 Hz")
                                  : fmt::format("one of {}", fmt::join(rates, ", "))));
  MemoryFile file;
  SF_INFO info{.frames = 0,
               .samplerate = static_cast<int>(sample_rate_hz),
               .channels = 1,
               .format = SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III,
               .sections = 0,
               .seekable = 0};
  {
    const SoundFile out = open(file, SFM_WRITE, info);
    int mode = SF_BITRATE_MODE_CONSTANT;
    // libsndfile takes a level between its largest and its least rate, and LAME the nearest rate.
    const double most = rates.back(), least = rates.front();
    double level = (most - bit_rate_kbps) / (most - least);
    // What setting the mode returns differs between versions of the library.
    sf_command(out.get(), SFC_SET_BITRATE_MODE, &mode, sizeof mode);
    if (sf_command(out.get(), SFC_GET_BITRATE_MODE, nullptr, 0) != SF_BITRATE_MODE_CONSTANT ||
        sf_command(out.get(), SFC_SET_COMPRESSION_LEVEL, &level, sizeof level) == SF_FALSE)
      throw DataError(fmt::format("MP3 of {} kbit/s: {} does not take the bit rate", bit_rate_kbps,
                                  mp3_coder_version()));
    const auto n = static_cast<sf_count_t>(samples.size());
    if (sf_writef_float(out.get(), samples.data(), n) != n)
      throw DataError(fmt::format("MP3 of {} kbit/s: {}", bit_rate_kbps, sf_strerror(out.get())));
  }
  return std::move(file.bytes);
}

std::vector<float> decode_mp3(const std::string& bytes) {
  MemoryFile file{.bytes = bytes};
  SF_INFO info{};
  const SoundFile in = open(file, SFM_READ, info);
  if (info.channels != 1)
    throw DataError(fmt::format("MP3: expected one channel, found {}", info.channels));
  std::vector<float> samples;
  std::vector<float> block(1 << 16);
  for (;;) {
    const sf_count_t n =
        sf_readf_float(in.get(), block.data(), static_cast<sf_count_t>(block.size()));
    if (n <= 0) return samples;
    samples.insert(samples.end(), block.begin(), block.begin() + n);
  }
}

std::string mp3_coder_version() { return sf_version_string(); }

}  // namespace genrebench
