#include "harness/grouping/grouping.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/closest_name.hpp"
#include "base/error.hpp"
#include "base/union_find.hpp"
#include "harness/grouping/division.hpp"

namespace genrebench {
namespace {

std::string counted(std::size_t n, std::string_view what) {
  return fmt::format("{} {}{}", n, what, n == 1 ? "" : "s");
}

/// Pairs of tracks with equal features that chance would give if columns were independent of each
/// other.
double expected_equal_pairs(const std::vector<const Track*>& tracks) {
  const double n = static_cast<double>(tracks.size());
  double expected = n * (n - 1.0) / 2.0;
  std::vector<float> values(tracks.size());
  for (std::size_t column = 0; column < tracks.front()->features.size() && expected > 1e-6;
       ++column) {
    for (std::size_t t = 0; t < tracks.size(); ++t) values[t] = tracks[t]->features[column];
    std::ranges::sort(values);
    double equal = 0.0;
    for (std::size_t begin = 0, end = 0; begin < values.size(); begin = end) {
      while (end < values.size() && values[end] == values[begin]) ++end;
      equal += static_cast<double>(end - begin) * static_cast<double>(end - begin - 1);
    }
    expected *= equal / (n * (n - 1.0));
  }
  return expected;
}

/// Sets of two or more tracks of equal content, in the order of their first tracks.
std::vector<std::vector<std::size_t>> find_copies(const Dataset& dataset,
                                                  const TrackContents& content) {
  if (content.empty()) return {};
  constexpr double kByChance = 0.05;  // of the pairs of equal features; with more, equal features
                                      // say nothing
  const std::vector<Track>& tracks = dataset.tracks();
  std::map<std::string_view, std::vector<std::size_t>> of_content;
  std::vector<const Track*> rows;
  for (std::size_t t = 0; t < tracks.size(); ++t) {
    if (!content[t].empty()) of_content[content[t]].push_back(t);
    if (tracks[t].audio.empty() && !tracks[t].features.empty()) rows.push_back(&tracks[t]);
  }
  std::vector<std::vector<std::size_t>> copies;
  const auto is_row = [&](const std::vector<std::size_t>& members) {
    return tracks[members.front()].audio.empty() && !tracks[members.front()].features.empty();
  };
  double n_equal_rows = 0.0;
  for (auto& [unused, members] : of_content) {
    if (members.size() < 2) continue;
    if (is_row(members))
      n_equal_rows += static_cast<double>(members.size() * (members.size() - 1)) / 2.0;
    copies.push_back(std::move(members));
  }
  if (n_equal_rows > 0.0 && expected_equal_pairs(rows) > kByChance * n_equal_rows)
    std::erase_if(copies, is_row);
  std::ranges::sort(copies);
  return copies;
}

std::string note_on_copies(const Dataset& dataset,
                           const std::vector<std::vector<std::size_t>>& copies) {
  std::size_t n = 0, n_disputed = 0;
  std::string example;
  for (const auto& members : copies) {
    n += members.size();
    const Track& first = dataset.tracks()[members.front()];
    const auto other = std::ranges::find_if(
        members, [&](std::size_t t) { return dataset.tracks()[t].genre != first.genre; });
    if (other == members.end()) continue;
    n_disputed += members.size();
    if (!example.empty()) continue;
    const auto text = [&](const Track& track) {
      return fmt::format("{} ({})", track.id,
                         dataset.genres()[static_cast<std::size_t>(track.genre)]);
    };
    example = text(first) + " and " + text(dataset.tracks()[*other]);
  }
  std::string note =
      fmt::format("{} of {} have the same content as another one; copies stay on one side", n,
                  counted(dataset.tracks().size(), "track"));
  if (n_disputed > 0)
    note +=
        fmt::format("; {} of them have copies of another genre, such as {}", n_disputed, example);
  return note;
}

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

/// What each group holds, and what the rules make of it.
struct Contents {
  std::vector<std::map<int, int>> groups;       ///< tracks in use by genre
  std::vector<bool> train_only;                 ///< of each group
  std::vector<int> n_tracks, n_groups, n_open;  ///< of each genre; open: groups that may be tested

  Contents(const Dataset& dataset, const Grouping& grouping, const std::vector<bool>& dropped)
      : groups(static_cast<std::size_t>(grouping.n_groups)),
        train_only(groups.size()),
        n_tracks(dataset.genres().size()),
        n_groups(n_tracks),
        n_open(n_tracks) {
    for (std::size_t t = 0; t < dropped.size(); ++t) {
      if (dropped[t]) continue;
      const auto k = static_cast<std::size_t>(grouping.group[t]);
      ++groups[k][dataset.tracks()[t].genre];
      if (grouping.train_only[t]) train_only[k] = true;
    }
    count();
  }

