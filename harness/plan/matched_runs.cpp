#include "harness/plan/matched_runs.hpp"

#include <algorithm>
#include <set>
#include <tuple>

#include "base/digest.hpp"

namespace genrebench {
namespace {

/// What a run is about, told without data: configuration and seed; and where its files lie.
struct Description {
  std::string key;      ///< equal for runs of one configuration and seed
  std::string dataset;  ///< the part of it that names the data
  std::string places;   ///< every path
};

template <typename Table>
void describe_paths(const Table& table, const std::string& slot, const PluginChoice& choice,
                    Description& result) {
  const auto* plugin = choice.name.empty() ? nullptr : table.find(choice.name);
  if (plugin == nullptr) return;
  for (const OptionInfo& option : plugin->options.options()) {
    if (option.type != OptionType::path) continue;
    const std::string text = to_string(choice.options.at(option.name));
    result.places += list_text({slot + "." + option.name, text});
    // Weights or none: the content is not known here.
    if (option.content)
      result.key += list_text({slot + "." + option.name, text.empty() ? "none" : "a file"});
  }
}

Description describe(const RunSpec& spec, const Registry& registry) {
  Description result;
  for (const auto& [key, value] : spec.identity(registry)) {
    result.key += list_text({key, value});
    if (key.starts_with("dataset.")) result.dataset += list_text({key, value});
  }
  describe_paths(registry.datasets, "dataset", spec.dataset, result);
  result.dataset += result.places;
  describe_paths(registry.splits, "split", spec.split, result);
  describe_paths(registry.excerpts, "excerpt", spec.excerpt, result);
  describe_paths(registry.features, "features", spec.features, result);
  describe_paths(registry.methods, "method", spec.method, result);
  result.key += list_text({"seed", std::to_string(spec.seed)});
  return result;
}

/// What can be compared before a stored configuration is read.
using Outline = std::tuple<std::string, std::string, std::string, std::string, std::uint64_t>;

Outline outline_of(const RunSpec& spec) {
  return {spec.dataset.name, spec.excerpt.name, spec.features.name, spec.method.name, spec.seed};
}

Outline outline_of(const RunRecord& run) {
  return {run.parameter("dataset.name"), run.parameter("excerpt.name"),
          run.parameter("features.name"), run.parameter("method.name"), run.seed};
}

struct Candidate {
  const RunRecord* run = nullptr;
  std::string places;
  bool in_plan = false;
};

/// Later is better: the run that stands for its configuration.
auto rank(const Candidate& candidate) {
  const RunRecord& run = *candidate.run;
  return std::tuple(candidate.in_plan, run.identity_version, run.status == RunStatus::done,
                    run.started_at);
}

/// The stored runs that may be those of an experiment, by key.
std::map<std::string, std::vector<Candidate>> candidates_of(const Experiment& experiment,
                                                            const std::vector<RunRecord>& stored,
                                                            const std::set<std::string>& plan,
                                                            const Registry& registry) {
  std::set<Outline> wanted;
  for (const RunSpec& spec : experiment.runs) wanted.insert(outline_of(spec));
  std::map<std::string, std::vector<Candidate>> result;
  StoredRunReader read(registry);
  for (const RunRecord& run : stored) {
    if (!wanted.contains(outline_of(run))) continue;
    try {
      const Description found = describe(read(run.parameters, run.seed), registry);
      result[found.key].push_back({&run, found.places, plan.contains(run.id)});
    } catch (const DataError&) {
      // A configuration that this version of the program cannot read is not one that the file can
      // ask for.
    }
  }
  return result;
}

/// The data that runs of one dataset, as configured, count for.
std::set<std::string> preferred_data(const std::vector<Candidate>& candidates) {
  std::set<std::string> result;
  for (const Candidate& one : candidates)
    if (one.in_plan) result.insert(one.run->dataset_fingerprint);
  if (!result.empty() || candidates.empty()) return result;
  const auto last = std::max_element(
      candidates.begin(), candidates.end(),
      [](const Candidate& a, const Candidate& b) { return a.run->started_at < b.run->started_at; });
  return {last->run->dataset_fingerprint};
}

RunRecord not_stored(const RunSpec& spec, const std::string& fingerprint, const std::string& key,
                     const Registry& registry) {
  RunRecord run;
  run.id = sha256("planned\n" + fingerprint + "\n" + key);
  run.seed = spec.seed;
  run.dataset_fingerprint = fingerprint;
  run.parameters = spec.parameters(registry);
  return run;
}

}  // namespace

MatchedRuns match_runs(const StoreReader& store, const Experiment& experiment,
                       const Registry& registry) {
  const std::vector<RunRecord> stored = store.runs();
  std::set<std::string> plan;
  for (const ExperimentRecord& record : store.experiments())
    if (record.name == experiment.name) plan.insert(record.run_ids.begin(), record.run_ids.end());
  const auto by_key = candidates_of(experiment, stored, plan, registry);

  std::vector<Description> wanted;
  std::vector<std::vector<Candidate>> candidates;
  std::map<std::string, std::vector<Candidate>> of_dataset;
  for (const RunSpec& spec : experiment.runs) {
    wanted.push_back(describe(spec, registry));
    std::vector<Candidate>& own = candidates.emplace_back();
    const auto found = by_key.find(wanted.back().key);
    if (found == by_key.end()) continue;
    const auto same_place = [&](const Candidate& one) {
      return one.places == wanted.back().places;
    };
    std::copy_if(found->second.begin(), found->second.end(), std::back_inserter(own), same_place);
    if (own.empty()) own = found->second;
    std::vector<Candidate>& all = of_dataset[wanted.back().dataset];
    all.insert(all.end(), own.begin(), own.end());
  }

  MatchedRuns result;
  std::set<std::string> taken;
  for (std::size_t i = 0; i < experiment.runs.size(); ++i) {
    const std::set<std::string> data = preferred_data(of_dataset[wanted[i].dataset]);
    std::map<std::string, Candidate> best;  // by fingerprint
    for (const Candidate& one : candidates[i]) {
      if (!data.contains(one.run->dataset_fingerprint)) continue;
      const auto [place, is_new] = best.try_emplace(one.run->dataset_fingerprint, one);
      if (!is_new && rank(place->second) < rank(one)) place->second = one;
    }
    for (const auto& [fingerprint, one] : best)
      if (taken.insert(one.run->id).second) result.runs.push_back(*one.run);
    if (!best.empty()) continue;
    ++result.n_missing;
    result.runs.push_back(not_stored(experiment.runs[i], data.empty() ? "" : *data.begin(),
                                     wanted[i].key + wanted[i].places, registry));
  }
  std::set<std::string> shown_data;
  for (const RunRecord& run : result.runs) shown_data.insert(run.dataset_fingerprint);
  for (const Description& one : wanted) {
    const auto alike = by_key.find(one.key);
    if (alike == by_key.end()) continue;
    for (const Candidate& other : alike->second)
      if (taken.insert(other.run->id).second)
        ++(shown_data.contains(other.run->dataset_fingerprint) ? result.n_other_ids
                                                               : result.n_other_data);
  }
  for (const std::string& id : plan) result.n_other += taken.contains(id) ? 0 : 1;
  return result;
}

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
