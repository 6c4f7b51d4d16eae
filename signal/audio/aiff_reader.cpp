// AIFF, AIFC and Core Audio Format.

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "signal/audio/chunks.hpp"
#include "signal/audio/containers.hpp"

namespace genrebench {
namespace {

/// Bytes per sample of one channel; 0 where samples are not stored one by one.
std::int64_t sample_bytes(std::string_view compression, std::uint64_t bits) {
  constexpr std::array<std::string_view, 5> kOneByte = {"ulaw", "ULAW", "alaw", "ALAW", "raw "};
  if (std::ranges::find(kOneByte, compression) != kOneByte.end()) return 1;
  constexpr std::array<std::string_view, 11> kLinear = {
      "NONE", "sowt", "twos", "in24", "42ni", "in32", "23ni", "fl32", "FL32", "fl64", "FL64"};
  if (std::ranges::find(kLinear, compression) == kLinear.end()) return 0;
  return static_cast<std::int64_t>(bits + 7) / 8;
}

/// The COMM chunk with the number of samples that are there. Compressed audio keeps its own number.
std::string common_chunk(FileBytes& bytes, const Chunk& chunk, bool compressed_form,
                         std::int64_t audio_bytes) {
  std::string data(bytes.text(chunk.data, static_cast<std::int64_t>(chunk.claimed)));
  bytes.look(chunk.data, 8);
  const auto channels = static_cast<std::int64_t>(bytes.big(0, 2));
  const std::uint64_t bits = bytes.big(6, 2);
  const std::string compression =
      compressed_form && data.size() >= 22 ? data.substr(18, 4) : std::string("NONE");
  const std::int64_t frame = channels * sample_bytes(compression, bits);
  if (frame > 0) data.replace(2, 4, big_endian(static_cast<std::uint64_t>(audio_bytes / frame), 4));
  if (data.size() % 2 != 0) data += '\0';
  return "COMM" + big_endian(chunk.claimed, 4) + data;
}

}  // namespace

AudioLayout read_aiff(FileBytes& bytes, std::int64_t start) {
  const ChunkRules rules{
      .start = start, .little_endian = false, .audio_id = "SSND", .audio_prefix = 8};
  bytes.look(start, 12);
  const bool compressed_form = bytes.big(8, 4) == 0x41494643;  // AIFC
  const std::uint64_t form_end = bytes.big(4, 4) + static_cast<std::uint64_t>(start) + 8;
  const FoundChunks found = find_chunks(bytes, rules, start + 12, form_end);
  const Chunk* common = chunk_named(found.before, "COMM");
  if (common == nullptr) common = chunk_named(found.after, "COMM");
  constexpr std::uint64_t kLargest = 1024;  // AIFC has a name of up to 255 letters in it
  if (common == nullptr || common->claimed < 18 || common->claimed > kLargest)
    damaged(bytes, fmt::format("expected a 'COMM' chunk of 18 to {} bytes, found {}", kLargest,
                               common == nullptr ? 0 : common->claimed));

  // Audio may begin some bytes into its chunk, to lie at a multiple of a block.
  FoundChunks audio = found;
  if (!bytes.look(found.audio - 8, 8)) cut_short(bytes, "the 'SSND' chunk", 8, 0);
  const auto gap = static_cast<std::int64_t>(bytes.big(0, 4));
  if (gap > found.audio_bytes)
    cut_short(bytes, "the gap before the audio of the 'SSND' chunk", bytes.big(0, 4),
              found.audio_bytes);
  audio.audio += gap;
  audio.audio_bytes -= gap;

  AudioView chunks;
  if (const Chunk* version = chunk_named(found.before, "FVER"); version && version->claimed == 4)
    add_chunk(chunks, rules, *version);
  chunks.add(common_chunk(bytes, *common, compressed_form, audio.audio_bytes));
  constexpr std::uint64_t kLongestText = 1 << 16;
  for (const auto* part : {&found.before, &found.after})
    for (const Chunk& chunk : *part) {
      const bool text = chunk.id == "NAME" || chunk.id == "AUTH" || chunk.id == "(c) ";
      if (text && chunk.claimed < kLongestText) add_chunk(chunks, rules, chunk);
    }
  add_audio(chunks, rules, "SSND", std::string(8, '\0'), audio);
  AudioView view;
  view.add("FORM" + big_endian(static_cast<std::uint64_t>(4 + chunks.size()), 4) +
           (compressed_form ? "AIFC" : "AIFF"));
  view.add(chunks);
  return {.streams = {view}, .mpeg = {}};
}

AudioLayout read_caf(FileBytes& bytes, std::int64_t start) {
  const ChunkRules rules{
      .start = start, .size_bytes = 8, .little_endian = false, .alignment = 1, .audio_prefix = 4};
  const FoundChunks found = find_chunks(bytes, rules, start + 8, /*form_end=*/0);
  const Chunk* format = chunk_named(found.before, "desc");
  if (format == nullptr || format->claimed != 32)
    damaged(bytes, "expected a 'desc' chunk of 32 bytes before the audio, found none");
  AudioView view;
  view.add(start, 8);
  add_chunk(view, rules, *format);
  for (const auto* part : {&found.before, &found.after})
    for (const Chunk& chunk : *part)
      if (chunk.id == "kuki" || chunk.id == "pakt" || chunk.id == "info")
        add_chunk(view, rules, chunk);
  add_audio(view, rules, "data", std::string(4, '\0'), found);
  return {.streams = {view}, .mpeg = {}};
}

}  // namespace genrebench
