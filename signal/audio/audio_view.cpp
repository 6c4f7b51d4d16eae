#include "signal/audio/audio_view.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace genrebench {

void AudioView::add(std::string bytes) {
  if (bytes.empty()) return;
  const auto count = static_cast<std::int64_t>(bytes.size());
  pieces_.push_back({.made = std::move(bytes), .offset = 0, .begin = size_, .count = count});
  size_ += count;
}

void AudioView::add(std::int64_t offset, std::int64_t count) {
  if (count <= 0) return;
  const bool goes_on = !pieces_.empty() && pieces_.back().made.empty() &&
                       pieces_.back().offset + pieces_.back().count == offset;
  if (goes_on)
    pieces_.back().count += count;
  else
    pieces_.push_back({.made = {}, .offset = offset, .begin = size_, .count = count});
  size_ += count;
}

void AudioView::add(const AudioView& other, std::int64_t from) {
  for (const Piece& piece : other.pieces_) {
    const std::int64_t skip = std::clamp<std::int64_t>(from - piece.begin, 0, piece.count);
    if (piece.made.empty())
      add(piece.offset + skip, piece.count - skip);
    else
      add(piece.made.substr(static_cast<std::size_t>(skip)));
  }
}

std::size_t AudioView::read(const FileBytes& file, std::int64_t position, void* to,
                            std::size_t count) const {
  auto piece = std::upper_bound(pieces_.begin(), pieces_.end(), position,
                                [](std::int64_t at, const Piece& p) { return at < p.begin; });
  if (piece == pieces_.begin()) return 0;
  --piece;
  std::size_t done = 0;
  for (; piece != pieces_.end() && done < count; ++piece) {
    const std::int64_t within = position - piece->begin;
    if (within >= piece->count) break;  // behind the end
    const auto n = std::min(count - done, static_cast<std::size_t>(piece->count - within));
    char* const out = static_cast<char*>(to) + done;
    std::size_t got = n;
    if (!piece->made.empty())
      std::memcpy(out, piece->made.data() + within, n);
    else
      got = file.read(piece->offset + within, out, n);
    done += got;
    position += static_cast<std::int64_t>(got);
    if (got < n) break;  // the file has shrunk
  }
  return done;
}

std::string little_endian(std::uint64_t value, int bytes) {
  std::string text;
  for (int i = 0; i < bytes; ++i) text += static_cast<char>(value >> (8 * i) & 0xFF);
  return text;
}

std::string big_endian(std::uint64_t value, int bytes) {
  std::string text = little_endian(value, bytes);
  std::reverse(text.begin(), text.end());
  return text;
}

}  // namespace genrebench
