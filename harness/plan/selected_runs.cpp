#include "harness/plan/selected_runs.hpp"

#include <set>
#include <utility>

namespace genrebench {

void SelectedRuns::add(Selection& selection, const std::vector<RunRecord>& runs) {
  std::set<std::string> known(selection.record.run_ids.begin(), selection.record.run_ids.end());
  for (const RunRecord& run : runs) {
    if (!known.insert(run.id).second) continue;
    selection.record.run_ids.push_back(run.id);
    selection.runs.push_back(run);
  }
}

void SelectedRuns::select(const Experiment& experiment, const std::vector<RunRecord>& runs) {
  const auto [place, is_new] = selections_.try_emplace(experiment.name);
  if (is_new)
    place->second.record = {.name = experiment.name,
                            .description = experiment.description,
                            .source_file = experiment.source_file,
                            .created_at = {},
                            .run_ids = {}};
  add(place->second, runs);
}

void SelectedRuns::select_plan(const std::string& experiment) {
  for (ExperimentRecord& record : store_.experiments()) {
    if (record.name != experiment) continue;
    const auto [place, is_new] = selections_.try_emplace(experiment);
    if (is_new) {
      place->second.record = std::move(record);
      place->second.record.run_ids.clear();
    }
    add(place->second, store_.runs(experiment));
  }
}

std::vector<ExperimentRecord> SelectedRuns::experiments() const {
  std::vector<ExperimentRecord> result = store_.experiments();
  std::set<std::string> known;
  for (ExperimentRecord& record : result) {
    known.insert(record.name);
    if (const auto selection = selections_.find(record.name); selection != selections_.end())
      record = selection->second.record;
  }
  for (const auto& [name, selection] : selections_)
    if (!known.contains(name)) result.push_back(selection.record);
  return result;
}

std::optional<RunRecord> SelectedRuns::run(const std::string& id) const {
  for (const auto& [name, selection] : selections_)
    for (const RunRecord& run : selection.runs)
      if (run.id == id) return run;
  return store_.run(id);
}

std::vector<RunRecord> SelectedRuns::runs(const std::string& experiment) const {
  if (const auto selection = selections_.find(experiment); selection != selections_.end())
    return selection->second.runs;
  return store_.runs(experiment);
}

}  // namespace genrebench
