#pragma once
// Columns of a feature table that tell the genre without being a feature: row numbers, codes of
// genres or songs.

#include <optional>
#include <span>
#include <string>

namespace genrebench {

/// Says what is suspicious of a column of numbers, or nothing where it may be a feature.
///
/// - It has one value in all tracks of a genre, and not the same in all genres: a code of genres,
/// or one column of a
///   one-hot code.
/// - It counts the rows, up or down in equal steps, or its values stand in equal steps, mostly
/// without gaps, in an order
///   that has each genre in one piece: an index, shifted, scaled, shuffled or thinned out.
/// - Each of its values is of one genre, many are repeated, and the genres are mixed in their
/// order: a code of songs or
///   artists.
///
/// Nothing is said where chance or a good feature could look like that: of constant columns, of few
/// tracks (the odds that chance makes such a column must be below one in a million), of a feature
/// that separates genres by a threshold.
/// @param genre  of each row, 0-based
std::optional<std::string> why_it_tells_the_genre(std::span<const float> values,
                                                  std::span<const int> genre);

}  // namespace genrebench
