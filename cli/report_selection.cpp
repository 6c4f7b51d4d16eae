#include "cli/report_selection.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "cli/console.hpp"
#include "cli/experiment_file.hpp"
#include "harness/experiment/load_experiment.hpp"
#include "harness/records/find_experiment.hpp"
#include "harness/run/provenance.hpp"

namespace genrebench::cli {
namespace {

void add_once(std::vector<std::string>& list, const std::string& value) {
  if (std::find(list.begin(), list.end(), value) == list.end()) list.push_back(value);
}

}  // namespace

ReportSelection::ReportSelection(const StoreReader& store, const Registry& registry,
                                 std::string database, ReportChoices reports)
    : store_(store),
      registry_(registry),
      database_(std::move(database)),
      reports_(std::move(reports)),
      runs_(store) {
  for (const ExperimentRecord& record : store.experiments()) known_.push_back(record.name);
}

/// An experiment of the store, with the runs of its latest plan.
void ReportSelection::add_name(const std::string& name) {
  find_experiment(store_, name, database_);
  whole_.insert(name);
  runs_.select_plan(name);
  add_to_reports(name, {}, {});
}

/// The runs that a file plans now.
void ReportSelection::add_file(const std::string& file, const std::vector<std::string>& overrides) {
  const Experiment experiment =
      load_experiment(experiment_file(file), overrides, registry_, UnsetVariables::keep_in_paths);
  const MatchedRuns matched = match_runs(store_, experiment, registry_);
  if (matched.none()) throw ConfigError(nothing_done(file, experiment, matched));
  runs_.select(experiment, matched.runs);
  for (std::string& note : notes_on(file, experiment, matched))
    notes_.push_back({experiment.name, std::move(note)});
  add_to_reports(experiment.name, experiment.reports, experiment.compare_with);
}

Document ReportSelection::render(const PluginChoice& report) const {
  const auto scope = scopes_.find(report.name);
  static const ReportScope whole_store;
  const ReportScope& of_report = scope == scopes_.end() ? whole_store : scope->second;
  Document document =
      render_report(registry_.reports.get(report.name, "report"), report.options, runs_, of_report);
  for (const auto& [name, note] : notes_)
    if (!whole_.contains(name) &&
        std::count(of_report.experiments.begin(), of_report.experiments.end(), name) > 0)
      document.body.emplace_back(Paragraph{note});
  return document;
}

std::optional<Document> ReportSelection::render_if_any(const std::string& report) const {
  const ReportPlugin& plugin = registry_.reports.get(report, "report");
  try {
    return render_report(plugin, plugin.options.resolve({}, "report " + report), runs_, scope());
  } catch (const ConfigError&) {
    return std::nullopt;  // the promise of Report::render()
  }
}

ReportScope ReportSelection::scope() const { return {.experiments = selected_}; }

bool ReportSelection::is_known(const std::string& name) const {
  return std::find(known_.begin(), known_.end(), name) != known_.end();
}

void ReportSelection::add_to_reports(const std::string& name,
                                     const std::vector<ReportChoice>& of_file,
                                     const std::vector<std::string>& beside) {
  add_once(selected_, name);
  for (const std::string& other : beside)
    if (is_known(other)) add_once(selected_, other);
  for (const std::string& report : reports_.add(name, of_file)) {
    add_once(scopes_[report].experiments, name);
    for (const std::string& other : beside) {
      if (is_known(other))
        add_once(scopes_[report].experiments, other);
      else
        say(fmt::format("{} is listed in compare_with of {}, but has no runs in {} yet", other,
                        name, database_));
    }
  }
}

std::string ReportSelection::nothing_done(const std::string& file, const Experiment& experiment,
                                          const MatchedRuns& matched) const {
  std::string text = fmt::format("{} holds no run of {} as it is now", database_, file);
  if (matched.n_other > 0)
    text +=
        fmt::format("; {} of '{}' {} of another configuration: `genrebench report {}` shows them",
                    counted(matched.n_other, "run"), experiment.name,
                    matched.n_other == 1 ? "is" : "are", experiment.name);
  return text + fmt::format("; `genrebench run {}` does its {}", file,
                            counted(matched.runs.size(), "run"));
}

std::vector<std::string> ReportSelection::notes_on(const std::string& file,
                                                   const Experiment& experiment,
                                                   const MatchedRuns& matched) const {
  std::vector<std::string> notes;
  if (matched.n_missing > 0)
    notes.push_back(fmt::format("{} of {} of {} are not in {}; `genrebench run` does them.",
                                matched.n_missing, counted(matched.runs.size(), "run"), file,
                                database_));
  if (matched.n_other > 0)
    notes.push_back(fmt::format(
        "{} of '{}' {} not of {} as it is now; `genrebench report {}` shows the latest plan.",
        counted(matched.n_other, "other run"), experiment.name, matched.n_other == 1 ? "is" : "are",
        file, experiment.name));
  if (matched.n_other_data > 0)
    notes.push_back(fmt::format("{} of the same configuration on other data {} not shown.",
                                counted(matched.n_other_data, "run"),
                                matched.n_other_data == 1 ? "is" : "are"));
  if (matched.n_other_ids > 0)
    notes.push_back(fmt::format(
        "{} of the same configuration, from other weights or by an earlier version of the "
        "program or a plug-in, {} not shown.",
        counted(matched.n_other_ids, "run"), matched.n_other_ids == 1 ? "is" : "are"));
  return notes;
}

}  // namespace genrebench::cli
