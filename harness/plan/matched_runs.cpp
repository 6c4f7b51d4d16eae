#include "harness/plan/matched_runs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <tuple>

#include "base/digest.hpp"
#include "harness/experiment/slots.hpp"
#include "harness/experiment/stored_run_reader.hpp"
#include "harness/records/run_records.hpp"

namespace genrebench {
namespace {

/// What a run is about, as far as its configuration tells it without data.
struct Description {
  std::string key;      ///< equal for runs of one configuration and seed
  std::string dataset;  ///< the part of it that names the data
  std::string places;   ///< every path
};

/// Adds the paths of one plug-in.
void describe_paths(const OptionSchema& schema, const Slot& slot, const PluginChoice& choice,
                    Description& result) {
  for (const OptionInfo& option : schema.options()) {
    if (option.type != OptionType::path && !option.content) continue;
    const OptionValue& value = choice.options.at(option.name);
    const std::string text = to_string(value);
    result.places += list_text({slot.prefix + option.name, text});
    if (!option.content) continue;
    // The content of files is not known here, only how many there are.
    const auto* files = std::get_if<std::vector<std::string>>(&value);
    const std::string number = files != nullptr ? fmt::format("{} files", files->size())
                               : text.empty()   ? "none"
                                                : "a file";
    result.key += list_text({slot.prefix + option.name, number});
  }
}

Description describe(const RunSpec& spec, const Registry& registry) {
  Description result;
  for (const auto& [key, value] : spec.identity(registry)) {
    result.key += list_text({key, value});
    if (key.starts_with("dataset.")) result.dataset += list_text({key, value});
  }
  for (const Slot& slot : slots()) {
    const PluginChoice& choice = spec.*slot.choice;
    const OptionSchema* schema = choice.name.empty() ? nullptr : slot.find(registry, choice.name);
    if (schema != nullptr) describe_paths(*schema, slot, choice, result);
    if (slot.choice == &RunSpec::dataset) result.dataset += result.places;
  }
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

/// A run of the experiment, with the stored runs that may be it.
struct Wanted {
  Description description;
  std::vector<Candidate> candidates;
};

using CandidatesByKey = std::map<std::string, std::vector<Candidate>>;

std::vector<Wanted> wanted_runs(const Experiment& experiment, const CandidatesByKey& by_key,
                                const Registry& registry) {
  std::vector<Wanted> result;
  for (const RunSpec& spec : experiment.runs) {
    Wanted& wanted = result.emplace_back(Wanted{describe(spec, registry), {}});
    const auto found = by_key.find(wanted.description.key);
    if (found == by_key.end()) continue;
    std::copy_if(found->second.begin(), found->second.end(), std::back_inserter(wanted.candidates),
                 [&](const Candidate& one) { return one.places == wanted.description.places; });
    if (wanted.candidates.empty()) wanted.candidates = found->second;
  }
  return result;
}

/// The best candidate on each of the data, by fingerprint.
std::map<std::string, Candidate> best_by_data(const std::vector<Candidate>& candidates,
                                              const std::set<std::string>& data) {
  std::map<std::string, Candidate> best;
  for (const Candidate& one : candidates) {
    if (!data.contains(one.run->dataset_fingerprint)) continue;
    const auto [place, is_new] = best.try_emplace(one.run->dataset_fingerprint, one);
    if (!is_new && rank(place->second) < rank(one)) place->second = one;
  }
  return best;
}

/// Counts the stored runs of the wanted configurations that are not among those taken.
/// @param taken  ids; these runs are added
void count_others(const std::vector<Wanted>& wanted, const CandidatesByKey& by_key,
                  std::set<std::string>& taken, MatchedRuns& result) {
  std::set<std::string> shown_data;
  for (const RunRecord& run : result.runs) shown_data.insert(run.dataset_fingerprint);
  for (const Wanted& one : wanted) {
    const auto alike = by_key.find(one.description.key);
    if (alike == by_key.end()) continue;
    for (const Candidate& other : alike->second)
      if (taken.insert(other.run->id).second)
        ++(shown_data.contains(other.run->dataset_fingerprint) ? result.n_other_ids
                                                               : result.n_other_data);
  }
}

}  // namespace

MatchedRuns match_runs(const StoreReader& store, const Experiment& experiment,
                       const Registry& registry) {
  const std::vector<RunRecord> stored = store.runs();
  std::set<std::string> plan;
  for (const ExperimentRecord& record : store.experiments())
    if (record.name == experiment.name) plan.insert(record.run_ids.begin(), record.run_ids.end());
  const CandidatesByKey by_key = candidates_of(experiment, stored, plan, registry);
  const std::vector<Wanted> wanted = wanted_runs(experiment, by_key, registry);
  CandidatesByKey of_dataset;
  for (const Wanted& one : wanted) {
    std::vector<Candidate>& all = of_dataset[one.description.dataset];
    all.insert(all.end(), one.candidates.begin(), one.candidates.end());
  }

  MatchedRuns result;
  std::set<std::string> taken;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const Description& description = wanted[i].description;
    const std::set<std::string> data = preferred_data(of_dataset[description.dataset]);
    const std::map<std::string, Candidate> best = best_by_data(wanted[i].candidates, data);
    for (const auto& [fingerprint, one] : best)
      if (taken.insert(one.run->id).second) result.runs.push_back(*one.run);
    if (!best.empty()) continue;
    ++result.n_missing;
    result.runs.push_back(not_stored(experiment.runs[i], data.empty() ? "" : *data.begin(),
                                     description.key + description.places, registry));
  }
  count_others(wanted, by_key, taken, result);
  for (const std::string& id : plan) result.n_other += taken.contains(id) ? 0 : 1;
  return result;
}

}  // namespace genrebench
