// Ogg: pages of one or several streams, and chains of them (RFC 3533). Each link of a chain is
// given to the decoder on its own, since libsndfile stops after the first.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "base/error.hpp"
#include "signal/audio/chunks.hpp"
#include "signal/audio/containers.hpp"

namespace genrebench {
namespace {

struct OggPage {
  std::int64_t offset = 0, header_bytes = 0, bytes = 0;
  bool begins = false, ends = false, goes_on = false;
  std::uint64_t granule = 0, serial = 0, sequence = 0;
};

/// One stream of a link.
struct OggStream {
  std::string codec;
  bool is_audio = false;
  AudioView view;    // its pages
  AudioView bodies;  // what is in them
  OggPage first, last;
  std::uint64_t samples = 0;  // the last position that a page gives
};

std::optional<OggPage> page_at(FileBytes& bytes, std::int64_t offset) {
  if (!bytes.look(offset, 27) || !bytes.starts_with("OggS") || bytes.data()[4] != 0)
    return std::nullopt;
  OggPage page;
  page.offset = offset;
  const unsigned flags = bytes.data()[5];
  page.goes_on = (flags & 1) != 0;
  page.begins = (flags & 2) != 0;
  page.ends = (flags & 4) != 0;
  page.granule = bytes.little(6, 8);
  page.serial = bytes.little(14, 4);
  page.sequence = bytes.little(18, 4);
  page.header_bytes = 27 + bytes.data()[26];
  if (!bytes.look(offset, page.header_bytes)) {
    cut_short(bytes, "the last Ogg page", static_cast<std::uint64_t>(page.header_bytes),
              bytes.size() - offset);
  }
  page.bytes = page.header_bytes;
  for (std::int64_t i = 27; i < page.header_bytes; ++i) page.bytes += bytes.data()[i];
  if (page.bytes > bytes.size() - offset) {
    cut_short(bytes, "the last Ogg page", static_cast<std::uint64_t>(page.bytes),
              bytes.size() - offset);
  }
  return page;
}

OggStream stream_of(FileBytes& bytes, const OggPage& page) {
  struct Codec {
    std::string_view magic, name;
    bool is_audio;
  };
  static constexpr std::array<Codec, 10> kCodecs = {{{"\x01vorbis", "Vorbis", true},
                                                     {"OpusHead", "Opus", true},
                                                     {"\x7F"
                                                      "FLAC",
                                                      "FLAC", true},
                                                     {"Speex   ", "Speex", true},
                                                     {"fLaC", "FLAC of an early kind", true},
                                                     {"CELT    ", "CELT", true},
                                                     {"\x80theora", "Theora video", false},
                                                     {"BBCD", "Dirac video", false},
                                                     {"fishead", "a skeleton", false},
                                                     {"\x80kate", "Kate subtitles", false}}};
  const std::string_view body =
      bytes.text(page.offset + page.header_bytes, page.bytes - page.header_bytes);
  OggStream stream;
  stream.first = page;
  stream.codec = "an unknown codec";
  for (const Codec& codec : kCodecs) {
    if (!body.starts_with(codec.magic)) continue;
    stream.codec = codec.name;
    stream.is_audio = codec.is_audio;
  }
  return stream;
}

/// CRC-32 of the polynomial 0x04C11DB7, by tables of one byte.
constexpr std::array<std::uint32_t, 256> kCrc = [] {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t crc = i << 24;
    for (int bit = 0; bit < 8; ++bit)
      crc = (crc & 0x80000000u) != 0 ? crc << 1 ^ 0x04C11DB7u : crc << 1;
    table[i] = crc;
  }
  return table;
}();

/// libogg passes over pages whose checksum is wrong, without a word.
/// @throws DataError
void check_page(FileBytes& bytes, const OggPage& page) {
  const std::string_view text = bytes.text(page.offset, page.bytes);
  constexpr std::size_t kField = 22;
  std::uint32_t crc = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const unsigned byte = i >= kField && i < kField + 4 ? 0 : static_cast<unsigned char>(text[i]);
    crc = crc << 8 ^ kCrc[crc >> 24 ^ byte];
  }
  bytes.look(page.offset, page.bytes);
  if (crc != bytes.little(kField, 4))
    damaged(bytes, fmt::format("the checksum of the Ogg page at byte {} is wrong", page.offset));
}

class OggReader {
 public:
  OggReader(FileBytes& bytes, std::int64_t start) : bytes_(bytes), offset_(start) {}

  AudioLayout layout() {
    while (true) {
      const auto page = page_at(bytes_, offset_);
      if (!page) break;
      check_page(bytes_, *page);
      take(*page);
      offset_ += page->bytes;
    }
    check_rest();
    end_link();
    return std::move(layout_);
  }

