#pragma once
// Internal. Finds out from a file's containers whether the file was cut short: libsndfile shortens
// it silently.

#include <cstdint>
#include <filesystem>
#include <optional>

namespace genrebench {

/// Samples of one channel that an MP3 holds by the count of its frames; absent for other formats,
/// and where the frames do not follow each other without gaps.
using Mp3Samples = std::optional<std::int64_t>;

/// Looks at RIFF, RF64, FORM (AIFF), AU, Ogg and MPEG audio; other files pass.
/// @throws DataError  if the file can be seen to end too early
Mp3Samples check_container(const std::filesystem::path& file);

}  // namespace genrebench
