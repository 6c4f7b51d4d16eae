#pragma once
// Gives the space back that a run store no longer needs.

#include <cstddef>
#include <filesystem>

#include "harness/store/store_places.hpp"

namespace genrebench {

struct VacuumSummary {
  StoreSize before, after;
  std::size_t archives = 0;  ///< removed stores of deleted runs
  std::size_t workers = 0;   ///< removed records of workers that have ended
  std::size_t folders = 0;   ///< removed folders beside the store that belong to no run
};

/// Removes deleted runs for good, and everything that belongs to no run.
/// @throws DataError  if the store cannot be written
VacuumSummary vacuum_store(const std::filesystem::path& file);

}  // namespace genrebench
