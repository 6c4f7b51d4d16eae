#pragma once
// What `plan`, `run` and `report` share: words of the command line to experiments.

#include <string>
#include <vector>

#include "harness/experiment/experiment.hpp"
#include "harness/plugin/registry.hpp"

namespace genrebench::cli {

/// Words that hold `=` override keys in every file; the others are experiment files.
/// @throws ConfigError  if no file is named, or two experiments have one name
std::vector<Experiment> load_experiments(const std::vector<std::string>& words,
                                         const Registry& registry);

/// "svm, chunks of gtzan": what tells a run from others, without its seed.
std::string label(const RunSpec& spec);

}  // namespace genrebench::cli
