#pragma once
// Folders of arrays, as those who compute embeddings leave them.

#include <filesystem>
#include <string>
#include <vector>

#include "base/npy.hpp"
#include "harness/plugin/dataset.hpp"

namespace genrebench::testing {

inline void write_vector(const std::filesystem::path& file, const std::vector<float>& values) {
  write_npy(file, values, std::vector<std::size_t>{values.size()});
}

/// Writes GENRE/ID.npy for every track.
/// @param values_of  std::vector<float>(const Track&)
template <typename Values>
void write_vectors(const std::filesystem::path& folder, const Dataset& dataset,
                   const Values& values_of) {
  for (const Track& track : dataset.tracks())
    write_vector(
        folder / dataset.genres().at(static_cast<std::size_t>(track.genre)) / (track.id + ".npy"),
        values_of(track));
}

}  // namespace genrebench::testing
