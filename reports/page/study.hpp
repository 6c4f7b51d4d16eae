#pragma once
// What a page says of a study beside its reports.

#include <map>
#include <string>
#include <vector>

#include "harness/plugin/document.hpp"
#include "reports/support/runs.hpp"

namespace genrebench {

/// The experiments, and the data with its splits.
Document what_was_run(const Scope& scope);

/// Every method, feature, excerpt and split with all its options, each once.
Table plugins_of(const Scope& scope);

/// Runs that failed, were skipped, pruned or lost, with their messages; tracks that could not be
/// used; a sentence where there is none of these.
Document what_failed(const StoreReader& store, const Scope& scope);

/// Programs, libraries and machines, each with the number of runs that had it.
Document environment_of(const StoreReader& store, const Scope& scope);

/// Where the study came from and the commands that make it again.
/// @param commands      that make the page
/// @param run_commands  that make the runs, by experiment file
/// @param of_store      what commands end with, to name the store
Document how_to_reproduce(const Scope& scope, const std::vector<std::string>& commands,
                          const std::map<std::string, std::string>& run_commands = {},
                          const std::string& of_store = {});

}  // namespace genrebench
