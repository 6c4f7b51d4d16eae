#pragma once
// Columns of a feature table that are the answer, or look like it.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/csv.hpp"
#include "datasets/folders/listed_dataset.hpp"

namespace genrebench {

/// Columns that are used, and that a reader of the results should know of.
struct SuspectColumns {
  /// Those that alone tell the genre of nearly all rows, with the share, "'x' (98 %)", and those
  /// that the user keeps although they tell it, with the reason.
  std::vector<std::string> telling;
  /// Those that count the rows of a table in which that tells nothing: "x".
  std::vector<std::string> counting;
};

/// What the user decided, by name of column.
struct ColumnChoice {
  const std::vector<std::string>& kept;
  const std::vector<std::string>& ignored;
};

/// Whether pandas names a column so that has no name, as an index that was written to the file.
bool is_nameless(std::string_view column);

/// Looks for features that tell the genre.
/// @param columns  of the table, that become features, in the order of Track::features
/// @param tracks   one per row
/// @throws DataError  one tells the genre, or is an index that pandas wrote, and is not kept; the
///                    message names all of them and the options to set
SuspectColumns find_suspect_columns(const CsvTable& table, const std::vector<std::size_t>& columns,
                                    const std::vector<NamedTrack>& tracks, ColumnChoice choice);

/// One line per kind that there is.
std::vector<std::string> notes_of(const SuspectColumns& columns);

}  // namespace genrebench
