#pragma once
// The runs of a study, each with its details: what tables of a page link to.

#include <map>
#include <string>

#include "harness/plugin/document.hpp"
#include "reports/support/runs.hpp"

namespace genrebench {

/// The id within a page of the details of a run.
std::string run_anchor(const std::string& run_id);

/// For each run its shortened ids, as tables show them, with the anchors of its details.
std::map<std::string, std::string> run_links(const Scope& scope);

/// One row per run: what tells it from the others, and its results.
Table runs_table(const StoreReader& store, const Scope& scope);

/// HTML with a folded part per run: whole id, state, message, final metrics, the configuration
/// where it differs from that of other runs, facts of the fit, and commands.
/// @param of_store  what commands end with, to name the store
std::string run_details(const StoreReader& store, const Scope& scope,
                        const std::string& of_store = {});

/// HTML with the configuration that all runs share; empty where there is none.
std::string shared_configuration(const Scope& scope);

}  // namespace genrebench
