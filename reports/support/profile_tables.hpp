#pragma once
// Where the time of runs went, as tables and a flame graph.

#include <cstddef>
#include <string>

#include "base/profile.hpp"
#include "harness/plugin/document.hpp"

namespace genrebench {

/// A row for each stage, those within another below it and indented.
Table profile_table(const Profile& profile, std::size_t n_runs);

/// A flame graph, the stages, the slowest tracks; all tracks as data.
/// @param of      what is profiled: "run 1234abcd"
/// @param n_runs  whose times are added
Document profile_document(const Profile& profile, const std::string& of, std::size_t n_runs);

}  // namespace genrebench
