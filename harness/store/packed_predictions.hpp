#pragma once
// The predictions of one part of a run as the three blobs of a row: which tracks, what was said,
// and how sure. A row of its own for each track would take half as much again.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace genrebench {

/// Keys of rows as little-endian integers of 16 bits each, or of 32 bits if one of them needs them.
/// @param keys  each from 0 to 2^32 - 1
std::string packed_keys(const std::vector<std::int64_t>& keys);

/// The keys of packed_keys(). @param n  their number
/// @return  nothing if the size fits neither width
std::optional<std::vector<std::int64_t>> unpacked_keys(std::string_view bytes, std::size_t n);

/// Classes as one byte each, or as 16 bits, little-endian, if one of them is above 255.
/// @param classes  each from 0 to 65535
std::string packed_classes(const std::vector<int>& classes);

/// The classes of packed_classes(). @return  nothing if the size fits neither width
std::optional<std::vector<int>> unpacked_classes(std::string_view bytes, std::size_t n);

/// Probabilities as 32-bit floats, little-endian, track after track; empty if no track has any. A
/// track without probabilities among others that have them is filled up with NaN.
/// @return  nothing if two tracks have different numbers of them
std::optional<std::string> packed_probabilities(const std::vector<std::vector<float>>& tracks);

/// The probabilities of tracks, one after the other.
struct UnpackedProbabilities {
  std::vector<float> all;
  std::size_t n_classes = 0;
  std::vector<bool> has;  ///< of each track; empty: all have some, or none has

  /// Those of a track; empty if it has none.
  std::span<const float> of(std::size_t track) const {
    if (all.empty() || (!has.empty() && !has[track])) return {};
    return std::span(all).subspan(track * n_classes, n_classes);
  }
};

/// The probabilities of packed_probabilities().
/// @return  nothing if the size fits neither, or a number is not finite and not of such a track
std::optional<UnpackedProbabilities> unpacked_probabilities(std::string_view bytes,
                                                            std::size_t n_tracks,
                                                            std::size_t n_classes);

}  // namespace genrebench
