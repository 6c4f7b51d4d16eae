#pragma once
// Which runs a report is about, and which of them may be averaged: those that differ only in the
// seed.

#include <compare>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "harness/plugin/report.hpp"
#include "harness/records/store_reader.hpp"

namespace genrebench {

/// Parameters by key; a configuration, or the part of one.
using Parameters = std::map<std::string, std::string>;

/// Runs that belong together; they live in a Scope.
using Runs = std::vector<const RunRecord*>;

/// The experiments and runs that a report is about.
struct Scope {
  std::vector<ExperimentRecord> experiments;
  std::vector<RunRecord> runs;  ///< of the plans of all those experiments, each once, in the plans'
                                ///< order
};

/// Reads the runs of the scope's experiments, or of all experiments where it names none.
/// @throws ConfigError  if the store has no such experiment (with the nearest name), or no runs
Scope load_scope(const StoreReader& store, const ReportScope& scope);

/// For each run its configuration: all parameters except what repeats it (the seed, "split.fold")
/// and what only says where files lie (`root`, `path`, `file`, `folder`, `cache` of any plug-in,
/// absolute paths), for which "dataset.fingerprint" stands. Should that put two runs of one seed
/// and fold together, the places are kept: runs that the store tells apart are never pooled.
std::vector<Parameters> configurations(const std::vector<RunRecord>& runs);

/// True if the runs test different folds of a cross-validation, so that they are more than seeds.
bool has_folds(const Runs& runs);

/// What keeps a test track apart from the training tracks. Results of different protocols are never
/// pooled.
struct Protocol {
  /// The most careful first; where reports order protocols, it is so or the other way round.
  enum class Kind {
    grouped,    ///< groups stay on one side
    partly,     ///< groups stay on one side, but those of another known kind may straddle the parts
    ungrouped,  ///< no groups are known for this dataset, so they may straddle the parts
    leaky,      ///< groups may straddle the parts, because the configuration asked for it
    pieces,  ///< leaky, and excerpts were divided, so that pieces of one song are on several sides
    not_run  ///< no run is done that could tell
  };
  Kind kind = Kind::not_run;
  std::string groups;      ///< the kinds of groups: "artist, song"; empty unless grouped or partly
  std::string apart = {};  ///< the kinds that may straddle though they are known; empty unless
                           ///< partly

  bool is_leaky() const { return kind == Kind::leaky || kind == Kind::pieces; }
  auto operator<=>(const Protocol&) const = default;
};

/// For each run its protocol: leaky if the parameter or the fact "split.leaky" is "true" (and
/// `pieces` if "split.unit" is "excerpt"), else by the fact "split.groups" (and `partly` if
/// "split.apart" names a kind); runs that are not done take it from runs with the same dataset and
/// split.
std::vector<Protocol> protocols(const std::vector<RunRecord>& runs);

/// "grouped by artist", "grouped by song, artist apart", "no groups known", "leaky split", "not run
/// yet"
std::string to_string(const Protocol& protocol);

/// What follows every number of the protocol in every format: " †" if leaky, " ††" if pieces of
/// songs were divided, " ‡" if no groups are known, " §" if a known kind is left apart.
std::string_view mark(const Protocol& protocol);

/// The explanation of the mark, or an empty text.
std::string mark_note(const Protocol& protocol);

/// "grouped", "partly", "ungrouped", "leaky", "pieces", "not_run": the protocol's kind as a part of
/// ids.
std::string kind_id(const Protocol& protocol);

/// Runs that may be averaged: equal in configuration and protocol.
struct RunGroup {
  Parameters parameters = {};
  Protocol protocol = {};
  Runs runs = {};
  std::string title = {};  ///< what tells it from the groups beside it, with the protocol's mark
};

/// The groups of the runs, in order of appearance, without titles. Runs of one seed and fold are
/// never in one group.
std::vector<RunGroup> group_runs(const std::vector<RunRecord>& runs);
std::vector<RunGroup> group_runs(std::vector<RunRecord>&&) = delete;  // groups refer to the runs

/// The keys that tell groups apart besides the protocol, in the order of varying_keys().
std::vector<std::string> telling_keys(const std::vector<RunGroup>& groups);

/// Gives each group its title: describe() of the telling keys, or the method's name where nothing
/// differs.
void name_groups(std::vector<RunGroup>& groups);

/// The value of a parameter, or `missing`.
std::string value_of(const Parameters& parameters, const std::string& key,
                     const std::string& missing = {});

/// The parameters whose key starts with one of the prefixes, or those whose key starts with none of
/// them.
Parameters with_prefix(const Parameters& parameters, const std::vector<std::string_view>& prefixes);
Parameters without_prefix(const Parameters& parameters,
                          const std::vector<std::string_view>& prefixes);

/// The keys in which configurations differ, without those that follow from others: first the names
/// of plug-ins (`*.name`, `*.kind`) that vary, then each other key that varies among configurations
/// with equal names (the options of a method that others do not have follow from its name).
std::vector<std::string> varying_keys(const std::vector<Parameters>& configurations);

/// "neighbours=3, distance=manhattan": the values of these keys, without a prefix that they all
/// share; keys that are absent are left out.
std::string describe(const Parameters& parameters, const std::vector<std::string>& keys,
                     std::string_view prefix = {});

/// "GTZAN, grouped by artist; split.train_fraction=0.8": dataset, protocol with its mark, and what
/// tells the parameters from others of the same protocol.
std::string data_title(const Parameters& parameters, const Protocol& protocol,
                       const std::vector<Parameters>& alike);

/// The dataset as papers write it: "GTZAN", "Extended Ballroom"; the plug-in's name where there is
/// no other.
std::string dataset_title(const Parameters& parameters);

/// The rules about what a split keeps together.
inline const std::vector<std::string_view> kSplitRules = {
    "split.leaky", "split.unit", "split.group_by", "split.single_group_genres"};

/// The group that shows what leaking does to another one: nothing but the rule about groups differs
/// (tracks divided at random rather than pieces of them). Where there is none, the one leaky group
/// that differs in the split alone; else nullptr.
template <typename Group>
const Group* leaky_partner(const Group& honest, const std::vector<Group>& groups) {
  const auto without_rule = [](const Group& group) {
    return without_prefix(group.parameters, kSplitRules);
  };
  const auto without_split = [](const Group& group) {
    return without_prefix(group.parameters, {"split."});
  };
  const Group* pieces = nullptr;
  const Group* similar = nullptr;
  std::size_t n_similar = 0;
  for (const Group& group : groups) {
    if (!group.protocol.is_leaky()) continue;
    if (without_rule(group) == without_rule(honest)) {
      if (group.protocol.kind == Protocol::Kind::leaky) return &group;
      pieces = &group;
    }
    if (without_split(group) != without_split(honest)) continue;
    similar = &group;
    ++n_similar;
  }
  return pieces != nullptr ? pieces : n_similar == 1 ? similar : nullptr;
}

/// A plug-in with all its options: "mfcc_statistics (n_mfcc=20, …)"; empty where the parameters
/// have none.
/// @param section  "features", "split", …
std::string describe_plugin(const Parameters& parameters, const std::string& section);

}  // namespace genrebench
