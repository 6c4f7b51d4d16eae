#include "signal/audio/audio_integrity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <fstream>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace genrebench {
namespace {

/// The bytes of a file through a window, so that memory does not grow with the file.
class Bytes {
 public:
  explicit Bytes(const std::filesystem::path& file) : file_(file), stream_(file, std::ios::binary) {
    stream_.seekg(0, std::ios::end);
    size_ = stream_ ? static_cast<std::int64_t>(stream_.tellg()) : 0;
  }

  const std::filesystem::path& file() const { return file_; }
  std::int64_t size() const { return size_; }

  /// Whether bytes offset .. offset + count - 1 exist; if so they are at data().
  bool look(std::int64_t offset, std::int64_t count) {
    if (offset < 0 || count > size_ - offset) return false;
    if (offset < start_ || offset + count > start_ + static_cast<std::int64_t>(window_.size())) {
      window_.resize(static_cast<std::size_t>(
          std::min<std::int64_t>(std::max<std::int64_t>(count, 1 << 16), size_ - offset)));
      stream_.clear();
      stream_.seekg(offset);
      stream_.read(reinterpret_cast<char*>(window_.data()),
                   static_cast<std::streamsize>(window_.size()));
      if (!stream_) return false;
      start_ = offset;
    }
    data_ = window_.data() + (offset - start_);
    return true;
  }

  const unsigned char* data() const { return data_; }
  bool starts_with(std::string_view text) const {
    return std::memcmp(data_, text.data(), text.size()) == 0;
  }
  std::uint64_t little(int at, int count) const {
    std::uint64_t value = 0;
    for (int i = count - 1; i >= 0; --i) value = value << 8 | data_[at + i];
    return value;
  }
  std::uint64_t big(int at, int count) const {
    std::uint64_t value = 0;
    for (int i = 0; i < count; ++i) value = value << 8 | data_[at + i];
    return value;
  }

