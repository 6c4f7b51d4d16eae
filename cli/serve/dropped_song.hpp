#pragma once
// Segmentation of a sound file that a viewer drops on the page.

#include <cstddef>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "harness/plugin/registry.hpp"

namespace genrebench::cli {

/// Receives the bytes of a file, in order. @return  false if there were more than it takes
using ByteSink = std::function<bool(std::string_view)>;

/// Writes bytes to a file that must not exist yet.
/// @param give  calls its argument with all bytes; returns false if they came to no end
/// @param most  largest number of bytes
/// @throws DataError  if there are more, none, not all of them came, or they cannot be written
void receive_file(const std::filesystem::path& file,
                  const std::function<bool(const ByteSink&)>& give, std::size_t most);

/// The recurring parts of a song, found with the default options of `genrebench segment`: what
/// segmentation_json() says, and "minimum" and "maximum" of equally long columns of samples.
/// @throws DataError  if it is no sound file, damaged or too short
std::string segmented_song(const std::filesystem::path& file, const Registry& registry,
                           int threads);

}  // namespace genrebench::cli
