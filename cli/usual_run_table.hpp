#pragma once
// The table of `genrebench runs` where no columns are asked for.

#include <cstddef>

#include "cli/run_listing.hpp"
#include "harness/plugin/document.hpp"

namespace genrebench::cli {

/// @param listing  of usual_columns()
/// @param width    of the terminal in columns: the least important columns are left out until the
///                 table fits, and a note names them; 0: as wide as it needs to be
Table usual_run_table(const Listing& listing, std::size_t width);

}  // namespace genrebench::cli
