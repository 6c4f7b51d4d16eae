#include "reports/support/runs.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "base/closest_name.hpp"
#include "base/error.hpp"
#include "harness/experiment/run_parameters.hpp"
#include "harness/plugin/options.hpp"
#include "harness/records/facts.hpp"
#include "harness/records/find_experiment.hpp"
#include "harness/records/short_id.hpp"
#include "reports/support/run_groups.hpp"
#include "reports/support/settings.hpp"

namespace genrebench {
namespace {

const std::string kFoldKey = "split.fold";

bool starts_with_any(std::string_view key, const std::vector<std::string_view>& prefixes) {
  return std::any_of(prefixes.begin(), prefixes.end(),
                     [key](std::string_view prefix) { return key.starts_with(prefix); });
}

bool says_where_files_lie(std::string_view key, std::string_view value) {
  static constexpr std::array<std::string_view, 5> kPlaces = {"root", "path", "file", "folder",
                                                              "cache"};
  const std::string_view last = key.substr(key.find_last_of('.') + 1);
  return value.starts_with('/') || std::find(kPlaces.begin(), kPlaces.end(), last) != kPlaces.end();
}

bool is_repetition(std::string_view key) { return key == "seed" || key == kFoldKey; }

const std::string kFingerprint = "dataset.fingerprint";

/// The keys from which others follow: a preset decides options as the choice of a plug-in does.
bool names_a_plugin(std::string_view key) {
  return key.ends_with(".name") || key.ends_with(".kind") || key.ends_with(".preset");
}

/// True for the place of a file whose content is known: "method.weights" beside
/// "method.weights.content".
bool has_content(const RunRecord& run, const std::string& key) {
  return run.parameters.contains(key + std::string(kContentSuffix));
}

Parameters configuration(const RunRecord& run, bool with_places) {
  Parameters result;
  for (const auto& [key, value] : run.parameters)
    if (!is_repetition(key) && !is_handling(key) &&
        (with_places || (!says_where_files_lie(key, value) && !has_content(run, key))))
      result[key] = value;
  // Runs of earlier programs have the hash of their weights among the facts.
  if (const std::string weights = facts::kWeights.of(run);
      !weights.empty() && !has_content(run, "method.weights"))
    result["method.weights" + std::string(kContentSuffix)] = weights;
  result["dataset.fingerprint"] = run.dataset_fingerprint;
  return result;
}

/// What the protocol of a run follows from, besides the seed.
Parameters split_parameters(const RunRecord& run) {
  Parameters result;
  for (const auto& [key, value] : with_prefix(run.parameters, {"dataset.", "split."}))
    if (!is_repetition(key) && !says_where_files_lie(key, value)) result[key] = value;
  result["dataset.fingerprint"] = run.dataset_fingerprint;
  return result;
}

Runs pointers(const std::vector<RunRecord>& runs) {
  Runs result;
  result.reserve(runs.size());
  for (const RunRecord& run : runs) result.push_back(&run);
  return result;
}

/// configurations() of runs, each once: there are few, where there are many runs.
class Configurations {
 public:
  explicit Configurations(const Runs& runs) {
    std::set<std::tuple<std::size_t, std::uint64_t, std::string>> seen;
    bool apart = true;
    add(runs, /*with_places=*/false);
    for (std::size_t i = 0; i < runs.size(); ++i)
      apart =
          seen.insert({numbers_[i], runs[i]->seed, runs[i]->parameter(kFoldKey)}).second && apart;
    if (!apart) add(runs, /*with_places=*/true);
  }

  /// Of the i-th run.
  const Parameters& of(std::size_t i) const { return *distinct_[numbers_[i]]; }
  /// Equal for runs of equal configurations.
  std::size_t number(std::size_t i) const { return numbers_[i]; }

 private:
  void add(const Runs& runs, bool with_places) {
    known_.clear();
    distinct_.clear();
    numbers_.clear();
    for (const RunRecord* run : runs) {
      const auto [place, is_new] =
          known_.try_emplace(configuration(*run, with_places), distinct_.size());
      if (is_new) distinct_.push_back(&place->first);
      numbers_.push_back(place->second);
    }
  }

