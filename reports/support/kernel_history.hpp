#pragma once
// The history of kernels as a report: what moved at which commit, and a figure for each benchmark.

#include <map>
#include <string>
#include <vector>

#include "harness/plugin/document.hpp"
#include "harness/records/kernel_records.hpp"
#include "reports/support/kernel_check.hpp"

namespace genrebench {

struct KernelHistoryOptions {
  double level = 0.001;     ///< of a change point
  double magnitude = 0.02;  ///< smaller changes are not marked
  std::size_t window = 50;
  std::size_t most_figures = 60;  ///< the others are in the data
};

/// A document with a table of all changes, the newest first, and a figure for each history: the
/// median of each session with the quarters of its repetitions, and marks where it moved. Histories
/// that moved come first.
/// @param sessions   comparable with each other, in the order of kernel_order(); at least one
/// @param histories  of them
/// @param notes      what people know of commits
Document kernel_history(const std::vector<KernelSession>& sessions,
                        const std::vector<KernelHistory>& histories,
                        const std::map<std::string, std::string>& notes,
                        const KernelHistoryOptions& options = {});

}  // namespace genrebench
