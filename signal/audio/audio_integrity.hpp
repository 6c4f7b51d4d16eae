#pragma once
// Internal. Checks by the structure of its container whether a file was cut short. libsndfile reads
// such a file without an error.

#include <cstdint>
#include <filesystem>
#include <optional>

namespace genrebench {

/// Number of samples per channel of an MP3, by the count of its frames; absent for other formats,
/// and where there are gaps between the frames.
using Mp3Samples = std::optional<std::int64_t>;

/// Checks RIFF, RF64, FORM (AIFF), AU, Ogg and MPEG audio; other files pass.
/// @throws DataError  if the file ends too early
Mp3Samples check_container(const std::filesystem::path& file);

}  // namespace genrebench