  std::map<Parameters, std::size_t> known_;
  std::vector<const Parameters*> distinct_;  ///< keys of known_
  std::vector<std::size_t> numbers_;         ///< of each run: a place in distinct_
};

/// Plug-in names come in a fixed order, the method first.
std::size_t rank(std::string_view key) {
  static constexpr std::array<std::string_view, 5> kOrder = {"method.", "excerpt.", "features.",
                                                             "dataset.", "split."};
  for (std::size_t i = 0; i < kOrder.size(); ++i)
    if (key.starts_with(kOrder[i])) return i;
  return kOrder.size();
}

}  // namespace

Scope load_scope(const StoreReader& store, const ReportScope& scope) {
  Scope result;
  for (const std::string& name : scope.experiments) {
    ExperimentRecord found = find_experiment(store, name, "the run store");
    const auto same = [&](const ExperimentRecord& e) { return e.name == name; };
    if (std::none_of(result.experiments.begin(), result.experiments.end(), same))
      result.experiments.push_back(std::move(found));
  }
  if (scope.experiments.empty()) result.experiments = store.experiments();

  std::set<std::string> seen;
  for (const ExperimentRecord& experiment : result.experiments)
    for (RunRecord& run : store.runs(experiment.name))
      if (seen.insert(run.id).second) result.runs.push_back(std::move(run));
  if (result.runs.empty()) {
    std::string names;
    for (const ExperimentRecord& experiment : result.experiments)
      names += (names.empty() ? "'" : ", '") + experiment.name + "'";
    throw ConfigError(names.empty() ? "the run store holds no experiment"
                                    : "the run store holds no run of the experiment " + names);
  }
  return result;
}

std::vector<Parameters> configurations(const std::vector<RunRecord>& runs) {
  const Configurations all(pointers(runs));
  std::vector<Parameters> result;
  result.reserve(runs.size());
  for (std::size_t i = 0; i < runs.size(); ++i) result.push_back(all.of(i));
  return result;
}

bool has_folds(const Runs& runs) {
  return std::any_of(runs.begin(), runs.end(), [&](const RunRecord* run) {
    return run->parameter(kFoldKey) != runs.front()->parameter(kFoldKey);
  });
}

namespace {

std::vector<Protocol> protocols_of(const Runs& runs) {
  std::vector<std::optional<Protocol>> own;
  std::map<Parameters, std::set<Protocol>> of_split;
  for (const RunRecord* pointer : runs) {
    const RunRecord& run = *pointer;
    std::optional<Protocol>& protocol = own.emplace_back();
    if (run.parameter("split.leaky") == "true" || facts::kLeaky.of(run)) {
      const bool pieces =
          run.parameter("split.unit") == "excerpt" || facts::kUnit.of(run) == "excerpt";
      protocol = Protocol{pieces ? Protocol::Kind::pieces : Protocol::Kind::leaky, ""};
    } else if (facts::kGroups.recorded(run) || facts::kLeaky.recorded(run)) {
      const auto kinds = [&](const Fact<TextList>& fact) {
        std::string text;
        for (const std::string& kind : fact.of(run)) text += (text.empty() ? "" : ", ") + kind;
        return text;
      };
      const std::string groups = kinds(facts::kGroups), apart = kinds(facts::kApart);
      protocol = Protocol{groups.empty()  ? Protocol::Kind::ungrouped
                          : apart.empty() ? Protocol::Kind::grouped
                                          : Protocol::Kind::partly,
                          groups, apart};
    }
    if (protocol) of_split[split_parameters(run)].insert(*protocol);
  }
  std::vector<Protocol> result;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (own[i]) {
      result.push_back(*own[i]);
      continue;
    }
    const auto peers = of_split.find(split_parameters(*runs[i]));
    result.push_back(peers != of_split.end() && peers->second.size() == 1 ? *peers->second.begin()
                                                                          : Protocol{});
  }
  return result;
}

}  // namespace

std::vector<Protocol> protocols(const std::vector<RunRecord>& runs) {
  return protocols_of(pointers(runs));
}

std::string to_string(const Protocol& protocol) {
  switch (protocol.kind) {
    case Protocol::Kind::grouped:
      return "grouped by " + protocol.groups;
    case Protocol::Kind::partly:
      return "grouped by " + protocol.groups + ", " + protocol.apart + " apart";
    case Protocol::Kind::ungrouped:
      return "no groups known";
    case Protocol::Kind::leaky:
      return "leaky split";
    case Protocol::Kind::pieces:
      return "leaky split of pieces";
    case Protocol::Kind::not_run:
      break;
  }
  return "not run yet";
}

