#pragma once
// From a YAML file and `key=value` words to the runs of an experiment, every option resolved and
// checked.

#include <filesystem>
#include <string>
#include <vector>

#include "harness/experiment/experiment.hpp"
#include "harness/plugin/registry.hpp"

namespace genrebench {

/// What to do with `${NAME}` where the environment has no variable NAME.
enum class UnsetVariables {
  refuse,  ///< throw
  /// Leave the text as it is in options that are paths, and throw elsewhere. Reports use this: they
  /// need no data, so the paths need not exist.
  keep_in_paths
};

/// Reads an experiment. Its keys:
///
/// - `name`, `description`;
/// - `extends`: a file whose keys this one overrides;
/// - `dataset`, `split`, `excerpt`, `features`, `method`: the plug-ins. Below such a key, `name`
///   (`kind` for split) chooses the plug-in, other words are its options, and the name of any
///   plug-in opens a map of options that apply only where that plug-in is chosen:
///   `method: {svm: {c: 10}, knn: {neighbours: 3}}`;
/// - those of RunOptions, and `prune`, a map of PruneOptions;
/// - `sweep` (`grid`, `zip`, `random`) and `seeds`;
/// - `reports`: names of reports, or maps of one name to its options:
///   `reports: [summary, {ablation: {key: split.unit}}]`;
/// - `compare_with`: names of experiments whose results belong in the same reports.
///
/// `${NAME}` in a value stands for the environment variable.
/// @param overrides  `key=value` words. They replace what the file says, including the axes of its
///                   sweep.
/// @throws ConfigError  naming file, line and column, the key, what was expected and what was found
Experiment load_experiment(const std::filesystem::path& file,
                           const std::vector<std::string>& overrides, const Registry& registry,
                           UnsetVariables unset = UnsetVariables::refuse);

}  // namespace genrebench
