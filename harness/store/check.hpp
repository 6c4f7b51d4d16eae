#pragma once
// Looks for damage and inconsistencies in a run store.

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "harness/records/run_records.hpp"
#include "harness/store/store_places.hpp"

namespace genrebench {

struct StoreCondition {
  int schema_version = 0;
  /// Whether the next three were counted. They are not if the store is damaged or has an older
  /// schema.
  bool counted = false;
  std::map<RunStatus, std::size_t> runs;  ///< number of runs by status
  std::size_t n_workers = 0;              ///< that have neither left nor been declared lost
  std::size_t n_experiments = 0;
  StoreSize size;
  /// One line per problem: damage, the first value that is not what it should be, runs whose worker
  /// is gone, done runs without a result, files that are missing or changed.
  std::vector<std::string> problems;
  std::vector<std::string> notes;  ///< remarks that are no problems
};

/// Checks everything and changes nothing. A store of an older schema is checked for damage only.
/// @throws DataError  if the file is missing, not a store, of a newer schema, or too damaged to be
/// opened
StoreCondition check_store(const std::filesystem::path& file);

}  // namespace genrebench
