#pragma once
// Internal. Files made of chunks, each with a name, a size and data: RIFF, AIFF, Wave64 and CAF.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "signal/audio/audio_view.hpp"
#include "signal/audio/file_bytes.hpp"

namespace genrebench {

/// How a family of containers writes its chunks.
struct ChunkRules {
  std::int64_t start = 0;  ///< of the container in the file; chunks are aligned relative to it
  int id_bytes = 4;        ///< 16 for GUIDs, whose first four bytes are taken for the name
  int size_bytes = 4;
  bool little_endian = true;
  bool size_counts_header = false;
  int alignment = 2;
  std::string_view audio_id = "data";  ///< name of the chunk that holds the audio
  int audio_prefix = 0;                ///< bytes of that chunk before the audio
  std::int64_t header_bytes() const { return id_bytes + size_bytes; }
};

struct Chunk {
  std::string id;
  std::int64_t begin = 0;     ///< of its header, in the file
  std::int64_t data = 0;      ///< after its header
  std::uint64_t claimed = 0;  ///< bytes of data, by its size field
};

/// The chunks of a file, in order. All but the audio lie in the file as a whole.
struct FoundChunks {
  std::vector<Chunk> before, after;
  std::int64_t audio = 0;        ///< the first byte of audio, after any prefix
  std::int64_t audio_bytes = 0;  ///< what is there
};

/// Walks over the chunks from `offset` to the end of the file and settles how much audio there is.
/// A size that is zero, that programs write when they do not know the length, or that exceeds a
/// form which is whole, means all that follows.
/// @param form_end       the end of the form by its own size field
/// @param audio_claimed  replaces the size of the audio chunk (RF64 has it elsewhere)
/// @throws DataError     no or several audio chunks; cut short; bytes after the audio that are no
/// chunk, which
///                       shows that the size is too small
FoundChunks find_chunks(FileBytes& bytes, const ChunkRules& rules, std::int64_t offset,
                        std::uint64_t form_end, std::optional<std::uint64_t> audio_claimed = {});

/// The chunk whose header is at `offset`, if the file holds its header.
std::optional<Chunk> chunk_at(FileBytes& bytes, const ChunkRules& rules, std::int64_t offset);

/// The first of the chunks with that name, or null.
const Chunk* chunk_named(std::span<const Chunk> chunks, std::string_view id);

/// Adds a whole chunk as it stands, with its padding.
void add_chunk(AudioView& view, const ChunkRules& rules, const Chunk& chunk);

/// Adds the audio as one chunk of the right size. @param id  the chunk's name as the file writes it
/// @param prefix  bytes of the chunk before the audio @param claim  the size field; none: the size
void add_audio(AudioView& view, const ChunkRules& rules, const std::string& id,
               const std::string& prefix, const FoundChunks& found,
               std::optional<std::uint64_t> claim = {});

/// Whether a size stands for "not known yet": 2^31 - 1, 2^32 - 1 and their like, which programs
/// write into pipes, some less the bytes of their header; 2^63 - 1 and 2^64 - 1.
bool is_unknown_size(std::uint64_t claimed);

/// @throws DataError  "FILE: cut short: WHAT claims CLAIMED bytes, THERE are there"
[[noreturn]] void cut_short(const FileBytes& bytes, std::string_view what, std::uint64_t claimed,
                            std::int64_t there);

/// @throws DataError  "FILE: damaged: WHAT"
[[noreturn]] void damaged(const FileBytes& bytes, std::string_view what);

/// Whether only tags (ID3, APE, Lyrics3), zeros or fewer than eight bytes follow `offset`.
bool is_harmless_tail(FileBytes& bytes, std::int64_t offset);

}  // namespace genrebench