std::string_view mark(const Protocol& protocol) {
  if (protocol.kind == Protocol::Kind::leaky) return " †";
  if (protocol.kind == Protocol::Kind::pieces) return " ††";
  if (protocol.kind == Protocol::Kind::ungrouped) return " ‡";
  if (protocol.kind == Protocol::Kind::partly) return " §";
  return "";
}

std::string mark_note(const Protocol& protocol) {
  if (protocol.kind == Protocol::Kind::leaky)
    return "† Leaky split, by request: tracks of one artist may be in both train and test, so the "
           "number is inflated. Not to be compared with numbers of grouped splits.";
  if (protocol.kind == Protocol::Kind::pieces)
    return "†† Leaky split of pieces, by request: excerpts of one song are in both train and test, "
           "so the number says how well songs are recognised again. Not to be compared with any "
           "other.";
  if (protocol.kind == Protocol::Kind::partly)
    return "§ Split by " + protocol.groups + " only: the dataset also tells " + protocol.apart +
           ", of which one may be in both train and test, so the number may be inflated.";
  if (protocol.kind == Protocol::Kind::ungrouped)
    return "‡ The dataset gives no groups (artists), so tracks of one artist may be in both train "
           "and test; the number may be inflated.";
  return {};
}

std::string kind_id(const Protocol& protocol) {
  switch (protocol.kind) {
    case Protocol::Kind::grouped:
      return "grouped";
    case Protocol::Kind::partly:
      return "partly";
    case Protocol::Kind::ungrouped:
      return "ungrouped";
    case Protocol::Kind::leaky:
      return "leaky";
    case Protocol::Kind::pieces:
      return "pieces";
    case Protocol::Kind::not_run:
      break;
  }
  return "not_run";
}

std::vector<RunGroup> group_runs(const std::vector<RunRecord>& runs) {
  return group_runs(pointers(runs));
}

std::vector<RunGroup> group_runs(const Runs& runs) {
  const Configurations configuration(runs);
  const std::vector<Protocol> protocol = protocols_of(runs);
  std::vector<RunGroup> groups;
  std::map<std::pair<std::size_t, Protocol>, std::size_t> known;  // the place of each group
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const auto [place, is_new] =
        known.try_emplace({configuration.number(i), protocol[i]}, groups.size());
    if (is_new) groups.push_back({.parameters = configuration.of(i), .protocol = protocol[i]});
    groups[place->second].runs.push_back(runs[i]);
  }
  return groups;
}

std::vector<std::string> telling_keys(const std::vector<RunGroup>& groups) {
  std::vector<Parameters> all;
  for (const RunGroup& group : groups) all.push_back(group.parameters);
  std::vector<std::string> keys = varying_keys(all);
  std::erase(keys, "split.leaky");  // the protocol says these
  std::erase(keys, "split.unit");
  return keys;
}

void name_groups(std::vector<RunGroup>& groups) {
  const std::vector<std::string> keys = telling_keys(groups);
  for (RunGroup& group : groups) {
    group.title = describe(group.parameters, keys);
    if (group.title.empty())
      group.title = group.runs.front()->parameter("method.name", "the only configuration");
    group.title += mark(group.protocol);
  }
}

std::string value_of(const Parameters& parameters, const std::string& key,
                     const std::string& missing) {
  const auto found = parameters.find(key);
  return found == parameters.end() ? missing : found->second;
}

Parameters with_prefix(const Parameters& parameters,
                       const std::vector<std::string_view>& prefixes) {
  Parameters result;
  for (const auto& [key, value] : parameters)
    if (starts_with_any(key, prefixes)) result[key] = value;
  return result;
}

Parameters without_prefix(const Parameters& parameters,
                          const std::vector<std::string_view>& prefixes) {
  Parameters result;
  for (const auto& [key, value] : parameters)
    if (!starts_with_any(key, prefixes)) result[key] = value;
  return result;
}

