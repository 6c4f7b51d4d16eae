// FLAC. The header says how many samples there are, or 0; the frames know it: each has its number.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

#include "base/error.hpp"
#include "signal/audio/chunks.hpp"
#include "signal/audio/containers.hpp"

namespace genrebench {
namespace {

constexpr std::size_t kLongestHeader = 16;  // of a frame

struct FlacFrame {
  bool variable = false;  // whether `number` counts samples instead of frames
  std::uint64_t number = 0;
  std::int64_t samples = 0;
  int channels = 0;
  std::int64_t offset = 0;
};

std::uint8_t crc8(const unsigned char* data, std::size_t count) {
  unsigned crc = 0;
  for (std::size_t i = 0; i < count; ++i) {
    crc ^= data[i];
    for (int bit = 0; bit < 8; ++bit) crc = crc & 0x80 ? (crc << 1 ^ 0x07) & 0xFF : crc << 1;
  }
  return static_cast<std::uint8_t>(crc);
}

std::uint16_t crc16(std::uint16_t crc, unsigned char byte) {
  unsigned value = crc ^ static_cast<unsigned>(byte) << 8;
  for (int bit = 0; bit < 8; ++bit)
    value = value & 0x8000 ? (value << 1 ^ 0x8005) & 0xFFFF : value << 1;
  return static_cast<std::uint16_t>(value);
}

/// The number of a frame, written as UTF-8 writes characters. @param at  moves behind it
bool read_number(const unsigned char* data, std::size_t& at, std::uint64_t& number) {
  const unsigned first = data[at++];
  int more = 0;
  while (more < 7 && (first << more & 0x80) != 0) ++more;
  if (more == 1 || (more == 7 && first == 0xFF)) return false;
  if (more == 0) {
    number = first;
    return true;
  }
  number = first & (0x7Fu >> more);
  for (int i = 1; i < more; ++i) {
    const unsigned byte = data[at++];
    if ((byte & 0xC0) != 0x80) return false;
    number = number << 6 | (byte & 0x3F);
  }
  return true;
}

/// @param data  at least kLongestHeader bytes
std::optional<FlacFrame> parse_frame(const unsigned char* data) {
  if (data[0] != 0xFF || (data[1] & 0xFE) != 0xF8) return std::nullopt;
  FlacFrame frame;
  frame.variable = (data[1] & 1) != 0;
  const unsigned block = data[2] >> 4, rate = data[2] & 15;
  const unsigned channels = data[3] >> 4, bits = data[3] >> 1 & 7;
  if (block == 0 || rate == 15 || channels > 10 || bits == 3 || (data[3] & 1) != 0)
    return std::nullopt;
  frame.channels = channels < 8 ? static_cast<int>(channels) + 1 : 2;
  std::size_t at = 4;
  if (!read_number(data, at, frame.number)) return std::nullopt;
  if (block == 1) {
    frame.samples = 192;
  } else if (block <= 5) {
    frame.samples = 576LL << (block - 2);
  } else if (block == 6) {
    frame.samples = data[at] + 1LL;
    at += 1;
  } else if (block == 7) {
    frame.samples = (data[at] << 8 | data[at + 1]) + 1LL;
    at += 2;
  } else {
    frame.samples = 256LL << (block - 8);
  }
  if (rate == 12) at += 1;
  if (rate == 13 || rate == 14) at += 2;
  if (crc8(data, at) != data[at]) return std::nullopt;
  return frame;
}

/// The frames of a stream, by their headers.
struct FlacWalk {
  std::int64_t samples = 0;
  std::int64_t n_frames = 0;
  FlacFrame last;
};

class FlacReader {
 public:
  FlacReader(FileBytes& bytes, std::int64_t start) : bytes_(bytes), start_(start) {}

  AudioLayout layout() {
    read_metadata();
    walk();
    AudioView view;
    view.add(start_, bytes_.size() - start_);
    const auto found = static_cast<std::uint64_t>(walk_.samples);
    if (found == total_) return {.streams = {view}, .mpeg = {}};  // the decoder finds damage
    const bool whole = last_frame_is_whole();
    if (total_ > found || !whole) {
      throw DataError(fmt::format(
          "{}: cut short: its header claims {} samples, whole frames of {} are there",
          bytes_.file().string(), total_ == 0 ? "an unknown number of" : std::to_string(total_),
          whole ? walk_.samples : walk_.samples - walk_.last.samples));
    }
    AudioView mended;
    constexpr std::int64_t kTotal = 4 + 4 + 13;  // where five bytes hold the total, with 4 more
                                                 // bits
    bytes_.look(start_ + kTotal, 1);
    const std::uint64_t upper = bytes_.data()[0] & 0xF0;
    mended.add(start_, kTotal);
    mended.add(big_endian(upper << 32 | found, 5));
    mended.add(start_ + kTotal + 5, bytes_.size() - start_ - kTotal - 5);
    return {.streams = {mended}, .mpeg = {}};
  }

