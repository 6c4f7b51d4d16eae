// MPEG audio has no container: frames follow one another, and only a walk over all of them knows
// how many there are. A Xing, Info or VBRI header in the first frame may be absent, wrong, or the
// one of the first of several files that were joined.

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/error.hpp"
#include "signal/audio/chunks.hpp"
#include "signal/audio/containers.hpp"
#include "signal/audio/mpeg_frames.hpp"

namespace genrebench {
namespace {

constexpr int kFramesToTrust = 4;          // in a row, before bytes are taken for MPEG audio
constexpr int kLargestFreeFrame = 8192;    // bytes; 640 kbit/s at 8 kHz
constexpr std::int64_t kMostJunk = 65536;  // bytes before the first frame
constexpr std::int64_t kMostTail = 4096;   // bytes after the last that are neither tag nor zeros
constexpr int kDecoderDelay = 529;         // samples of every layer III decoder

/// What the first frame says of the whole, if it is a Xing, Info or VBRI header.
struct MpegIndex {
  std::uint64_t n_frames = 0;  // 0: it does not say
  std::int64_t bytes = 0;      // of the whole; 0: it does not say
  bool has_delays = false;
  std::int64_t delay = 0, padding = 0;  // of the encoder, in samples

  /// Otherwise its frame is decoded like all others, as ffmpeg does.
  bool counts() const { return n_frames != 0 || bytes != 0; }
};

std::optional<MpegIndex> index_in(FileBytes& bytes, std::int64_t offset, const MpegFrame& frame) {
  constexpr std::int64_t kVbri = 36;
  if (bytes.look(offset + kVbri, 18) && bytes.starts_with("VBRI"))
    return bytes.big(4, 2) == 1 ? MpegIndex{.n_frames = bytes.big(14, 4),
                                            .bytes = static_cast<std::int64_t>(bytes.big(10, 4))}
                                : MpegIndex{};
  std::int64_t at = offset + frame.side_info_end;
  if (!bytes.look(at, 8) || !(bytes.starts_with("Xing") || bytes.starts_with("Info")))
    return std::nullopt;
  MpegIndex index;
  const std::uint64_t flags = bytes.big(4, 4);
  at += 8;
  if ((flags & 1) != 0) {
    if (bytes.look(at, 4)) index.n_frames = bytes.big(0, 4);
    at += 4;
  }
  if ((flags & 2) != 0) {
    if (bytes.look(at, 4)) index.bytes = static_cast<std::int64_t>(bytes.big(0, 4));
    at += 4;
  }
  if ((flags & 4) != 0) at += 100;
  if ((flags & 8) != 0) at += 4;
  // The encoder's name, and 21 bytes behind its beginning two numbers of 12 bits.
  if (bytes.look(at, 24) &&
      (bytes.starts_with("LAME") || bytes.starts_with("Lavf") || bytes.starts_with("Lavc"))) {
    index.has_delays = true;
    index.delay = static_cast<std::int64_t>(bytes.big(21, 3) >> 12);
    index.padding = static_cast<std::int64_t>(bytes.big(21, 3) & 0xFFF);
  }
  return index;
}

/// Behind a tag or zeros at `offset`; `offset` itself if there is none.
std::int64_t after_tags(FileBytes& bytes, std::int64_t offset) {
  for (std::int64_t before = -1; before != offset;) {
    before = offset;
    // A tag that claims more than the file holds is none: frames may follow.
    if (const auto behind = after_id3v2(bytes, offset); behind <= bytes.size()) offset = behind;
    if (bytes.look(offset, 32) && bytes.starts_with("APETAGEX")) {
      const auto count = static_cast<std::int64_t>(bytes.little(12, 4));
      const bool is_header = (bytes.little(20, 4) & 0x20000000) != 0;
      offset += is_header ? 32 + count : 32;  // a footer stands behind its items
    } else if (bytes.look(offset, 128) && bytes.starts_with("TAG")) {
      offset += bytes.starts_with("TAG+") && bytes.look(offset, 227) ? 227 : 128;
    } else if (bytes.look(offset, 11) && bytes.starts_with("LYRICSBEGIN")) {
      const auto end = bytes.text(offset, FileBytes::kLargestLook).find("LYRICS200");
      if (end != std::string_view::npos) offset += static_cast<std::int64_t>(end) + 9;
    } else {
      while (offset < bytes.size() && bytes.look(offset, 1) && bytes.data()[0] == 0) ++offset;
    }
  }
  return std::min(offset, bytes.size());
}

class MpegReader {
 public:
  explicit MpegReader(FileBytes& bytes) : bytes_(bytes) {}

