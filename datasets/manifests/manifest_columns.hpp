#pragma once
// What the columns of a list of tracks are.

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "datasets/manifests/cell_pattern.hpp"
#include "datasets/manifests/manifest_options.hpp"
#include "datasets/manifests/record_table.hpp"

namespace genrebench {

/// Columns of one list, by their places; absent ones are nothing.
struct ManifestColumns {
  /// A column that gives something a name: a kind of group, a published split, a feature.
  struct Named {
    std::string name;
    std::size_t place = 0;
  };
  /// A column that rows must have one of some values in.
  struct Condition {
    std::size_t place = 0;
    std::vector<std::string> values;
  };

  std::size_t genre = 0;
  std::optional<CellPattern> path = {};  ///< nothing: the tracks have no audio
  std::optional<std::size_t> id = {}, title = {}, start = {}, end = {}, md5 = {}, sources = {};
  std::vector<Named> groups = {};  ///< artist, album and song are among them
  std::vector<Named> splits = {}, folds = {};
  std::vector<Named> features = {};
  std::vector<Named> further = {};  ///< those that nothing else uses
  std::vector<Condition> conditions = {};
};

/// Finds the columns that the options name, and those whose names say what they are.
/// @throws DataError    a column that an option names is absent, other than one of a default name;
///                      there is neither an id nor a path
/// @throws ConfigError  a kind of group, a split or a feature has two columns; the path is no
///                      pattern
ManifestColumns find_manifest_columns(const ManifestOptions& options, const RecordTable& table);

}  // namespace genrebench
