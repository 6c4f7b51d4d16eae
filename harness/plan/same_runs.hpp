#pragma once
// Whether runs that are planned again are still the runs that were stored.

#include <span>
#include <string>

#include "harness/plan/plan.hpp"
#include "harness/records/run_records.hpp"

namespace genrebench {

/// Checks that every planned run has the id of the stored run in the same place.
/// @param where   where the runs are stored, for the message: the store's file
/// @param advice  what the user can do: "submit again"
/// @throws DataError  naming the first run that differs, and whether its data or the program
/// changed
void same_runs_or_throw(std::span<const PlannedRun> planned, std::span<const RunRecord> stored,
                        const std::string& where, const std::string& advice);

}  // namespace genrebench