  std::optional<AudioLayout> layout() {
    const auto start = find_start();
    if (!start) return std::nullopt;
    first_ = *frame_at(*start);
    const auto index = index_in(bytes_, *start, first_);
    std::int64_t offset = *start;
    if (index && index->counts()) offset += size_of(*start, first_);
    walk(offset);
    AudioLayout layout;
    layout.streams.push_back(std::move(view_));
    layout.mpeg = stream_of(index.value_or(MpegIndex{}), *start);
    return layout;
  }

 private:
  std::optional<MpegFrame> frame_at(std::int64_t offset) {
    if (!bytes_.look(offset, 4)) return std::nullopt;
    return parse_mpeg_header(static_cast<std::uint32_t>(bytes_.big(0, 4)));
  }

  /// Bytes of a frame; 0 where it is in free format and no next frame shows its end. All frames of
  /// a file in free format have one size, but for padding.
  int size_of(std::int64_t offset, const MpegFrame& frame) {
    if (frame.bytes != 0) return frame.bytes;
    if (free_bytes_ != 0) return free_bytes_ + frame.padding;
    constexpr int kSmallest = 24;
    for (int size = kSmallest; size < kLargestFreeFrame; ++size) {
      const auto next = frame_at(offset + size);
      if (!next || next->bytes != 0 || next->kind != frame.kind) continue;
      const int unpadded = size - frame.padding;
      const std::int64_t third = offset + size + unpadded + next->padding;
      const auto after = frame_at(third);
      const bool ends = after_tags(bytes_, third) >= bytes_.size();
      if (!ends && (!after || after->bytes != 0 || after->kind != frame.kind)) continue;
      free_bytes_ = unpadded;
      return size;
    }
    return 0;
  }

  /// Whether `count` frames of one kind stand at `offset`, or fewer up to a tag or the end.
  bool frames_follow(std::int64_t offset, int count) {
    const auto first = frame_at(offset);
    if (!first) return false;
    for (int n = 0; n < count; ++n) {
      const auto frame = frame_at(offset);
      if (!frame || frame->kind != first->kind) {
        const std::int64_t behind = after_tags(bytes_, offset);
        if (behind == bytes_.size()) return n > 0;
        if (behind == offset || !frame_at(behind)) return false;
        offset = behind;
        continue;
      }
      const int size = size_of(offset, *frame);
      if (size == 0) return false;
      // The last frame may be cut, if others show that it is one.
      if (size > bytes_.size() - offset) return n > 0;
      offset += size;
    }
    return true;
  }

  std::optional<std::int64_t> find_start() {
    const std::int64_t begin = after_tags(bytes_, 0);
    if (frames_follow(begin, kFramesToTrust)) return begin;
    const std::int64_t end = std::min(bytes_.size(), begin + kMostJunk);
    for (std::int64_t offset = begin; offset < end; ++offset) {
      free_bytes_ = 0;
      const auto frame = frame_at(offset);
      if (frame && frame->bytes != 0 && frames_follow(offset, 2 * kFramesToTrust)) return offset;
    }
    return std::nullopt;
  }

