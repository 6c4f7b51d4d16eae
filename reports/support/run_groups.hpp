#pragma once
// Groups of some of a store's runs.

#include <vector>

#include "reports/support/runs.hpp"

namespace genrebench {

/// group_runs() of runs that live elsewhere, such as those of a Scope that a report names.
std::vector<RunGroup> group_runs(const Runs& runs);

}  // namespace genrebench
