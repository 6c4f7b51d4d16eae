#pragma once
// Genres that mean nothing, to see whether a run finds what it cannot find.

#include <cstdint>
#include <string>
#include <vector>

#include "harness/plugin/split.hpp"

namespace genrebench {

/// The genres of the tracks that a split uses in random order. Tracks of one cluster (an artist)
/// get one genre, so that an artist, song or recording on both sides of the split is still
/// recognised, and the accuracy then rises above chance: that is the leak to be found. Each genre
/// keeps its number of tracks, up to the size of a cluster. What the split leaves out keeps its
/// genre.
///
/// A method that finds the true genre elsewhere, such as in the name of a file, is not found by
/// this: what it says has nothing to do with the permuted genres.
/// @param genres    of each track
/// @param clusters  of each track, empty where it is not known; or empty altogether
/// Source: Ojala and Garriga, Permutation tests for studying classifier performance, JMLR 11, 2010,
///         test 1, with clusters for rows
std::vector<int> permuted_genres(const std::vector<int>& genres,
                                 const std::vector<std::string>& clusters, const Split& split,
                                 std::uint64_t seed);

}  // namespace genrebench