  void walk(std::int64_t offset) {
    while (offset < bytes_.size()) {
      const auto frame = frame_at(offset);
      const int size = frame && frame->kind == first_.kind ? size_of(offset, *frame) : 0;
      if (size == 0) {
        const std::int64_t behind = after_tags(bytes_, offset);
        if (behind == offset) return leave(offset);
        offset = behind;
        continue;
      }
      if (size > bytes_.size() - offset) {
        cut_short(bytes_, fmt::format("MPEG frame {}", n_frames_), static_cast<std::uint64_t>(size),
                  bytes_.size() - offset);
      }
      view_.add(offset, size);
      mono_ = mono_ || frame->channels == 1;
      stereo_ = stereo_ || frame->channels == 2;
      ++n_frames_;
      offset += size;
    }
  }

  /// What stands at `offset` is neither a frame nor a tag: the end, or damage.
  void leave(std::int64_t offset) {
    const std::int64_t left = bytes_.size() - offset;
    if (left < 4 && bytes_.look(offset, left) && bytes_.data()[0] == 0xFF)
      cut_short(bytes_, fmt::format("MPEG frame {}", n_frames_), 4, left);
    for (std::int64_t next = offset; next < bytes_.size(); ++next) {
      const auto frame = frame_at(next);
      if (!frame || (frame->bytes == 0) != (free_bytes_ != 0)) continue;
      if (!frames_follow(next, kFramesToTrust)) continue;
      if (frame->kind != first_.kind && next == offset) {
        damaged(bytes_, fmt::format("at byte {}, after {} frames of layer {} at {} Hz, it goes on "
                                    "with layer {} at {} Hz; join recordings by decoding them",
                                    offset, n_frames_, first_.layer, first_.rate_hz, frame->layer,
                                    frame->rate_hz));
      }
      damaged(bytes_, fmt::format("{} bytes at byte {} are neither an MPEG frame nor a tag",
                                  next - offset, offset));
    }
    if (left > kMostTail) {
      damaged(bytes_, fmt::format("the last {} bytes are neither MPEG frames nor a tag", left));
    }
  }

  MpegStream stream_of(const MpegIndex& index, std::int64_t start) {
    // Some programs count the frame of the index itself.
    if (static_cast<std::uint64_t>(n_frames_) + 1 < index.n_frames) {
      throw DataError(fmt::format("{}: cut short: its header claims {} MPEG frames, {} are there",
                                  bytes_.file().string(), index.n_frames, n_frames_));
    }
    MpegStream stream;
    stream.layer = first_.layer;
    stream.rate_hz = first_.rate_hz;
    stream.channels = stereo_ ? 2 : 1;
    stream.is_mixed = stereo_ && mono_;
    stream.frame_samples = first_.samples;
    stream.n_frames = n_frames_;
    stream.free_frame_bytes = free_bytes_;
    const std::int64_t all = n_frames_ * first_.samples;
    if (index.has_delays && first_.layer == 3) {
      stream.skip = std::min(all, index.delay + kDecoderDelay);
      // Counted from the frames that the index knows. If there are a few more, the padding lies in
      // the middle; if another file was joined on, it is kept, as ffmpeg does.
      const std::int64_t end = static_cast<std::int64_t>(index.n_frames) * first_.samples;
      const std::int64_t more = bytes_.size() - start - index.bytes;
      if (all > end && index.bytes != 0 && more > index.bytes / 16) return stream;
      const std::int64_t begin = std::max(stream.skip, end - index.padding + kDecoderDelay);
      if (begin < std::min(end, all)) {
        stream.drop_begin = begin;
        stream.drop_end = std::min(end, all);
      }
    }
    return stream;
  }

  FileBytes& bytes_;
  MpegFrame first_;
  int free_bytes_ = 0;  // of a frame in free format, without padding
  std::int64_t n_frames_ = 0;
  bool mono_ = false, stereo_ = false;
  AudioView view_;
};

}  // namespace

std::optional<AudioLayout> read_mpeg(FileBytes& bytes) { return MpegReader(bytes).layout(); }

}  // namespace genrebench
