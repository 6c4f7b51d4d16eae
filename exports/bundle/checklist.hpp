#pragma once
// A checklist of reproducibility, filled with what a store knows.

#include <string>
#include <vector>

#include "harness/records/store_reader.hpp"

namespace genrebench {

/// The checklist as Markdown. A box is ticked only where the store itself shows that the answer is
/// yes, with what it shows; all others are left to the authors.
/// @param runs  those of the bundle
/// Source: Pineau et al., Improving Reproducibility in Machine Learning Research, JMLR 22, 2021:
/// The Machine Learning Reproducibility Checklist, version 2.0
std::string reproducibility_checklist(const StoreReader& store, const std::vector<RunRecord>& runs);

}  // namespace genrebench
