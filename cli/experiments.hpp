#pragma once
// From words of the command line to experiments and plans.

#include <filesystem>
#include <string>
#include <vector>

#include "base/installation.hpp"
#include "cli/command.hpp"
#include "harness/experiment/experiment.hpp"
#include "harness/plan/plan.hpp"

namespace genrebench::cli {

/// Words of a command line: those that hold `=` are overrides, the others name something.
struct SortedWords {
  std::vector<std::string> names, overrides;
};
SortedWords sort_words(const std::vector<std::string>& words);

/// The experiment's file that a word names. A relative path where there is nothing is looked for
/// among the experiments that were installed with the program, and a line on standard error says
/// so: `experiments/quickstart.yaml` and `quickstart.yaml` work anywhere.
std::filesystem::path experiment_file(const std::string& word,
                                      const Installation& installation = this_installation());

/// Words that hold `=` override keys in every file; the others are experiment files.
/// @throws ConfigError  if no file is named, or two experiments have one name
std::vector<Experiment> load_experiments(const std::vector<std::string>& words,
                                         const Registry& registry);

/// The plans of these experiments.
std::vector<Plan> make_plans(Context& context, const std::vector<std::string>& words);

/// "svm, chunks of gtzan": what distinguishes a run from others, without its seed.
std::string label(const RunSpec& spec);

}  // namespace genrebench::cli
