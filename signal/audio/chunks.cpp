#include "signal/audio/chunks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/error.hpp"

namespace genrebench {
namespace {

constexpr std::size_t kMostChunks = 100000;

bool is_printable(std::string_view id) {
  return std::ranges::all_of(id, [](char c) { return c >= ' ' && c <= '~'; });
}

std::int64_t left_from(const FileBytes& bytes, std::int64_t offset) {
  return std::max<std::int64_t>(0, bytes.size() - offset);
}

bool is_whole(const FileBytes& bytes, const Chunk& chunk) {
  return chunk.claimed <= static_cast<std::uint64_t>(left_from(bytes, chunk.data));
}

/// Chunks begin at multiples of the alignment; some programs forget that.
std::int64_t next_chunk(FileBytes& bytes, const ChunkRules& rules, std::int64_t end) {
  const std::int64_t over = (end - rules.start) % rules.alignment;
  if (over == 0) return end;
  const std::int64_t aligned = end + rules.alignment - over;
  const auto looks_right = [&](std::int64_t offset) {
    const auto chunk = chunk_at(bytes, rules, offset);
    return chunk && is_printable(chunk->id) && is_whole(bytes, *chunk);
  };
  return !looks_right(aligned) && looks_right(end) ? end : aligned;
}

/// A file of the same kind that is joined to this one is no chunk of it.
bool begins_a_form(const Chunk& chunk) {
  constexpr std::array<std::string_view, 7> kForms = {"RIFF", "RIFX", "RF64", "BW64",
                                                      "FORM", "riff", "caff"};
  return std::ranges::find(kForms, chunk.id) != kForms.end();
}

/// Whether whole chunks follow `offset`, up to the end or to what is_harmless_tail. A chunk of
/// metadata may be cut: the audio before it is whole.
bool chunks_follow(FileBytes& bytes, const ChunkRules& rules, std::int64_t offset) {
  bool some = false;
  for (std::size_t n = 0; n < kMostChunks; ++n) {
    const auto chunk = chunk_at(bytes, rules, offset);
    if (!chunk || !is_printable(chunk->id) || begins_a_form(*chunk)) break;
    if (!is_whole(bytes, *chunk)) {
      constexpr std::array<std::string_view, 9> kMetadata = {"LIST", "id3 ", "ID3 ", "bext", "iXML",
                                                             "_PMX", "JUNK", "cue ", "info"};
      return std::ranges::find(kMetadata, chunk->id) != kMetadata.end();
    }
    some = true;
    offset = next_chunk(bytes, rules, chunk->data + static_cast<std::int64_t>(chunk->claimed));
  }
  return some && (offset >= bytes.size() || is_harmless_tail(bytes, offset));
}

/// How much of what follows `audio` is audio, given what its chunk claims.
std::int64_t settle(FileBytes& bytes, const ChunkRules& rules, std::int64_t audio,
                    std::uint64_t claimed, std::uint64_t form_end) {
  const std::int64_t there = left_from(bytes, audio);
  const auto size = static_cast<std::uint64_t>(bytes.size());
  const std::string what = fmt::format("the '{}' chunk", rules.audio_id);
  if (is_unknown_size(claimed)) return there;
  if (claimed == 0) {
    const bool empty = there > 0 && chunks_follow(bytes, rules, audio);
    return empty ? 0 : there;
  }
  if (claimed > static_cast<std::uint64_t>(there)) {
    const bool lacks_padding = claimed == static_cast<std::uint64_t>(there) + 1;
    const bool form_is_whole = form_end + 1 >= size && form_end <= size + 1;
    const bool counts_header = (claimed == size || claimed + 8 == size) && form_end <= size + 1;
    if (lacks_padding || form_is_whole || counts_header) return there;
    cut_short(bytes, what, claimed, there);
  }
  const auto end = audio + static_cast<std::int64_t>(claimed);
  const std::int64_t over = (end - rules.start) % rules.alignment;
  const std::int64_t aligned = over == 0 ? end : end + rules.alignment - over;
  if (aligned >= bytes.size() || chunks_follow(bytes, rules, aligned) ||
      chunks_follow(bytes, rules, end) || is_harmless_tail(bytes, end) ||
      is_harmless_tail(bytes, aligned))
    return static_cast<std::int64_t>(claimed);
  damaged(bytes, fmt::format("{} claims {} bytes, and {} bytes that are no chunk follow it", what,
                             claimed, bytes.size() - end));
}

void walk_after_audio(FileBytes& bytes, const ChunkRules& rules, FoundChunks& found) {
  std::int64_t offset = next_chunk(bytes, rules, found.audio + found.audio_bytes);
  for (std::size_t n = 0; n < kMostChunks; ++n) {
    const auto chunk = chunk_at(bytes, rules, offset);
    if (!chunk || !is_printable(chunk->id) || !is_whole(bytes, *chunk)) return;
    if (chunk->id == rules.audio_id) {
      damaged(bytes, fmt::format("expected one '{}' chunk, found another one at byte {}",
                                 rules.audio_id, offset));
    }
    found.after.push_back(*chunk);
    offset = next_chunk(bytes, rules, chunk->data + static_cast<std::int64_t>(chunk->claimed));
  }
}

}  // namespace

std::optional<Chunk> chunk_at(FileBytes& bytes, const ChunkRules& rules, std::int64_t offset) {
  if (!bytes.look(offset, rules.header_bytes())) return std::nullopt;
  Chunk chunk;
  chunk.id.assign(reinterpret_cast<const char*>(bytes.data()), 4);
  chunk.begin = offset;
  chunk.data = offset + rules.header_bytes();
  chunk.claimed = rules.little_endian ? bytes.little(rules.id_bytes, rules.size_bytes)
                                      : bytes.big(rules.id_bytes, rules.size_bytes);
  if (rules.size_counts_header && !is_unknown_size(chunk.claimed)) {
    const auto header = static_cast<std::uint64_t>(rules.header_bytes());
    chunk.claimed -= std::min(chunk.claimed, header);
  }
  return chunk;
}

FoundChunks find_chunks(FileBytes& bytes, const ChunkRules& rules, std::int64_t offset,
                        std::uint64_t form_end, std::optional<std::uint64_t> audio_claimed) {
  FoundChunks found;
  for (std::size_t n = 0; n < kMostChunks; ++n) {
    const auto chunk = chunk_at(bytes, rules, offset);
    if (!chunk) break;
    if (chunk->id == rules.audio_id) {
      std::uint64_t claimed = audio_claimed.value_or(chunk->claimed);
      if (!is_unknown_size(claimed))
        claimed -= std::min<std::uint64_t>(claimed, rules.audio_prefix);
      found.audio = chunk->data + rules.audio_prefix;
      found.audio_bytes = settle(bytes, rules, found.audio, claimed, form_end);
      walk_after_audio(bytes, rules, found);
      return found;
    }
    if (!is_whole(bytes, *chunk)) {
      damaged(bytes,
              fmt::format("expected a '{}' chunk; the chunk at byte {} claims {} bytes, {} "
                          "are there",
                          rules.audio_id, offset, chunk->claimed, left_from(bytes, chunk->data)));
    }
    if (is_printable(chunk->id)) found.before.push_back(*chunk);
    offset = next_chunk(bytes, rules, chunk->data + static_cast<std::int64_t>(chunk->claimed));
  }
  throw DataError(fmt::format("{}: cut short or damaged: expected a '{}' chunk, found none",
                              bytes.file().string(), rules.audio_id));
}

const Chunk* chunk_named(std::span<const Chunk> chunks, std::string_view id) {
  const auto found = std::ranges::find(chunks, id, &Chunk::id);
  return found == chunks.end() ? nullptr : &*found;
}

void add_chunk(AudioView& view, const ChunkRules& rules, const Chunk& chunk) {
  const auto claimed = static_cast<std::int64_t>(chunk.claimed);
  view.add(chunk.begin, chunk.data - chunk.begin + claimed);
  const std::int64_t over = (chunk.data - chunk.begin + claimed) % rules.alignment;
  if (over != 0) view.add(std::string(static_cast<std::size_t>(rules.alignment - over), '\0'));
}

void add_audio(AudioView& view, const ChunkRules& rules, const std::string& id,
               const std::string& prefix, const FoundChunks& found,
               std::optional<std::uint64_t> claim) {
  const std::int64_t count = found.audio_bytes + static_cast<std::int64_t>(prefix.size());
  const std::uint64_t size = claim.value_or(
      static_cast<std::uint64_t>(count) +
      (rules.size_counts_header ? static_cast<std::uint64_t>(rules.header_bytes()) : 0));
  view.add(id +
           (rules.little_endian ? little_endian(size, rules.size_bytes)
                                : big_endian(size, rules.size_bytes)) +
           prefix);
  view.add(found.audio, found.audio_bytes);
  const std::int64_t over = (rules.header_bytes() + count) % rules.alignment;
  if (over != 0) view.add(std::string(static_cast<std::size_t>(rules.alignment - over), '\0'));
}

bool is_unknown_size(std::uint64_t claimed) {
  constexpr std::uint64_t kHeader = 1 << 16;  // what a program may have taken off or added
  for (const std::uint64_t most : {std::uint64_t{1} << 31, std::uint64_t{1} << 32}) {
    if (claimed <= most && claimed + kHeader >= most) return true;
  }
  // sox takes 0x7F000000 for AIFF, and adds its header.
  if (claimed >= 0x7F000000 && claimed <= 0x7F000000 + kHeader) return true;
  return claimed >= (std::uint64_t{1} << 63) - kHeader;
}

void cut_short(const FileBytes& bytes, std::string_view what, std::uint64_t claimed,
               std::int64_t there) {
  throw DataError(fmt::format("{}: cut short: {} claims {} bytes, {} are there",
                              bytes.file().string(), what, claimed, there));
}

void damaged(const FileBytes& bytes, std::string_view what) {
  throw DataError(fmt::format("{}: damaged: {}", bytes.file().string(), what));
}

bool is_harmless_tail(FileBytes& bytes, std::int64_t offset) {
  if (left_from(bytes, offset) < 8) return true;
  const std::string_view begin = bytes.text(offset, 8);
  for (const std::string_view tag : {"TAG", "ID3", "APETAGEX", "LYRICS"})
    if (begin.starts_with(tag)) return true;
  return bytes.only_zeros_from(offset);
}

}  // namespace genrebench