 private:
  void read_metadata() {
    std::int64_t offset = start_ + 4;
    for (bool is_last = false; !is_last;) {
      if (!bytes_.look(offset, 4)) cut_short(bytes_, "a block of metadata", 4, left(offset));
      is_last = (bytes_.data()[0] & 0x80) != 0;
      const unsigned type = bytes_.data()[0] & 0x7F;
      const std::uint64_t count = bytes_.big(1, 3);
      offset += 4;
      if (count > static_cast<std::uint64_t>(left(offset)))
        cut_short(bytes_, "a block of metadata", count, left(offset));
      if (offset == start_ + 8) {
        if (type != 0 || count < 34 || !bytes_.look(offset, 34))
          damaged(bytes_, "expected a STREAMINFO block of 34 bytes first");
        channels_ = static_cast<int>(bytes_.data()[12] >> 1 & 7) + 1;
        total_ = bytes_.big(13, 5) & 0xFFFFFFFFFULL;
      }
      offset += static_cast<std::int64_t>(count);
    }
    audio_ = offset;
  }

  std::int64_t left(std::int64_t offset) const {
    return std::max<std::int64_t>(0, bytes_.size() - offset);
  }

  /// Finds the frames that follow one another by their numbers.
  /// @throws DataError  where the numbers jump: frames are missing, or a second stream is joined on
  void walk() {
    constexpr std::size_t kBlock = 1 << 18;
    std::vector<unsigned char> block(kBlock + kLongestHeader);
    for (std::int64_t offset = audio_; offset < bytes_.size();
         offset += static_cast<std::int64_t>(kBlock)) {
      const std::size_t got = bytes_.read(offset, block.data(), block.size());
      std::fill(block.begin() + static_cast<std::ptrdiff_t>(got), block.end(), std::uint8_t{0});
      const std::size_t end = std::min(got, kBlock);
      for (std::size_t i = 0; i < end; ++i) {
        const void* sync = std::memchr(block.data() + i, 0xFF, end - i);
        if (sync == nullptr) break;
        i = static_cast<std::size_t>(static_cast<const unsigned char*>(sync) - block.data());
        auto frame = parse_frame(block.data() + i);
        if (!frame || frame->channels != channels_) continue;
        frame->offset = offset + static_cast<std::int64_t>(i);
        take(*frame);
      }
    }
    if (walk_.n_frames == 0) damaged(bytes_, "expected FLAC frames after the header, found none");
  }

  static bool follows(const FlacFrame& frame, const FlacFrame& before) {
    const auto step = frame.variable ? static_cast<std::uint64_t>(before.samples) : 1;
    return frame.variable == before.variable && frame.number == before.number + step;
  }

  void take(const FlacFrame& frame) {
    if (walk_.n_frames == 0 ? frame.offset == audio_ : follows(frame, walk_.last)) {
      walk_.samples += frame.samples;
      walk_.last = frame;
      ++walk_.n_frames;
      strays_ = 0;
      return;
    }
    // Bytes of audio look like a header once in 16 MB; three in a row are frames.
    strays_ = strays_ > 0 && follows(frame, stray_) ? strays_ + 1 : 1;
    if (strays_ == 1) first_stray_ = frame;
    stray_ = frame;
    if (strays_ < 3 && !(first_stray_.number == 0 && begins_stream(first_stray_.offset))) return;
    if (first_stray_.number == 0) {
      damaged(bytes_, fmt::format("the first stream ends after {} samples, and another one follows "
                                  "at byte {}; join recordings by decoding them",
                                  walk_.samples, first_stray_.offset));
    }
    damaged(bytes_,
            fmt::format("frames are missing after sample {}: at byte {} the frame number is "
                        "{}, expected {}",
                        walk_.samples, first_stray_.offset, first_stray_.number,
                        walk_.last.number + 1));
  }

  /// Whether metadata stands between the last frame and a frame at `offset`.
  bool begins_stream(std::int64_t offset) {
    constexpr std::int64_t kLook = 1 << 16;
    const std::int64_t from =
        std::max(walk_.n_frames == 0 ? audio_ : walk_.last.offset + 1, offset - kLook);
    return bytes_.text(from, offset - from).find(std::string_view("fLaC\0\0\0\x22", 8)) !=
           std::string_view::npos;
  }

  /// By the checksum at the frame's end, behind which only tags or zeros may follow.
  bool last_frame_is_whole() {
    constexpr std::int64_t kLongestFrame = 1 << 24;
    std::uint16_t crc = 0;
    for (std::int64_t offset = walk_.last.offset;
         offset < bytes_.size() && offset - walk_.last.offset < kLongestFrame; ++offset) {
      if (!bytes_.look(offset, 1)) return false;
      crc = crc16(crc, bytes_.data()[0]);
      if (crc == 0 && offset - walk_.last.offset > 8) {
        if (offset + 1 == bytes_.size()) return true;
        const std::string_view tail = bytes_.text(offset + 1, 8);
        if ((tail.starts_with("TAG") || tail.starts_with("ID3") || tail.starts_with("APETAGEX") ||
             tail.front() == '\0') &&
            is_harmless_tail(bytes_, offset + 1))
          return true;
      }
    }
    return false;
  }

  FileBytes& bytes_;
  std::int64_t start_;
  std::int64_t audio_ = 0;
  int channels_ = 0;
  std::uint64_t total_ = 0;  // by the header; 0: unknown
  FlacWalk walk_;
  int strays_ = 0;  // frames in a row that do not continue the stream
  FlacFrame stray_, first_stray_;
};

}  // namespace

AudioLayout read_flac(FileBytes& bytes, std::int64_t start) {
  return FlacReader(bytes, start).layout();
}

}  // namespace genrebench
