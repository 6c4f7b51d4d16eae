#pragma once
// Finds columns of a feature table that reveal the genre without being a feature: row numbers,
// codes of genres or songs.

#include <optional>
#include <span>
#include <string>

namespace genrebench {

/// Says what is suspicious about a column of numbers. Returns nothing if it may be a feature. A
/// column is suspicious if:
///
/// - It has one value in all tracks of a genre, but not the same one in all genres: a code of
///   genres, or one column of a one-hot code.
/// - It counts the rows of a table in which neighbours are of one genre more often than by chance,
///   or its values are in equal steps with few gaps and each genre's values are contiguous: an
///   index, possibly shifted, scaled, shuffled or thinned out.
/// - Each of its values occurs in one genre only, many values are repeated, and the genres are
///   mixed in the order of the values: a code of songs or artists.
///
/// A column is not suspicious if chance or a good feature could explain it: constant columns, few
/// tracks (the probability that chance makes such a column must be below one in a million),
/// features that separate genres by a threshold.
/// @param genre  of each row, 0-based
std::optional<std::string> why_it_tells_the_genre(std::span<const float> values,
                                                  std::span<const int> genre);

/// Whether a column counts the rows, up or down in equal steps, 12 rows at least.
bool counts_rows(std::span<const float> values);

/// The share of rows whose genre the column alone tells: that of most other rows of the same value,
/// or else of both its neighbours in the order of the values. A column that tells nearly all may be
/// a good feature, or the answer with a few slips.
/// @return  nothing if chance, or always naming the largest genre, would be right as often
std::optional<double> share_told_alone(std::span<const float> values, std::span<const int> genre);

}  // namespace genrebench
