#pragma once
// What a file is, by its content, for messages about files that are not read.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "signal/audio/file_bytes.hpp"

namespace genrebench {

/// What the first bytes of a file say that it is, as a phrase that follows "found": "an HTML page",
/// "a Git LFS pointer", "AAC in MP4", "an ID3 tag without audio behind it", "an empty file",
/// "text that begins 'Dear …'", "bytes of no known kind (5A 3C …)". The name does not count.
/// @throws DataError  the file cannot be read
std::string describe_content(const std::filesystem::path& file);

/// The same for content that a signature of its own marks, which excludes MPEG audio: that has
/// none.
/// @param offset  where to look, after any ID3v2 tag
/// @throws FileUnreadable
std::optional<std::string> signed_kind(FileBytes& bytes, std::int64_t offset);

}  // namespace genrebench
