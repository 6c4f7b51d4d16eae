#include "harness/experiment/load_experiment.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "base/error.hpp"
#include "harness/experiment/experiment_file.hpp"
#include "harness/experiment/key_check.hpp"
#include "harness/experiment/resolver.hpp"
#include "harness/experiment/run_parameters.hpp"

namespace genrebench {
namespace {

namespace fs = std::filesystem;

/// Checks every key that is given, and expands `${NAME}` in the values.
void check_settings(Settings& settings, const Registry& registry, UnsetVariables unset) {
  for (auto& [key, setting] : settings) {
    check_key(key, setting, registry);
    const bool keep_unset = unset == UnsetVariables::keep_in_paths && is_path_key(key, registry);
    expand_variables(key, setting, keep_unset);
  }
}

/// Checks every key and value of a sweep.
void check_axes(const std::vector<Axis>& axes, const Registry& registry) {
  for (const Axis& axis : axes)
    for (std::size_t k = 0; k < axis.keys.size(); ++k) {
      if (is_handling(axis.keys[k]))
        throw ConfigError(fmt::format(
            "{}: '{}' cannot be swept: it decides how runs are done, and not their results",
            axis.where, axis.keys[k]));
      for (const auto& point : axis.points)
        check_key(axis.keys[k], {point[k], axis.where, Layer::sweep}, registry);
    }
}

std::string text_of(const Settings& settings, const std::string& key) {
  const auto setting = settings.find(key);
  return setting == settings.end() ? std::string() : to_string(setting->second.value);
}

/// A list of words, or the one word that is given in its place.
std::vector<std::string> words_of(const Settings& settings, const std::string& key) {
  const auto setting = settings.find(key);
  if (setting == settings.end()) return {};
  if (const auto* list = std::get_if<std::vector<std::string>>(&setting->second.value))
    return *list;
  return {to_string(setting->second.value)};
}

/// What a file says of its experiment beside the runs.
Experiment without_runs(const fs::path& file, const ExperimentFile& content,
                        std::vector<ReportChoice> reports) {
  const Settings& settings = content.settings;
  Experiment experiment{.name = text_of(settings, "name"),
                        .description = text_of(settings, "description"),
                        .source_file = file.string(),
                        .reports = std::move(reports),
                        .compare_with = words_of(settings, "compare_with"),
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
/// options of plug-ins that are not chosen make equal runs: these are taken once.
std::vector<RunSpec> expand_sweep(const ExperimentFile& content, const fs::path& file,
                                  const Registry& registry) {
  Resolver<Setting> resolve(registry, [](const std::string&, const Setting& setting,
                                         const Settings&) { return setting; });
  const std::vector<std::uint64_t> seeds =
      content.seeds.empty() ? std::vector<std::uint64_t>{0} : content.seeds;
  std::vector<RunSpec> runs;
  std::unordered_set<std::string> seen;
  SweepPosition position(content.axes);
  do {
    Settings settings = content.settings;
    position.apply(settings);
    try {
      RunSpec spec = resolve(settings);
      if (!seen.insert(parameters_text(spec, registry)).second) continue;
      for (const std::uint64_t seed : seeds) {
        spec.seed = seed;
        runs.push_back(spec);
      }
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
  for (const std::string& word : overrides) apply_override(word, content);
  check_settings(content.settings, registry, unset);
  check_axes(content.axes, registry);
  Experiment experiment = without_runs(
      file, content,
      check_report_entries(content.reports, registry, unset == UnsetVariables::keep_in_paths));
  experiment.runs = expand_sweep(content, file, registry);
  return experiment;
}

}  // namespace genrebench
