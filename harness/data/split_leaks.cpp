#include "harness/data/split_leaks.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "base/error.hpp"
#include "harness/data/track_reader.hpp"
#include "harness/grouping/grouping.hpp"
#include "signal/audio/audio.hpp"

namespace genrebench {
namespace {

using Sides = std::set<Part>;

std::vector<Sides> sides_of(const Dataset& dataset, const Split& split,
                            const std::vector<std::size_t>& n_excerpts) {
  std::vector<Sides> sides(dataset.tracks().size());
  if (split.excerpts) {
    std::vector<int> genres;
    for (const Track& track : dataset.tracks()) genres.push_back(track.genre);
    const auto parts = divide_excerpts(*split.excerpts, genres, n_excerpts);
    for (std::size_t t = 0; t < sides.size(); ++t)
      sides[t].insert(parts[t].begin(), parts[t].end());
  } else {
    for (std::size_t t = 0; t < sides.size(); ++t)
      if (split.parts[t] != Part::none) sides[t].insert(split.parts[t]);
  }
  return sides;
}

/// The tracks of each group of each kind.
using Members = std::map<std::string, std::map<std::string, std::vector<std::size_t>>>;

/// @param sides  of each track; tracks without one are left out
Members members_of(const Dataset& dataset, const TrackContents& content,
                   const std::vector<Sides>& sides, bool pieces) {
  Members members;
  for (const std::string& kind : known_kinds(dataset)) {
    const std::vector<std::string> names = group_names(dataset, kind);
    for (std::size_t t = 0; t < sides.size(); ++t)
      if (!sides[t].empty() && !names[t].empty()) members[kind][names[t]].push_back(t);
  }
  for (std::size_t t = 0; t < sides.size() && pieces; ++t)
    if (!sides[t].empty()) members["track"][dataset.tracks()[t].id].push_back(t);
  GroupOptions alone;
  alone.leaky = true;
  for (const auto& copies : group_tracks(dataset, content, alone).copies)
    for (const std::size_t t : copies)
      if (!sides[t].empty()) members["copy"][dataset.tracks()[copies.front()].id].push_back(t);
  return members;
}

std::vector<KindLeak> leaks_of(const Members& members, const std::vector<Sides>& sides) {
  std::vector<KindLeak> result;
  for (const auto& [kind, groups] : members) {
    KindLeak leak{.kind = kind, .n_groups = groups.size(), .straddling = {}};
    for (const auto& [value, tracks] : groups) {
      Sides all;
      std::size_t n_test = 0;
      for (const std::size_t t : tracks) {
        all.insert(sides[t].begin(), sides[t].end());
        n_test += sides[t].contains(Part::test);
      }
      leak.n_test_tracks += n_test;
      if (all.size() < 2) continue;
      leak.straddling.push_back(value);
      if (all.contains(Part::train)) leak.n_recognisable += n_test;
    }
    result.push_back(std::move(leak));
    if (kind == "track") std::rotate(result.begin(), result.end() - 1, result.end());
  }
  return result;
}

/// What all checks of one run are about.
struct Inputs {
  const Dataset& dataset;
  const TrackContents& content;
  const RunSpec& run;
  const std::vector<std::size_t>& n_excerpts;  ///< of each track; empty: not known
  const Registry& registry;
};

LeakCheck check(std::string title, const PluginChoice& choice, const Inputs& inputs) {
  const auto& [dataset, content, run, n_excerpts, registry] = inputs;
  LeakCheck result{.split = std::move(title), .seed = run.seed};
  try {
    const Split split = registry.splits.get(choice.name, "split")
                            .make(choice.options)
                            ->split(dataset, content, run.seed);
    result.notes = split.notes;
    if (split.excerpts && n_excerpts.empty()) {
      result.error = fmt::format("the number of excerpts a track is not known before {} has run",
                                 run.excerpt.name);
      return result;
    }
    const std::vector<Sides> sides = sides_of(dataset, split, n_excerpts);
    result.kinds = leaks_of(members_of(dataset, content, sides, split.excerpts.has_value()), sides);
    for (std::size_t t = 0; t < sides.size(); ++t) {
      if (!sides[t].empty()) result.used.push_back(t);
      if (sides[t].contains(Part::test)) result.tested.push_back(t);
    }
  } catch (const ConfigError& error) {
    result.error = error.what();
  }
  return result;
}

/// "own: stratified, leaky", "own: published fault_filtered"
std::string own_title(const PluginChoice& split) {
  std::string title = "own: " + split.name;
  const auto option = [&](const char* name) {
    const auto found = split.options.find(name);
    return found == split.options.end() ? std::string() : to_string(found->second);
  };
  if (!option("list").empty()) title += " " + option("list");
  if (option("leaky") == "true") title += ", leaky";
  if (option("unit") == "excerpt") title += ", pieces";
  if (option("unknown_groups") != "own" && !option("unknown_groups").empty())
    title += ", unknown " + option("unknown_groups");
  if (const std::string kinds = option("group_by"); !kinds.empty() && kinds != "[]")
    title += ", grouped by " + kinds;
  return title;
}

}  // namespace

std::vector<std::size_t> count_excerpts(const Dataset& dataset, const PluginChoice& choice,
                                        const Registry& registry) {
  const auto excerpt = registry.excerpts.get(choice.name, "excerpt").make(choice.options);
  if (excerpt->whole_track() || dynamic_cast<const SegmentingExcerpt*>(excerpt.get()) != nullptr)
    return {};
  std::vector<std::size_t> counts;
  for (const Track& track : dataset.tracks()) {
    if (track.audio.empty()) return {};
    try {
      const AudioInfo info = probe_audio(track.audio);
      counts.push_back(
          excerpt
              ->choose(track_audio(track, info.sample_rate_hz,
                                   std::llround(info.duration_s * info.sample_rate_hz)))
              .size());
    } catch (const DataError&) {
      counts.push_back(0);  // a bad track is in no part
    }
  }
  return counts;
}

LeakCheck check_own_split(const Dataset& dataset, const TrackContents& content, const RunSpec& run,
                          const std::vector<std::size_t>& n_excerpts, const Registry& registry) {
  LeakCheck own =
      check(own_title(run.split), run.split, {dataset, content, run, n_excerpts, registry});
  own.own = true;
  return own;
}

TestCounts count_tests(const std::vector<const LeakCheck*>& checks) {
  std::map<std::size_t, std::size_t> n_tests;  // of each track in use
  for (const LeakCheck* check : checks) {
    for (const std::size_t t : check->used) n_tests.try_emplace(t, 0);
    for (const std::size_t t : check->tested) ++n_tests[t];
  }
  TestCounts result;
  for (const auto& [t, n] : n_tests) {
    if (n == 0) result.never.push_back(t);
    if (n == checks.size()) result.always.push_back(t);
  }
  result.n_used = n_tests.size();
  double untested = 1.0;
  for (const LeakCheck* check : checks)
    if (!check->used.empty())
      untested *=
          1.0 - static_cast<double>(check->tested.size()) / static_cast<double>(check->used.size());
  result.never_by_chance = static_cast<double>(n_tests.size()) * untested;
  return result;
}

std::vector<LeakCheck> check_leaks(const Dataset& dataset, const TrackContents& content,
                                   const RunSpec& run, const std::vector<std::size_t>& n_excerpts,
                                   const Registry& registry) {
  std::vector<LeakCheck> result;
  const auto draw = [&](std::string title, const PluginChoice& choice) {
    result.push_back(
        check(std::move(title), choice, {dataset, content, run, n_excerpts, registry}));
  };

  // Variants of the experiment's own split, or of the usual one where it follows a list.
  PluginChoice base = run.split;
  if (base.name == "published") {
    const SplitPlugin& usual = registry.splits.get("stratified", "split");
    base = {usual.name, usual.options.resolve(
                            {{"single_group_genres", run.split.options.at("single_group_genres")}},
                            "split stratified")};
  }
  const auto variant = [&](bool leaky, const std::string& unit,
                           const std::vector<std::string>& kinds) {
    PluginChoice choice = base;
    choice.options["leaky"] = leaky;
    choice.options["unit"] = unit;
    choice.options["group_by"] = kinds;
    return choice;
  };
  if (!n_excerpts.empty())
    draw(fmt::format("pieces ({}) at random", run.excerpt.name), variant(true, "excerpt", {}));
  draw("tracks at random", variant(true, "track", {}));
  const std::vector<std::string> kinds = known_kinds(dataset);
  for (const std::string& kind : kinds) draw("grouped by " + kind, variant(false, "track", {kind}));
  if (kinds.size() > 1)
    draw(fmt::format("grouped by {}", fmt::join(kinds, ", ")), variant(false, "track", {}));
  for (const PublishedSplit& list : dataset.published_splits()) {
    const SplitPlugin& published = registry.splits.get("published", "split");
    OptionValues options = {{"list", list.name}, {"leaky", true}};
    if (list.folds && !list.parts.empty()) options["fold"] = list.parts.begin()->second;
    draw("published: " + list.name,
         {published.name, published.options.resolve(options, "split published")});
  }
  return result;
}

}  // namespace genrebench
