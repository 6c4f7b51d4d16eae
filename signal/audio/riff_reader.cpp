// RIFF, RIFX, RF64 and BW64 files that hold WAVE, and Wave64, which is RIFF with sizes of 64 bits.

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/error.hpp"
#include "signal/audio/chunks.hpp"
#include "signal/audio/containers.hpp"

namespace genrebench {
namespace {

/// Whether a LIST chunk holds texts, each within the chunk. libsndfile 1.2.0 never returns from
/// reading one whose size is close to 2^32.
bool is_sound_list(FileBytes& bytes, const ChunkRules& rules, const Chunk& list) {
  const std::int64_t end = list.data + static_cast<std::int64_t>(list.claimed);
  if (list.claimed < 4 || !bytes.look(list.data, 4) || !bytes.starts_with("INFO")) return false;
  for (std::int64_t offset = list.data + 4; offset + 8 <= end;) {
    const auto text = chunk_at(bytes, rules, offset);
    if (!text || text->claimed > static_cast<std::uint64_t>(end - text->data)) return false;
    offset = text->data + static_cast<std::int64_t>(text->claimed + text->claimed % 2);
  }
  return true;
}

const Chunk& format_chunk(FileBytes& bytes, const FoundChunks& found) {
  const Chunk* format = chunk_named(found.before, "fmt ");
  if (format == nullptr) damaged(bytes, "expected a 'fmt ' chunk before the audio, found none");
  constexpr std::uint64_t kLargest = 4096;
  if (format->claimed < 14 || format->claimed > kLargest) {
    damaged(bytes, fmt::format("expected a 'fmt ' chunk of 14 to {} bytes, found {}", kLargest,
                               format->claimed));
  }
  return *format;
}

/// What the decoder needs of the chunks before and after the audio: the format, the number of
/// samples of codecs that fill blocks, and texts.
void add_kept(AudioView& view, FileBytes& bytes, const ChunkRules& rules,
              const std::vector<Chunk>& chunks) {
  for (const Chunk& chunk : chunks) {
    const bool count = chunk.id == "fact" && chunk.claimed <= 64;
    const bool texts = chunk.id == "LIST" && is_sound_list(bytes, rules, chunk);
    if (chunk.id == "fmt " || count || texts) add_chunk(view, rules, chunk);
  }
}

/// Sizes of a form that a field of 32 bits cannot hold stand in a 'ds64' chunk.
std::string ds64_chunk(std::int64_t form_bytes, std::int64_t audio_bytes) {
  return "ds64" + little_endian(28, 4) + little_endian(static_cast<std::uint64_t>(form_bytes), 8) +
         little_endian(static_cast<std::uint64_t>(audio_bytes), 8) + std::string(12, '\0');
}

}  // namespace

AudioLayout read_riff(FileBytes& bytes, std::int64_t start) {
  bytes.look(start, 12);
  const bool big = bytes.starts_with("RIFX");
  const bool form64 = bytes.starts_with("RF64") || bytes.starts_with("BW64");
  const ChunkRules rules{.start = start, .little_endian = !big};
  std::uint64_t form_bytes = big ? bytes.big(4, 4) : bytes.little(4, 4);
  std::optional<std::uint64_t> audio_claimed;
  const auto first = chunk_at(bytes, rules, start + 12);
  if (form64 && first && first->id == "ds64" && bytes.look(first->data, 16)) {
    form_bytes = bytes.little(0, 8);
    audio_claimed = bytes.little(8, 8);
  }
  const auto form_end = form_bytes + static_cast<std::uint64_t>(start) + 8;
  const FoundChunks found = find_chunks(bytes, rules, start + 12, form_end, audio_claimed);
  format_chunk(bytes, found);

  AudioView chunks;  // all but the head of the form
  add_kept(chunks, bytes, rules, found.before);
  constexpr std::int64_t kMost32 = 0xFFFFFFFF - (1 << 20);
  const bool write64 = form64 || (!big && found.audio_bytes > kMost32);
  add_audio(chunks, rules, "data", "", found,
            write64 ? std::optional<std::uint64_t>(0xFFFFFFFF) : std::nullopt);
  add_kept(chunks, bytes, rules, found.after);

  AudioView view;
  const std::int64_t rest = 4 + chunks.size();
  if (write64) {
    view.add("RF64" + little_endian(0xFFFFFFFF, 4) + "WAVE" +
             ds64_chunk(rest + 36, found.audio_bytes));
  } else {
    const auto size = static_cast<std::uint64_t>(rest);
    view.add(big ? "RIFX" + big_endian(size, 4) + "WAVE"
                 : "RIFF" + little_endian(size, 4) + "WAVE");
  }
  view.add(chunks);
  return {.streams = {view}, .mpeg = {}};
}

AudioLayout read_w64(FileBytes& bytes, std::int64_t start) {
  const ChunkRules rules{
      .start = start, .id_bytes = 16, .size_bytes = 8, .size_counts_header = true, .alignment = 8};
  bytes.look(start, 40);
  const std::uint64_t form_end = bytes.little(16, 8) + static_cast<std::uint64_t>(start);
  const FoundChunks found = find_chunks(bytes, rules, start + 40, form_end);
  format_chunk(bytes, found);
  AudioView chunks;
  for (const Chunk& chunk : found.before)
    if (chunk.id == "fmt " || (chunk.id == "fact" && chunk.claimed <= 64))
      add_chunk(chunks, rules, chunk);
  // Without padding behind it, which libsndfile would take for samples.
  const std::int64_t header = found.audio - rules.header_bytes();
  chunks.add(
      std::string(bytes.text(header, rules.id_bytes)) +
      little_endian(static_cast<std::uint64_t>(found.audio_bytes + rules.header_bytes()), 8));
  chunks.add(found.audio, found.audio_bytes);
  AudioView view;
  view.add(std::string(bytes.text(start, 16)) +
           little_endian(static_cast<std::uint64_t>(40 + chunks.size()), 8) +
           std::string(bytes.text(start + 24, 16)));
  view.add(chunks);
  return {.streams = {view}, .mpeg = {}};
}

}  // namespace genrebench
