#include "cli/experiments.hpp"

#include <fmt/format.h>

#include <set>

#include "cli/experiment_file.hpp"
#include "harness/experiment/load_experiment.hpp"

namespace genrebench::cli {

SortedWords sort_words(const std::vector<std::string>& words) {
  SortedWords sorted;
  for (const std::string& word : words)
    (word.find('=') == std::string::npos ? sorted.names : sorted.overrides).push_back(word);
  return sorted;
}

std::vector<Experiment> load_experiments(const std::vector<std::string>& words,
                                         const Registry& registry) {
  const auto [files, overrides] = sort_words(words);
  if (files.empty())
    throw ConfigError(
        "no experiment file is named; for example: genrebench run experiments/quickstart.yaml");
  std::vector<Experiment> experiments;
  std::set<std::string> names;
  for (const std::string& file : files) {
    experiments.push_back(load_experiment(experiment_file(file), overrides, registry));
    if (!names.insert(experiments.back().name).second)
      throw ConfigError(
          fmt::format("{}: another of these files has an experiment of the same name, '{}'", file,
                      experiments.back().name));
  }
  return experiments;
}

std::vector<Plan> make_plans(Context& context, const std::vector<std::string>& words) {
  std::vector<Plan> plans;
  for (Experiment& experiment : load_experiments(words, context.registry))
    plans.push_back(make_plan(std::move(experiment), context.registry, context.cache_folder,
                              context.hashes(), context.progress()));
  return plans;
}

std::string label(const RunSpec& spec) {
  if (spec.segmentation())
    return fmt::format("sections of {} by {}", spec.dataset.name, spec.excerpt.name);
  return fmt::format("{}, {}, {} of {}", spec.method.name, spec.features.name, spec.excerpt.name,
                     spec.dataset.name);
}

}  // namespace genrebench::cli
