#pragma once
// What an experiment says of itself, beside its runs.

#include <string>
#include <vector>

#include "harness/plugin/options.hpp"

namespace genrebench {

/// Options of an experiment that no run has.
struct ExperimentOptions {
  std::string name;  ///< empty: as the file is named
  std::string description;
  /// Names of experiments whose results belong in the same reports.
  std::vector<std::string> compare_with;
};

const OptionTable<ExperimentOptions>& experiment_option_table();
/// The schema of experiment_option_table(), made once.
const OptionSchema& experiment_option_schema();

}  // namespace genrebench
