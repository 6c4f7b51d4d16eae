#pragma once
// From words of the command line to experiments and plans.

#include <string>
#include <vector>

#include "cli/command.hpp"
#include "harness/experiment/experiment.hpp"
#include "harness/plan/plan.hpp"

namespace genrebench::cli {

/// Words of a command line: those that hold `=` are overrides, the others name something.
struct SortedWords {
  std::vector<std::string> names, overrides;
};
SortedWords sort_words(const std::vector<std::string>& words);

/// Words that hold `=` override keys in every file; the others are experiment files.
/// @throws ConfigError  if no file is named, or two experiments have one name
std::vector<Experiment> load_experiments(const std::vector<std::string>& words,
                                         const Registry& registry);

/// The plans of these experiments.
std::vector<Plan> make_plans(Context& context, const std::vector<std::string>& words);

/// "svm, chunks of gtzan": what distinguishes a run from others, without its seed.
std::string label(const RunSpec& spec);

}  // namespace genrebench::cli
