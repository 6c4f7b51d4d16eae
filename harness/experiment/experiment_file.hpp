#pragma once
// An experiment file as read, before its values are checked and its sweep is expanded.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "harness/experiment/report_entries.hpp"
#include "harness/experiment/settings.hpp"
#include "harness/experiment/sweep.hpp"
#include "harness/plugin/registry.hpp"

namespace genrebench {

/// The content of an experiment file, those that it extends included.
struct ExperimentFile {
  Settings settings;
  std::vector<Axis> axes;
  std::vector<std::uint64_t> seeds;  ///< empty: not given
  std::vector<ReportEntry> reports;
  std::vector<std::string> files;  ///< this file and those that it extends
};

/// Reads a file and those that it extends, at most 32. A file's `sweep`, `seeds` and `reports`
/// replace those of the file that it extends as a whole; other keys replace equal keys.
/// @throws ConfigError  if a file cannot be read, is not YAML, has a key twice or extends itself
ExperimentFile read_experiment_file(const std::filesystem::path& file);

/// Applies a `key=value` word of the command line. The value of a key that takes one value is the
/// text as it stands (Setting::typed); that of other keys is YAML. A key that the file sweeps over
/// is no longer swept; `sweep.grid.KEY=[values]` gives it another axis.
/// @throws ConfigError
void apply_override(const std::string& word, const Registry& registry, ExperimentFile& file);

}  // namespace genrebench
