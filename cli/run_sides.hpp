#pragma once
// The two sides of `genrebench compare`: a run, or the runs of one configuration.

#include <string>
#include <vector>

#include "harness/records/run_records.hpp"
#include "harness/store/run_store.hpp"

namespace genrebench::cli {

/// Runs of one configuration that differ in their seeds, in the order of these.
struct RunSide {
  std::string name;             ///< as the user gave it
  std::vector<RunRecord> runs;  ///< at least one
};

/// Finds the runs that a word names:
///
/// - the id of a run, or the beginning of it;
/// - `EXPERIMENT/CELL`: the runs of an experiment's latest plan in one cell of its sweep. CELL is
///   conditions (`quickstart/method.name=svm excerpt.name=full`, run_conditions.hpp), or names of
///   plug-ins with commas or blanks between them (`quickstart/svm,full`).
///
/// @throws ConfigError  if no run is meant, or the runs differ in more than their seeds: names the
///                      parameters and their values
RunSide find_side(const RunStore& store, const std::string& word);

}  // namespace genrebench::cli
