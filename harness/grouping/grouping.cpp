#include "harness/grouping/grouping.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/closest_name.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "base/union_find.hpp"
#include "harness/grouping/placeholders.hpp"

namespace genrebench {
namespace {

/// Joins tracks whose name is equal; those without a name stay alone.
void join_equal(const std::vector<std::string>& names, UnionFind& sets) {
  std::map<std::string_view, std::size_t> first;
  for (std::size_t t = 0; t < names.size(); ++t)
    if (!names[t].empty())
      if (const auto [place, fresh] = first.emplace(names[t], t); !fresh)
        sets.join(place->second, t);
}

/// The names under which tracks without a known group are grouped, and the note that says so.
void apply_rule_for_unknown(const Dataset& dataset, const std::string& kind, UnknownGroupRule rule,
                            std::vector<std::string>& names, Grouping& grouping) {
  std::size_t n = 0;
  for (std::size_t t = 0; t < names.size(); ++t) {
    if (!names[t].empty()) continue;
    ++n;
    if (rule == UnknownGroupRule::drop) grouping.dropped[t] = true;
    if (rule == UnknownGroupRule::train_only) grouping.train_only[t] = true;
    if (rule == UnknownGroupRule::together_by_genre)
      names[t] = fmt::format("\nunknown of genre {}", dataset.tracks()[t].genre);
  }
  if (n == 0) return;
  const std::string_view what =
      rule == UnknownGroupRule::own                 ? "each counts as one of its own"
      : rule == UnknownGroupRule::together_by_genre ? "those of one genre count as one"
      : rule == UnknownGroupRule::train_only        ? "they are in training only, never tested"
                                                    : "they are left out";
  grouping.notes.push_back(
      fmt::format("{} of {} have no known {}; {}", n, counted(names.size(), "track"), kind, what));
}

/// Whether a group of this kind is in several of the groups.
bool is_cut(const std::vector<std::string>& names, const std::vector<int>& group) {
  std::map<std::string_view, int> first;
  for (std::size_t t = 0; t < names.size(); ++t)
    if (!names[t].empty() && first.emplace(names[t], group[t]).first->second != group[t])
      return true;
  return false;
}

bool contains(const std::vector<std::string>& kinds, std::string_view kind) {
  return std::ranges::find(kinds, kind) != kinds.end();
}

/// What to add to a message that a kind is unknown.
std::string why_no_artist(const Dataset& dataset, const std::string& kind) {
  const std::string placeholders = placeholder_text(dataset.tracks());
  return kind == "artist" && !placeholders.empty() ? "; " + placeholders : std::string();
}

/// The kinds that the options or else the dataset name. A leaky split may name unknown ones, which
/// are ignored.
/// @throws ConfigError  if a split that is not leaky names a kind that no track has
std::vector<std::string> kinds_to_group_by(const Dataset& dataset, const GroupOptions& options) {
  if (options.group_by.empty()) return usual_kinds(dataset);
  const std::vector<std::string> known = known_kinds(dataset);
  std::vector<std::string> kinds;
  for (const std::string& kind : options.group_by) {
    if (contains(known, kind))
      kinds.push_back(kind);
    else if (!options.leaky)
      throw ConfigError(unknown_name_message("kind of group", kind, "split.group_by", known) +
                        why_no_artist(dataset, kind));
  }
  return kinds;
}

/// Numbers the sets in the order of their first tracks.
void number_groups(UnionFind& sets, std::size_t n_tracks, Grouping& grouping) {
  std::map<std::size_t, int> number;
  for (std::size_t t = 0; t < n_tracks; ++t)
    grouping.group.push_back(
        number.emplace(sets.find(t), static_cast<int>(number.size())).first->second);
  grouping.n_groups = static_cast<int>(number.size());
}

}  // namespace

std::vector<std::string> group_names(const Dataset& dataset, const std::string& kind,
                                     ArtistJoins joins) {
  std::vector<std::string> names;
  for (const Track& track : dataset.tracks()) {
    const auto value = track.groups.find(kind);
    names.push_back(value == track.groups.end() ? std::string() : value->second);
  }
  return kind == "artist" ? join_artists(names, joins) : names;
}

std::vector<std::string> known_kinds(const Dataset& dataset) {
  std::set<std::string> kinds;
  for (const Track& track : dataset.tracks())
    for (const auto& [kind, value] : track.groups)
      if (kind != "artist" || names_somebody(value)) kinds.insert(kind);
  return {kinds.begin(), kinds.end()};
}

std::vector<std::string> usual_kinds(const Dataset& dataset) {
  const std::vector<std::string> known = known_kinds(dataset);
  std::vector<std::string> usual = dataset.usual_groups();
  std::erase_if(usual, [&](const std::string& kind) { return !contains(known, kind); });
  return usual.empty() ? known : usual;
}

Grouping group_tracks(const Dataset& dataset, const TrackContents& content,
                      const GroupOptions& options, ArtistJoins joins) {
  const std::size_t n_tracks = dataset.tracks().size();
  const std::vector<std::string> kinds = kinds_to_group_by(dataset, options);
  Grouping grouping;
  grouping.dropped.assign(n_tracks, false);
  grouping.train_only.assign(n_tracks, false);
  grouping.copies = find_copies(dataset, content);
  if (!kinds.empty()) grouping.leading = contains(kinds, "artist") ? "artist" : kinds.front();
  UnionFind sets(n_tracks);
  const auto leading = std::ranges::find(kinds, grouping.leading);
  for (auto kind = kinds.begin(); kind != kinds.end(); ++kind) {
    if (options.leaky && (kind != leading || options.unknown_groups != UnknownGroupRule::drop))
      continue;
    std::vector<std::string> names = group_names(dataset, *kind, joins);
    if (kind == leading)
      apply_rule_for_unknown(dataset, *kind, options.unknown_groups, names, grouping);
    if (!options.leaky) join_equal(names, sets);
  }
  if (!options.leaky) {
    grouping.kinds = kinds;
    for (const Copies& members : grouping.copies)
      for (const std::size_t t : members) sets.join(members.front(), t);
    if (!grouping.copies.empty())
      grouping.notes.push_back(note_on_copies(dataset, grouping.copies));
  }
  if (std::string text = placeholder_text(dataset.tracks()); !options.leaky && !text.empty())
    grouping.notes.push_back(std::move(text));
  number_groups(sets, n_tracks, grouping);
  if (!options.leaky)
    for (const std::string& kind : usual_kinds(dataset))
      if (!contains(kinds, kind) && is_cut(group_names(dataset, kind), grouping.group))
        grouping.apart.push_back(kind);
  return grouping;
}

Split start_split(const Grouping& grouping, const GroupOptions& options) {
  return {.parts = {},
          .leaky = options.leaky,
          .groups = grouping.kinds,
          .apart = grouping.apart,
          .notes = grouping.notes};
}

std::optional<Split> excerpt_split(const Grouping& grouping, const GroupOptions& options,
                                   std::vector<std::pair<Part, double>> shares,
                                   std::uint64_t seed) {
  if (options.unit == SplitUnit::track) return std::nullopt;
  if (!options.leaky)
    throw ConfigError(
        "split.unit: excerpt puts pieces of one song on both sides, which needs split.leaky: true "
        "(reports will mark it)");
  Split split = start_split(grouping, options);
  for (const bool dropped : grouping.dropped)
    split.parts.push_back(dropped ? Part::none : Part::train);
  split.notes.insert(split.notes.begin(),
                     "excerpts are divided, not tracks: pieces of one song are on several sides");
  split.excerpts = ExcerptDivision{.shares = std::move(shares), .seed = seed};
  return split;
}

void note_straddling_copies(Split& split, const Grouping& grouping) {
  if (split.leaky && !grouping.copies.empty())
    split.notes.push_back(note_on_straddling_copies(split, grouping.copies));
}

std::vector<std::string> straddling_groups(const Dataset& dataset, const Grouping& grouping,
                                           const std::vector<Part>& parts) {
  std::map<int, std::set<Part>> found;
  std::map<int, std::string> example;
  for (std::size_t t = 0; t < parts.size(); ++t) {
    if (parts[t] == Part::none) continue;
    found[grouping.group[t]].insert(parts[t]);
    const Track& track = dataset.tracks()[t];
    std::string name = track.id;
    for (const std::string& kind : grouping.kinds)
      if (const auto value = track.groups.find(kind);
          value != track.groups.end() && (kind != "artist" || names_somebody(value->second))) {
        name = value->second;
        break;
      }
    example.emplace(grouping.group[t], name);
  }
  std::vector<std::string> result;
  for (const auto& [group, sides] : found)
    if (sides.size() > 1) result.push_back(example[group]);
  return result;
}

}  // namespace genrebench
