#pragma once
// One run of an experiment: its plug-ins and options, and how they are written as text.

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "harness/experiment/plugin_choice.hpp"
#include "harness/experiment/pruning.hpp"
#include "harness/experiment/run_options.hpp"
#include "harness/plugin/registry.hpp"

namespace genrebench {

/// One run with every option resolved. It knows nothing of data: a plan adds them (PlannedRun).
struct RunSpec {
  std::uint64_t seed = 0;
  /// The run's plug-ins; split, features and method are empty for task segmentation.
  PluginChoice dataset, split, excerpt, features, method;
  RunOptions options;
  PruneOptions prune;
  /// Options of the method to search on the validation part, by name, with the values to try.
  std::map<std::string, std::vector<OptionValue>> tune;
  /// Options that decide how the run is done and not its result ("retries", "prune.kind"), by
  /// dotted key, where they differ from the defaults. They are stored, so that whoever resumes the
  /// run from the store handles it in the same way.
  std::map<std::string, std::string> handling;
  /// What deforms the audio of the test part, and of copies of the training tracks that the method
  /// learns from besides the tracks themselves; the name is empty where nothing does.
  PluginChoice deform, deform_train;

  /// True if the test part is deformed. The method is then that of the clean run: the same run
  /// without `deform`.
  bool deformed() const { return !deform.name.empty(); }

  bool segmentation() const { return options.task == Task::segmentation; }

  /// Every resolved value as text, by dotted key ("method.c"): what the store records.
  std::map<std::string, std::string> parameters(const Registry& registry) const;

  /// The part of parameters() that decides the result: without paths, presets and values that are
  /// the defaults.
  std::map<std::string, std::string> identity(const Registry& registry) const;

  /// The files whose content decides the result too, by dotted key ("method.weights"); of a list
  /// each by its key and place ("method.files#000").
  std::map<std::string, std::filesystem::path> content_files(const Registry& registry) const;

  /// The run that parameters() describes. For many runs StoredRunReader is faster.
  /// @throws DataError  if a plug-in or an option is unknown: another version of the program stored
  /// it
  static RunSpec from_parameters(const std::map<std::string, std::string>& parameters,
                                 std::uint64_t seed, const Registry& registry);
};

/// The run without `deform`, whose model a deformed run uses.
inline RunSpec clean_twin(RunSpec spec) {
  spec.deform = {};
  return spec;
}

}  // namespace genrebench
