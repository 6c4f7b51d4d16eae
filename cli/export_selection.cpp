#include "cli/export_selection.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "cli/console.hpp"
#include "cli/experiments.hpp"
#include "harness/experiment/load_experiment.hpp"
#include "harness/plan/matched_runs.hpp"
#include "harness/records/find_experiment.hpp"

namespace genrebench::cli {

void add_exported(Arguments& arguments, std::vector<std::string>& words) {
  arguments.add({.name = "FILE",
                 .value = "FILE|NAME... [KEY=VALUE...]",
                 .help = "Experiment files, or names of experiments in the store; all if left out. "
                         "key=value words override the files' keys, as for run",
                 .completes = Completion::experiment_file},
                words);
}

ExportSelection::ExportSelection(const RunStore& store, const Context& context,
                                 const std::vector<std::string>& words)
    : runs_(store) {
  const auto [names, overrides] = sort_words(words);
  const auto is_file = [](const std::string& word) {
    return word.ends_with(".yaml") || word.ends_with(".yml");
  };
  if (!overrides.empty() && std::none_of(names.begin(), names.end(), is_file))
    throw ConfigError(
        fmt::format("export: '{}' changes what an experiment file plans, and no file is named",
                    overrides.front()));
  for (const std::string& name : names) {
    if (is_file(name)) {
      add_file(name, overrides, context);
      continue;
    }
    find_experiment(store, name, context.database.string());
    runs_.select_plan(name);
    scope_.experiments.push_back(name);
  }
}

void ExportSelection::add_file(const std::string& file, const std::vector<std::string>& overrides,
                               const Context& context) {
  const Experiment experiment =
      load_experiment(file, overrides, context.registry, UnsetVariables::keep_in_paths);
  const MatchedRuns matched = match_runs(runs_, experiment, context.registry);
  if (matched.none())
    throw ConfigError(
        fmt::format("{} holds no run of {} as it is now; `genrebench run {}` does its {}",
                    context.database.string(), file, file, counted(matched.runs.size(), "run")));
  runs_.select(experiment, matched.runs);
  scope_.experiments.push_back(experiment.name);
  files_.emplace_back(file);
}

std::vector<ExportedRun> ExportSelection::exported() const {
  ExportedRuns found = exported_runs(runs_, scope_);
  if (found.n_waiting > 0)
    say(fmt::format("{} not started yet: the next export takes them",
                    counted(found.n_waiting, "run")));
  if (found.n_skipped > 0)
    say(
        fmt::format("{} left out, whose configuration cannot apply; `genrebench runs --status "
                    "skipped` says why",
                    counted(found.n_skipped, "run")));
  return std::move(found.runs);
}

std::vector<RunRecord> ExportSelection::records() const {
  std::vector<RunRecord> records;
  for (ExportedRun& one : exported()) records.push_back(std::move(one.run));
  return records;
}

}  // namespace genrebench::cli
