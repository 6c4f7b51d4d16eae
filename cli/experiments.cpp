#include "cli/experiments.hpp"

#include <fmt/format.h>

#include <set>

#include "harness/experiment/load_experiment.hpp"

namespace genrebench::cli {

std::vector<Experiment> load_experiments(const std::vector<std::string>& words,
                                         const Registry& registry) {
  std::vector<std::string> files, overrides;
  for (const std::string& word : words)
    (word.find('=') == std::string::npos ? files : overrides).push_back(word);
  if (files.empty())
    throw ConfigError(
        "no experiment file is named; say for example: genrebench run experiments/quickstart.yaml");
  std::vector<Experiment> experiments;
  std::set<std::string> names;
  for (const std::string& file : files) {
    experiments.push_back(load_experiment(file, overrides, registry));
    if (!names.insert(experiments.back().name).second)
      throw ConfigError(fmt::format("{}: another file named here has an experiment '{}' too", file,
                                    experiments.back().name));
  }
  return experiments;
}

std::string label(const RunSpec& spec) {
  if (spec.segmentation())
    return fmt::format("sections of {} by {}", spec.dataset.name, spec.excerpt.name);
  return fmt::format("{}, {}, {} of {}", spec.method.name, spec.features.name, spec.excerpt.name,
                     spec.dataset.name);
}

}  // namespace genrebench::cli