 private:
  void take(const OggPage& page) {
    if (page.begins && !in_heads_) end_link();
    const auto known = streams_.find(page.serial);
    if (page.begins) {
      if (known != streams_.end())
        damaged(bytes_, fmt::format("two streams of one number begin at byte {}", page.offset));
      in_heads_ = true;
      OggStream stream = stream_of(bytes_, page);
      add(stream, page);
      streams_.emplace(page.serial, std::move(stream));
      return;
    }
    in_heads_ = false;
    if (known == streams_.end())
      damaged(bytes_, fmt::format("the Ogg page at byte {} belongs to no stream", page.offset));
    OggStream& stream = known->second;
    if (stream.is_audio && (stream.last.ends || page.sequence != stream.last.sequence + 1)) {
      damaged(bytes_, fmt::format("at byte {} the number of the Ogg page is {}, expected {}",
                                  page.offset, page.sequence,
                                  stream.last.ends ? "none after the last"
                                                   : std::to_string(stream.last.sequence + 1)));
    }
    add(stream, page);
    if (page.granule != ~std::uint64_t{0}) stream.samples = page.granule;
  }

  static void add(OggStream& stream, const OggPage& page) {
    stream.view.add(page.offset, page.bytes);
    if (stream.codec == "FLAC")
      stream.bodies.add(page.offset + page.header_bytes, page.bytes - page.header_bytes);
    stream.last = page;
  }

  /// Bytes that are no page may follow the end, but no more pages after them.
  void check_rest() {
    constexpr std::int64_t kStep = 1 << 16;
    for (std::int64_t at = offset_; at < bytes_.size(); at += kStep) {
      const auto found = bytes_.text(at, kStep + 3).find("OggS");
      if (found == std::string_view::npos) continue;
      const std::int64_t next = at + static_cast<std::int64_t>(found);
      if (next == offset_ && !bytes_.look(offset_, 27))
        cut_short(bytes_, "the last Ogg page", 27, bytes_.size() - offset_);
      damaged(bytes_, fmt::format("{} bytes at byte {} are no Ogg page, and more pages follow",
                                  next - offset_, offset_));
    }
  }

  /// Takes over the audio of a finished link.
  void end_link() {
    OggStream* audio = nullptr;
    std::string codecs;
    for (auto& [serial, stream] : streams_) {
      codecs += (codecs.empty() ? "" : ", ") + stream.codec;
      if (!stream.is_audio) continue;
      if (audio != nullptr) damaged(bytes_, "expected one stream of audio at a time, found two");
      audio = &stream;
    }
    if (audio == nullptr) {
      throw DataError(fmt::format("{}: expected Vorbis, Opus or FLAC in Ogg, found {}",
                                  bytes_.file().string(), codecs.empty() ? "no stream" : codecs));
    }
    if (!audio->last.ends) {
      throw DataError(
          fmt::format("{}: cut short: expected a last Ogg page that ends the stream{}, "
                      "found none",
                      bytes_.file().string(),
                      layout_.streams.empty() && offset_ >= bytes_.size()
                          ? ""
                          : fmt::format(" before byte {}", offset_)));
    }
    layout_.streams.push_back(audio->codec == "FLAC" ? plain_flac(*audio) : audio->view);
    streams_.clear();
  }

  /// The FLAC file whose blocks of metadata and frames the pages hold: libsndfile 1.2.0 decodes no
  /// FLAC in Ogg. Its header may leave the number of samples open, which the last page knows.
  AudioView plain_flac(const OggStream& stream) {
    constexpr std::int64_t kFlac = 9;                // in the first page, after the mapping's head
    constexpr std::int64_t kTotal = kFlac + 8 + 13;  // five bytes, the total and 4 more bits
    const std::int64_t body = stream.first.offset + stream.first.header_bytes;
    if (stream.first.bytes - stream.first.header_bytes < kTotal + 5 ||
        !bytes_.look(body, kTotal + 5))
      damaged(bytes_, "expected a FLAC header in the first Ogg page, found less");
    const std::uint64_t field = bytes_.big(kTotal, 5);
    constexpr std::uint64_t kMask = 0xFFFFFFFFF;
    if ((field & kMask) > stream.samples) {
      throw DataError(fmt::format("{}: cut short: its FLAC header claims {} samples, {} are there",
                                  bytes_.file().string(), field & kMask, stream.samples));
    }
    AudioView view;
    view.add(body + kFlac, kTotal - kFlac);
    view.add(big_endian((field & ~kMask) | stream.samples, 5));
    view.add(stream.bodies, kTotal + 5);
    return view;
  }

  FileBytes& bytes_;
  std::int64_t offset_;
  bool in_heads_ = true;  // while pages that begin streams follow one another
  std::map<std::uint64_t, OggStream> streams_;
  AudioLayout layout_;
};

}  // namespace

AudioLayout read_ogg(FileBytes& bytes, std::int64_t start) {
  return OggReader(bytes, start).layout();
}

}  // namespace genrebench