 private:
  std::filesystem::path file_;
  std::ifstream stream_;
  std::int64_t size_ = 0;
  std::vector<unsigned char> window_;
  std::int64_t start_ = 0;
  const unsigned char* data_ = nullptr;
};

[[noreturn]] void cut_short(const Bytes& bytes, std::string_view what, std::uint64_t expected,
                            std::uint64_t found) {
  throw DataError(fmt::format("{}: cut short: {}, expected {}, found {}", bytes.file().string(),
                              what, expected, found));
}

/// Data from `offset` that should be `size` bytes long. One byte less is the padding that some
/// programs forget.
void check_data(const Bytes& bytes, std::int64_t offset, std::uint64_t size) {
  const auto found = static_cast<std::uint64_t>(std::max<std::int64_t>(0, bytes.size() - offset));
  if (size > found + 1) cut_short(bytes, "bytes of audio after the header", size, found);
}

constexpr std::uint64_t kUnknownSize = 0xFFFFFFFF;

/// RIFF and RF64 (little-endian) and AIFF (big-endian): chunks of a name, a size and data, padded
/// to even lengths.
void check_chunks(Bytes& bytes, bool little_endian, std::string_view data_chunk) {
  std::uint64_t size_from_ds64 = kUnknownSize;
  for (std::int64_t offset = 12; bytes.look(offset, 8);) {
    const std::uint64_t size = little_endian ? bytes.little(4, 4) : bytes.big(4, 4);
    if (bytes.starts_with(data_chunk)) {
      if (size == 0) return;  // written before the length was known
      if (size != kUnknownSize) return check_data(bytes, offset + 8, size);
      if (size_from_ds64 != kUnknownSize) check_data(bytes, offset + 8, size_from_ds64);
      return;
    }
    if (bytes.starts_with("ds64") && bytes.look(offset, 24)) size_from_ds64 = bytes.little(16, 8);
    offset += 8 + static_cast<std::int64_t>(size + size % 2);
  }
}

void check_au(Bytes& bytes, bool little_endian) {
  if (!bytes.look(0, 24)) return;
  const auto field = [&](int at) { return little_endian ? bytes.little(at, 4) : bytes.big(at, 4); };
  if (field(8) != kUnknownSize) check_data(bytes, static_cast<std::int64_t>(field(4)), field(8));
}

/// The last page must be complete and end its stream.
void check_ogg(Bytes& bytes) {
  constexpr std::int64_t kLargestPage = 27 + 255 + 255 * 255;
  const std::int64_t from = std::max<std::int64_t>(0, bytes.size() - 2 * kLargestPage);
  for (std::int64_t offset = bytes.size() - 4; offset >= from; --offset) {
    // Reads backwards: bring the whole tail into the window once.
    if (!bytes.look(from, bytes.size() - from)) return;
    const unsigned char* page = bytes.data() + (offset - from);
    if (std::memcmp(page, "OggS", 4) != 0) continue;
    const std::int64_t left = bytes.size() - offset;
    std::int64_t length = 27;
    if (left >= length) length += page[26];
    if (left >= length && length >= 27) {
      for (int i = 0; i < page[26]; ++i) length += page[27 + i];
    }
    if (left < length)
      cut_short(bytes, "bytes of the last Ogg page", static_cast<std::uint64_t>(length),
                static_cast<std::uint64_t>(left));
    constexpr unsigned char kEndOfStream = 0x04;
    if ((page[5] & kEndOfStream) == 0) {
      throw DataError(
          fmt::format("{}: cut short: expected a last Ogg page that ends the stream, found none",
                      bytes.file().string()));
    }
    return;
  }
}

/// The contents of a frame's four header bytes, for MPEG-1, 2 and 2.5, layers I to III.
struct MpegFrame {
  int bytes;
  int samples;
  int side_info_end;   // where a Xing header would be
  std::uint32_t kind;  // version, layer and sample rate: the same in every frame of a file
};

std::optional<MpegFrame> parse_mpeg_header(std::uint32_t header) {
  static constexpr std::array<std::array<int, 15>, 5> kKbps = {{
      {0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448},  // MPEG-1 layer I
      {0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384},     // MPEG-1 layer II
      {0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320},      // MPEG-1 layer III
      {0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256},     // MPEG-2 layer I
      {0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160},  // MPEG-2 layers II and III
  }};
  static constexpr std::array<int, 3> kRatesHz = {44100, 48000, 32000};
  const std::uint32_t version = header >> 19 & 3;  // 0: 2.5, 2: 2, 3: 1
  const std::uint32_t layer = 4 - (header >> 17 & 3);
  const std::uint32_t bit_rate = header >> 12 & 15;
  const std::uint32_t rate = header >> 10 & 3;
  if (header >> 21 != 0x7FF || version == 1 || layer == 4 || bit_rate == 0 || bit_rate == 15 ||
      rate == 3)
    return std::nullopt;
  const bool first = version == 3;
  const std::size_t table = first ? layer - 1 : (layer == 1 ? 3 : 4);
  const int kbps = kKbps[table][bit_rate];
  const int rate_hz = kRatesHz[rate] / (first ? 1 : version == 2 ? 2 : 4);
  const int padding = static_cast<int>(header >> 9 & 1);
  MpegFrame frame{};
  frame.samples = layer == 1 ? 384 : (layer == 3 && !first ? 576 : 1152);
  frame.bytes = layer == 1 ? (12000 * kbps / rate_hz + padding) * 4
                           : frame.samples / 8 * 1000 * kbps / rate_hz + padding;
  const bool mono = (header >> 6 & 3) == 3;
  frame.side_info_end = 4 + (first ? (mono ? 17 : 32) : (mono ? 9 : 17));
  frame.kind = header & 0x001E0C00;
  return frame;
}

/// After any ID3v2 tags.
std::int64_t mpeg_start(Bytes& bytes) {
  std::int64_t offset = 0;
  while (bytes.look(offset, 10) && bytes.starts_with("ID3")) {
    const unsigned char* tag = bytes.data();
    const bool footer = (tag[5] & 0x10) != 0;
    offset += 10 + (footer ? 10 : 0) + (tag[6] << 21 | tag[7] << 14 | tag[8] << 7 | tag[9]);
  }
  return offset;
}

Mp3Samples check_mpeg(Bytes& bytes) {
  std::int64_t offset = mpeg_start(bytes);
  const auto header_at = [&](std::int64_t at) -> std::optional<MpegFrame> {
    if (!bytes.look(at, 4)) return std::nullopt;
    return parse_mpeg_header(static_cast<std::uint32_t>(bytes.big(0, 4)));
  };
  const std::optional<MpegFrame> first = header_at(offset);
  if (!first) return std::nullopt;
  std::uint64_t announced = 0;  // frames after the first, by its Xing or Info header
  if (bytes.look(offset + first->side_info_end, 12) &&
      (bytes.starts_with("Xing") || bytes.starts_with("Info")) && (bytes.data()[7] & 1) != 0) {
    announced = bytes.big(8, 4);
  }
  std::uint64_t n_frames = 0;
  std::optional<MpegFrame> frame = first;
  while (frame && frame->kind == first->kind) {
    if (offset + frame->bytes > bytes.size()) {
      cut_short(bytes, fmt::format("bytes of MPEG frame {}", n_frames),
                static_cast<std::uint64_t>(frame->bytes),
                static_cast<std::uint64_t>(bytes.size() - offset));
    }
    offset += frame->bytes;
    ++n_frames;
    frame = header_at(offset);
  }
  const std::int64_t left = bytes.size() - offset;
  if (left > 0 && left < 4 && bytes.look(offset, left) && bytes.data()[0] == 0xFF) {
    cut_short(bytes, fmt::format("bytes of MPEG frame {}", n_frames), 4,
              static_cast<std::uint64_t>(left));
  }
  // A tag may follow the last frame. Or the frames go on behind something else; then nothing is
  // known.
  const bool tag =
      left < 4 || (bytes.look(offset, 4) &&
                   (bytes.starts_with("TAG") || bytes.starts_with("APET") ||
                    bytes.starts_with("LYRI") || bytes.starts_with("ID3") || bytes.big(0, 4) == 0));
  if (!tag) return std::nullopt;
  // Some programs count the frame of the Xing header itself.
  if (n_frames < announced) cut_short(bytes, "MPEG frames", announced, n_frames - 1);
  return static_cast<std::int64_t>(n_frames) * first->samples;
}

}  // namespace

Mp3Samples check_container(const std::filesystem::path& file) {
  Bytes bytes(file);
  if (!bytes.look(0, 12)) return std::nullopt;
  if (bytes.starts_with("RIFF") || bytes.starts_with("RF64")) {
    check_chunks(bytes, /*little_endian=*/true, "data");
  } else if (bytes.starts_with("RIFX")) {
    check_chunks(bytes, /*little_endian=*/false, "data");
  } else if (bytes.starts_with("FORM")) {
    check_chunks(bytes, /*little_endian=*/false, "SSND");
  } else if (bytes.starts_with(".snd")) {
    check_au(bytes, /*little_endian=*/false);
  } else if (bytes.starts_with("dns.")) {
    check_au(bytes, /*little_endian=*/true);
  } else if (bytes.starts_with("OggS")) {
    check_ogg(bytes);
  } else {
    return check_mpeg(bytes);
  }
  return std::nullopt;
}

}  // namespace genrebench
