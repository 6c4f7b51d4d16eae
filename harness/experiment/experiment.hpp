#pragma once
// An experiment: a name, its runs, and the reports on them.

#include <string>
#include <vector>

#include "harness/experiment/report_choice.hpp"
#include "harness/experiment/run_spec.hpp"

namespace genrebench {

/// An experiment file, read and expanded by load_experiment(), or put together from stored runs.
struct Experiment {
  std::string name;
  std::string description;
  std::string source_file;
  std::vector<ReportChoice> reports;           ///< what `report FILE` writes
  std::vector<std::string> compare_with = {};  ///< names of experiments that its reports show
                                               ///< beside it
  std::vector<RunSpec> runs;  ///< in the order of the sweep, seeds innermost; no two are equal
};

}  // namespace genrebench
