#include "harness/experiment/load_experiment.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <unordered_set>
#include <utility>

#include "base/error.hpp"
#include "harness/experiment/experiment_file.hpp"
#include "harness/experiment/experiment_options.hpp"
#include "harness/experiment/key_check.hpp"
#include "harness/experiment/resolver.hpp"
#include "harness/experiment/run_parameters.hpp"

namespace genrebench {
namespace {

namespace fs = std::filesystem;

bool may_stay_unset(const std::string& key, const Registry& registry, UnsetVariables unset) {
  return unset == UnsetVariables::keep_in_paths && is_path_key(key, registry);
}

/// Checks every key that is given, and expands `${NAME}` in the values.
void check_settings(Settings& settings, const Registry& registry, UnsetVariables unset) {
  for (auto& [key, setting] : settings) {
    expand_variables(key, setting, may_stay_unset(key, registry, unset));
    check_key(key, setting, registry);
  }
}

/// Checks every key and value of a sweep, and expands `${NAME}` in the values.
void check_axes(std::vector<Axis>& axes, const Registry& registry, UnsetVariables unset) {
  std::set<std::string> seen;
  for (Axis& axis : axes)
    for (std::size_t k = 0; k < axis.keys.size(); ++k) {
      const std::string& key = axis.keys[k];
      if (is_handling(key))
        throw ConfigError(fmt::format(
            "{}: '{}' cannot be swept: it decides how runs are done, and not their results",
            axis.where, key));
      if (!seen.insert(key).second)
        throw ConfigError(fmt::format("{}: '{}' is swept twice", axis.where, key));
      const bool keep_unset = may_stay_unset(key, registry, unset);
      for (auto& point : axis.points) {
        Setting setting{std::move(point[k]), axis.where, Layer::sweep};
        expand_variables(key, setting, keep_unset);
        check_key(key, setting, registry);
        point[k] = std::move(setting.value);
      }
    }
}

/// The settings of an experiment that no run has.
ExperimentOptions read_options(const Settings& settings) {
  OptionValues values;
  for (const OptionInfo& option : experiment_option_schema().options())
    if (const auto found = settings.find(option.name); found != settings.end())
      values[option.name] = check_setting(experiment_option_schema(), option.name, found->second,
                                          found->second.where);
  return experiment_option_table().parse(experiment_option_schema().resolve(values, "experiment"));
}

/// What a file says of its experiment beside the runs.
Experiment without_runs(const fs::path& file, const ExperimentFile& content,
                        std::vector<ReportChoice> reports) {
  ExperimentOptions options = read_options(content.settings);
  Experiment experiment{.name = std::move(options.name),
                        .description = std::move(options.description),
                        .source_file = file.string(),
                        .reports = std::move(reports),
                        .compare_with = std::move(options.compare_with),
                        .runs = {}};
  if (experiment.name.empty()) experiment.name = file.stem().string();
  if (experiment.reports.empty()) experiment.reports = {{.name = "summary"}};
  return experiment;
}

/// A message that names a place; the experiment's file is put before one that names none.
std::string located(const std::string& message, const ExperimentFile& content,
                    const fs::path& file) {
  const bool names_place =
      message.starts_with("command line") ||
      std::any_of(content.files.begin(), content.files.end(),
                  [&](const std::string& name) { return message.starts_with(name + ":"); });
  return names_place ? message : file.string() + ": " + message;
}

/// One run for every combination of the sweep and every seed. Combinations that differ only in
/// options of plug-ins that are not chosen make equal runs: these are taken once. Before the first
/// run whose test part is deformed comes its clean run, whose model it uses.
std::vector<RunSpec> expand_sweep(const ExperimentFile& content, const fs::path& file,
                                  const Registry& registry) {
  Resolver<Setting> resolve(registry, [](const std::string&, const Setting& setting,
                                         const Settings&) { return setting; });
  std::vector<RunSpec> runs;
  std::unordered_set<std::string> seen;
  SweepPosition position(content.axes);
  do {
    Settings settings = content.settings;
    position.apply(settings);
    try {
      RunSpec spec = resolve(settings);
      const auto add = [&](RunSpec one) {
        if (!seen.insert(parameters_text(one, registry)).second) return;
        for (const std::uint64_t seed : content.seeds) {
          one.seed = seed;
          runs.push_back(one);
        }
      };
      if (spec.deformed()) add(clean_twin(spec));
      add(std::move(spec));
    } catch (const ConfigError& error) {
      throw ConfigError(located(error.what(), content, file));
    }
  } while (position.advance());
  return runs;
}

}  // namespace

Experiment load_experiment(const fs::path& file, const std::vector<std::string>& overrides,
                           const Registry& registry, UnsetVariables unset) {
  ExperimentFile content = read_experiment_file(file);
  for (const std::string& word : overrides) apply_override(word, registry, content);
  if (content.seeds.empty()) content.seeds = {0};
  check_number_of_runs(content.axes, content.seeds.size());
  check_settings(content.settings, registry, unset);
  check_axes(content.axes, registry, unset);
  Experiment experiment = without_runs(
      file, content,
      check_report_entries(content.reports, registry, unset == UnsetVariables::keep_in_paths));
  experiment.runs = expand_sweep(content, file, registry);
  return experiment;
}

}  // namespace genrebench