std::vector<std::string> varying_keys(const std::vector<Parameters>& configurations) {
  std::set<std::string> keys;
  for (const Parameters& configuration : configurations)
    for (const auto& [key, value] : configuration) keys.insert(key);

  const auto value_in = [](const Parameters& configuration,
                           const std::string& key) -> std::optional<std::string> {
    const auto found = configuration.find(key);
    return found == configuration.end() ? std::nullopt : std::optional(found->second);
  };
  using Names = std::vector<std::optional<std::string>>;
  std::vector<Names> names(configurations.size());
  std::vector<std::string> result;
  for (const std::string& key : keys) {
    if (!names_a_plugin(key)) continue;
    std::set<std::optional<std::string>> values;
    for (std::size_t i = 0; i < configurations.size(); ++i) {
      names[i].push_back(value_in(configurations[i], key));
      values.insert(names[i].back());
    }
    if (key.ends_with(".preset")) values.erase(std::nullopt);  // of a plug-in without presets
    if (values.size() > 1) result.push_back(key);
  }
  std::stable_sort(result.begin(), result.end(),
                   [](const std::string& a, const std::string& b) { return rank(a) < rank(b); });

  std::vector<std::string> others;
  for (const std::string& key : keys) {
    if (names_a_plugin(key)) continue;
    std::map<Names, std::set<std::optional<std::string>>> values;
    for (std::size_t i = 0; i < configurations.size(); ++i)
      values[names[i]].insert(value_in(configurations[i], key));
    if (std::any_of(values.begin(), values.end(),
                    [](const auto& entry) { return entry.second.size() > 1; }))
      others.push_back(key);
  }
  // A fingerprint that follows from the dataset's options says nothing beside them.
  if (std::any_of(others.begin(), others.end(), [](const std::string& key) {
        return key.starts_with("dataset.") && key != kFingerprint;
      })) {
    std::map<Parameters, std::set<std::optional<std::string>>> of_options;
    for (const Parameters& configuration : configurations) {
      Parameters options = with_prefix(configuration, {"dataset."});
      options.erase(kFingerprint);
      of_options[options].insert(value_in(configuration, kFingerprint));
    }
    if (std::all_of(of_options.begin(), of_options.end(),
                    [](const auto& entry) { return entry.second.size() == 1; }))
      std::erase(others, kFingerprint);
  }
  std::stable_sort(others.begin(), others.end(),
                   [](const std::string& a, const std::string& b) { return rank(a) < rank(b); });
  result.insert(result.end(), others.begin(), others.end());
  return result;
}

std::string describe(const Parameters& parameters, const std::vector<std::string>& keys,
                     std::string_view prefix) {
  std::string result;
  for (const std::string& key : keys) {
    const auto found = parameters.find(key);
    if (found == parameters.end()) continue;
    const bool shortened = key.starts_with(prefix);
    const bool hash = key == "dataset.fingerprint" || key.ends_with(kContentSuffix);
    result += (result.empty() ? "" : ", ") + (shortened ? key.substr(prefix.size()) : key) + "=" +
              (hash                    ? short_id(found->second)
               : found->second.empty() ? "none"
                                       : found->second);
    if (key != "excerpt.name") continue;
    // A segmentation without its preset says nothing.
    if (const std::string preset = segmentation_title(parameters);
        !preset.empty() && std::count(keys.begin(), keys.end(), "excerpt.preset") == 0)
      result += " (" + preset + ")";
  }
  return result;
}

std::string dataset_title(const Parameters& parameters) {
  static const std::map<std::string, std::string> titles = {
      {"gtzan", "GTZAN"},
      {"extended_ballroom", "Extended Ballroom"},
      {"artists1517", "1517 Artists"}};
  const auto found = parameters.find("dataset.name");
  if (found == parameters.end()) return "an unnamed dataset";
  const auto title = titles.find(found->second);
  return title == titles.end() ? found->second : title->second;
}

std::string data_title(const Parameters& parameters, const Protocol& protocol,
                       const std::vector<Parameters>& alike) {
  std::vector<std::string> keys = varying_keys(alike);
  std::erase(keys, "dataset.name");  // said already
  const std::string variant = describe(parameters, keys);
  return dataset_title(parameters) + ", " + to_string(protocol) + std::string(mark(protocol)) +
         (variant.empty() ? "" : "; " + variant);
}

std::string describe_plugin(const Parameters& parameters, const std::string& section) {
  const std::string prefix = section + ".";
  std::string name;
  std::vector<std::string> options;
  for (const auto& [key, value] : with_prefix(parameters, {prefix})) {
    if (key == prefix + "name" || (key == prefix + "kind" && name.empty()))
      name = value;
    else if (key != "dataset.fingerprint")
      options.push_back(key);
  }
  const std::string text = describe(parameters, options, prefix);
  return text.empty() ? name : name + " (" + text + ")";
}

}  // namespace genrebench