  void count() {
    std::ranges::fill(n_tracks, 0);
    std::ranges::fill(n_groups, 0);
    std::ranges::fill(n_open, 0);
    for (std::size_t k = 0; k < groups.size(); ++k)
      for (const auto& [genre, n] : groups[k]) {
        const auto g = static_cast<std::size_t>(genre);
        n_tracks[g] += n;
        ++n_groups[g];
        n_open[g] += !train_only[k];
      }
  }
};

/// "track", "set of copies", "group (artist)"
std::string group_noun(const Grouping& grouping, std::size_t n_tracks) {
  if (!grouping.kinds.empty()) return fmt::format("group ({})", fmt::join(grouping.kinds, ", "));
  return static_cast<std::size_t>(grouping.n_groups) == n_tracks ? "track" : "set of copies";
}

/// The genre of each name given, for messages.
std::vector<std::string> names_of_genres(const Dataset& dataset,
                                         const std::vector<std::size_t>& genres) {
  std::vector<std::string> names;
  for (const std::size_t g : genres) names.push_back(dataset.genres()[g]);
  return names;
}

/// Numbers of tracks by genre in each part of a split.
std::vector<std::map<Part, std::size_t>> count_parts(const Dataset& dataset,
                                                     const std::vector<Part>& parts) {
  std::vector<std::map<Part, std::size_t>> counts(dataset.genres().size());
  for (std::size_t t = 0; t < parts.size(); ++t)
    if (parts[t] != Part::none)
      ++counts[static_cast<std::size_t>(dataset.tracks()[t].genre)][parts[t]];
  return counts;
}

/// Moves whole groups that have a track of a genre in one part to another part.
void move_groups(Split& split, const Dataset& dataset, const Grouping& grouping, int genre,
                 Part from, Part to) {
  std::set<int> moved;
  for (std::size_t t = 0; t < split.parts.size(); ++t)
    if (split.parts[t] == from && dataset.tracks()[t].genre == genre)
      moved.insert(grouping.group[t]);
  for (std::size_t t = 0; t < split.parts.size(); ++t)
    if (split.parts[t] == from && moved.contains(grouping.group[t])) split.parts[t] = to;
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

Grouping group_tracks(const Dataset& dataset, const TrackContents& content,
                      const GroupOptions& options, ArtistJoins joins) {
  const std::size_t n_tracks = dataset.tracks().size();
  const std::vector<std::string> known = known_kinds(dataset);
  const auto is_known = [&](const std::string& kind) {
    return std::ranges::find(known, kind) != known.end();
  };
  if (!options.leaky)
    for (const std::string& kind : options.group_by)
      if (!is_known(kind))
        throw ConfigError(unknown_name_message("kind of group", kind, "split.group_by", known));
  std::vector<std::string> usual = dataset.usual_groups();
  std::erase_if(usual, [&](const std::string& kind) { return !is_known(kind); });
  if (usual.empty()) usual = known;
  std::vector<std::string> kinds = options.group_by.empty() ? usual : options.group_by;
  std::erase_if(kinds, [&](const std::string& kind) { return !is_known(kind); });  // of a leaky
                                                                                   // split

  Grouping grouping;
  grouping.dropped.assign(n_tracks, false);
  grouping.train_only.assign(n_tracks, false);
  grouping.copies = find_copies(dataset, content);
  UnionFind sets(n_tracks);
  const auto leading = std::ranges::find(kinds, "artist") == kinds.end()
                           ? kinds.begin()
                           : std::ranges::find(kinds, "artist");
  if (leading != kinds.end()) grouping.leading = *leading;
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
    for (const auto& members : grouping.copies)
      for (const std::size_t t : members) sets.join(members.front(), t);
    if (!grouping.copies.empty())
      grouping.notes.push_back(note_on_copies(dataset, grouping.copies));
  }
  std::map<std::size_t, int> number;
  for (std::size_t t = 0; t < n_tracks; ++t)
    grouping.group.push_back(
        number.emplace(sets.find(t), static_cast<int>(number.size())).first->second);
  grouping.n_groups = static_cast<int>(number.size());
  if (!options.leaky)
    for (const std::string& kind : usual)
      if (std::ranges::find(kinds, kind) == kinds.end() &&
          is_cut(group_names(dataset, kind), grouping.group))
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

std::vector<int> divide(const Dataset& dataset, const Grouping& grouping,
                        const std::vector<double>& fractions, const GroupOptions& options,
                        int train_part, bool folds, std::uint64_t seed,
                        std::vector<std::string>& notes) {
  const std::vector<Track>& tracks = dataset.tracks();
  const std::size_t n_genres = dataset.genres().size();
  const bool fail = options.single_group_genres == SingleGroupRule::fail,
             train_only = options.single_group_genres == SingleGroupRule::train_only;
  const std::string what = group_noun(grouping, tracks.size());
  std::vector<bool> dropped = grouping.dropped;
  Contents contents(dataset, grouping, dropped);

  // Genres of one group follow their rule; the rest is divided.
  std::vector<std::size_t> single;
  for (std::size_t g = 0; g < n_genres; ++g) {
    if (contents.n_groups[g] == 1 && contents.n_open[g] == 1) single.push_back(g);
    if (contents.n_groups[g] > 0 && contents.n_open[g] == 0 && fail)
      throw ConfigError(fmt::format(
          "split: genre '{}' has no track that may be tested: its {} belong to groups with an "
          "unknown {}, which split.unknown_groups: train_only keeps in training; choose another "
          "rule there, or set split.single_group_genres to train_only to go without",
          dataset.genres()[g], counted(static_cast<std::size_t>(contents.n_tracks[g]), "track"),
          grouping.leading));
  }
  if (!single.empty()) {
    const std::vector<std::string> names = names_of_genres(dataset, single);
    if (fail)
      throw ConfigError(
          fmt::format("split: genre '{}' has all its tracks in one {}, so it cannot be both in "
                      "training and in test; set split.single_group_genres to train_only or drop, "
                      "or give it more ({} such genre{}: {})",
                      names.front(), what, single.size(), single.size() == 1 ? "" : "s",
                      fmt::join(names, ", ")));
    notes.push_back(fmt::format(
        "{} of {} genres have all their tracks in one {} and are {}: {}", single.size(), n_genres,
        what, train_only ? "in training only, never tested" : "left out", fmt::join(names, ", ")));
  }
  const auto is_single = [&](int genre) {
    return std::ranges::find(single, static_cast<std::size_t>(genre)) != single.end();
  };
  std::map<int, int> held;  // tracks of other genres that such groups keep in training
  for (std::size_t k = 0; k < contents.groups.size(); ++k) {
    if (std::ranges::none_of(contents.groups[k],
                             [&](const auto& item) { return is_single(item.first); }))
      continue;
    if (train_only) {
      contents.train_only[k] = true;
      for (const auto& [genre, n] : contents.groups[k])
        if (!is_single(genre)) held[genre] += n;
    } else {
      std::erase_if(contents.groups[k], [&](const auto& item) { return is_single(item.first); });
    }
  }
  if (!train_only)
    for (std::size_t t = 0; t < tracks.size(); ++t)
      if (is_single(tracks[t].genre)) dropped[t] = true;
  contents.count();
  if (!held.empty()) {
    std::vector<std::string> names;
    for (const auto& [genre, n] : held)
      names.push_back(fmt::format("{} of {} of {}", n,
                                  contents.n_tracks[static_cast<std::size_t>(genre)],
                                  dataset.genres()[static_cast<std::size_t>(genre)]));
    notes.push_back(fmt::format("the same groups keep tracks of other genres in training: {}",
                                fmt::join(names, ", ")));
  }

  DivisionTask task{
      .groups = {}, .n_genres = n_genres, .fractions = fractions, .fixed = {}, .folds = folds};
  for (std::size_t k = 0; k < contents.groups.size(); ++k) {
    task.groups.emplace_back(contents.groups[k].begin(), contents.groups[k].end());
    // Folds must be the same whichever is tested, so what stays in training takes no part in their
    // division.
    task.fixed.push_back(contents.groups[k].empty() ? DivisionTask::kOut
                         : !contents.train_only[k]  ? DivisionTask::kOpen
                         : folds                    ? DivisionTask::kOut
                                                    : train_part);
  }
  const std::vector<int> drawn = draw_division(task, seed);
  std::vector<int> result(tracks.size(), -1);
  std::vector<std::set<int>> seen(n_genres);
  for (std::size_t t = 0; t < tracks.size(); ++t) {
    if (dropped[t]) continue;
    const auto k = static_cast<std::size_t>(grouping.group[t]);
    result[t] = contents.train_only[k] ? train_part : drawn[k];
    seen[static_cast<std::size_t>(tracks[t].genre)].insert(result[t]);
  }

  if (fail && !folds) {
    std::vector<std::size_t> thin;
    for (std::size_t g = 0; g < n_genres; ++g)
      if (contents.n_groups[g] > 1 && seen[g].size() < fractions.size()) thin.push_back(g);
    if (!thin.empty()) {
      const std::size_t g = thin.front();
      throw ConfigError(
          fmt::format("split: genre '{}' cannot be in each of the {} parts: its {} tracks are in "
                      "{} {}s{}; set split.single_group_genres to train_only or drop to go "
                      "without, or ask for fewer parts ({} such genre{})",
                      dataset.genres()[g], fractions.size(), contents.n_tracks[g],
                      contents.n_groups[g], what.substr(0, what.find(' ')),
                      what.find(' ') == std::string::npos ? "" : what.substr(what.find(' ')),
                      thin.size(), thin.size() == 1 ? "" : "s"));
    }
  }
  return result;
}

void finish_split(Split& split, const Dataset& dataset, const Grouping& grouping,
                  const GroupOptions& options, bool validation) {
  const std::vector<std::string>& genres = dataset.genres();
  auto counts = count_parts(dataset, split.parts);
  for (std::size_t g = 0; g < genres.size();) {
    if (!counts[g].contains(Part::test) || counts[g].contains(Part::train)) {
      ++g;
      continue;
    }
    const int genre = static_cast<int>(g);
    if (counts[g].contains(Part::valid)) {
      move_groups(split, dataset, grouping, genre, Part::valid, Part::train);
      split.notes.push_back(
          fmt::format("genre {} would be in validation and test only; its validation groups are in "
                      "training instead",
                      genres[g]));
    } else if (options.single_group_genres == SingleGroupRule::fail) {
      throw ConfigError(
          fmt::format("split: genre '{}' would be tested and not trained: all its tracks are in "
                      "the test part; set split.single_group_genres to train_only or drop, ask for "
                      "fewer folds, or give it more groups",
                      genres[g]));
    } else if (options.single_group_genres == SingleGroupRule::drop) {
      for (std::size_t t = 0; t < split.parts.size(); ++t)
        if (dataset.tracks()[t].genre == genre) split.parts[t] = Part::none;
    } else {
      move_groups(split, dataset, grouping, genre, Part::test, Part::train);
    }
    counts = count_parts(dataset, split.parts);
    g = 0;
  }

  std::vector<std::set<int>> groups(genres.size());
  for (std::size_t t = 0; t < split.parts.size(); ++t)
    groups[static_cast<std::size_t>(dataset.tracks()[t].genre)].insert(grouping.group[t]);
  std::vector<std::string> missing;
  for (std::size_t g = 0; g < genres.size(); ++g) {
    if (groups[g].size() < 2 || counts[g].empty()) continue;
    std::vector<std::string_view> lacks;
    if (!counts[g].contains(Part::train)) lacks.emplace_back("training");
    if (validation && !counts[g].contains(Part::valid)) lacks.emplace_back("validation");
    if (!counts[g].contains(Part::test)) lacks.emplace_back("test");
    if (!lacks.empty())
      missing.push_back(fmt::format("{} (no {} tracks)", genres[g], fmt::join(lacks, " and no ")));
  }
  if (!missing.empty())
    split.notes.push_back(fmt::format("{} genre{} too few groups to be in every part: {}",
                                      missing.size(), missing.size() == 1 ? " has" : "s have",
                                      fmt::join(missing, ", ")));
  note_straddling_copies(split, grouping);
}

void note_straddling_copies(Split& split, const Grouping& grouping) {
  if (!split.leaky || grouping.copies.empty()) return;
  std::size_t n = 0, n_straddling = 0;
  for (const auto& members : grouping.copies) {
    std::set<Part> sides;
    for (const std::size_t t : members) sides.insert(split.parts[t]);
    sides.erase(Part::none);
    n += members.size();
    if (sides.size() > 1) n_straddling += members.size();
  }
  split.notes.push_back(split.excerpts ? fmt::format("{} tracks have the same content as another "
                                                     "one; pieces of them are on several sides",
                                                     n)
                                       : fmt::format("{} tracks have the same content as another "
                                                     "one; {} of them have a copy on another side",
                                                     n, n_straddling));
}

std::string evaluation_cluster_kind(const Dataset& dataset) {
  const std::vector<std::string> known = known_kinds(dataset);
  const auto is_known = [&](const std::string& kind) {
    return std::ranges::find(known, kind) != known.end();
  };
  if (known.empty()) return {};
  if (is_known("artist")) return "artist";
  std::vector<std::string> usual = dataset.usual_groups();
  std::erase_if(usual, [&](const std::string& kind) { return !is_known(kind); });
  return usual.empty() ? known.front() : usual.front();
}

std::vector<std::string> evaluation_clusters(const Dataset& dataset) {
  const std::string kind = evaluation_cluster_kind(dataset);
  if (kind.empty()) return std::vector<std::string>(dataset.tracks().size());
  std::vector<std::string> result = group_names(dataset, kind);
  const std::vector<std::string> known = known_kinds(dataset);
  if (kind == "artist" && std::ranges::find(known, "song") != known.end()) {
    const std::vector<std::string> songs = group_names(dataset, "song");
    for (std::size_t t = 0; t < result.size(); ++t)
      if (result[t].empty()) result[t] = songs[t];
  }
  return result;
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
