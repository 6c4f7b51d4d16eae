#include "harness/leaks.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "harness/split.hpp"
#include "signal/audio.hpp"
#include "signal/error.hpp"

namespace genrebench {
namespace {

using Sides = std::set<Part>;

std::vector<Sides> sides_of(const Dataset& dataset, const Split& split, const std::vector<std::size_t>& n_excerpts) {
  std::vector<Sides> sides(dataset.tracks().size());
  if (split.excerpts) {
    std::vector<int> genres;
    for (const Track& track : dataset.tracks()) genres.push_back(track.genre);
    const auto parts = divide_excerpts(*split.excerpts, genres, n_excerpts);
    for (std::size_t t = 0; t < sides.size(); ++t) sides[t].insert(parts[t].begin(), parts[t].end());
  } else {
    for (std::size_t t = 0; t < sides.size(); ++t)
      if (split.parts[t] != Part::none) sides[t].insert(split.parts[t]);
  }
  return sides;
}

std::vector<KindLeak> leaks_of(const Dataset& dataset, const std::vector<Sides>& sides, bool pieces) {
  std::map<std::string, std::map<std::string, std::vector<std::size_t>>> members;
  for (std::size_t t = 0; t < sides.size(); ++t) {
    if (sides[t].empty()) continue;
    for (const auto& [kind, value] : dataset.tracks()[t].groups) members[kind][value].push_back(t);
    if (pieces) members["track"][dataset.tracks()[t].id].push_back(t);
  }
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

LeakCheck check(std::string title, const PluginChoice& choice, const Dataset& dataset, const RunSpec& run, const std::vector<std::size_t>& n_excerpts,
                const Registry& registry) {
  LeakCheck result{.split = std::move(title), .seed = run.seed};
  try {
    const Split split = registry.splits.get(choice.name, "split").make(choice.options)->split(dataset, run.seed);
    result.notes = split.notes;
    if (split.excerpts && n_excerpts.empty())
      result.error = fmt::format("the number of excerpts a track is not known before {} has run", run.excerpt.name);
    else
      result.kinds = leaks_of(dataset, sides_of(dataset, split, n_excerpts), split.excerpts.has_value());
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
  if (const std::string kinds = option("group_by"); !kinds.empty() && kinds != "[]") title += ", grouped by " + kinds;
  return title;
}

}  // namespace

std::vector<std::size_t> count_excerpts(const Dataset& dataset, const PluginChoice& choice, const Registry& registry) {
  const auto excerpt = registry.excerpts.get(choice.name, "excerpt").make(choice.options);
  if (excerpt->whole_track() || dynamic_cast<const SegmentingExcerpt*>(excerpt.get()) != nullptr) return {};
  std::vector<std::size_t> counts;
  for (const Track& track : dataset.tracks()) {
    if (track.audio.empty()) return {};
    try {
      const AudioInfo info = probe_audio(track.audio);
      counts.push_back(excerpt->choose({track.audio, info.sample_rate_hz, std::llround(info.duration_s * info.sample_rate_hz)}).size());
    } catch (const DataError&) {
      counts.push_back(0);  // a bad track is in no part
    }
  }
  return counts;
}

LeakCheck check_own_split(const Dataset& dataset, const RunSpec& run, const std::vector<std::size_t>& n_excerpts, const Registry& registry) {
  LeakCheck own = check(own_title(run.split), run.split, dataset, run, n_excerpts, registry);
  own.own = true;
  return own;
}

std::vector<LeakCheck> check_leaks(const Dataset& dataset, const RunSpec& run, const std::vector<std::size_t>& n_excerpts, const Registry& registry) {
  std::vector<LeakCheck> result;
  const auto draw = [&](std::string title, const PluginChoice& choice) { result.push_back(check(std::move(title), choice, dataset, run, n_excerpts, registry)); };

  // Variants of the experiment's own split, or of the usual one where it follows a list.
  PluginChoice base = run.split;
  if (base.name == "published") {
    const SplitPlugin& usual = registry.splits.get("stratified", "split");
    base = {usual.name, usual.options.resolve({{"single_group_genres", run.split.options.at("single_group_genres")}}, "split stratified")};
  }
  const auto variant = [&](bool leaky, const std::string& unit, const std::vector<std::string>& kinds) {
    PluginChoice choice = base;
    choice.options["leaky"] = leaky;
    choice.options["unit"] = unit;
    choice.options["group_by"] = kinds;
    return choice;
  };
  if (!n_excerpts.empty()) draw(fmt::format("pieces ({}) at random", run.excerpt.name), variant(true, "excerpt", {}));
  draw("tracks at random", variant(true, "track", {}));
  std::set<std::string> kinds;
  for (const Track& track : dataset.tracks())
    for (const auto& [kind, value] : track.groups) kinds.insert(kind);
  for (const std::string& kind : kinds) draw("grouped by " + kind, variant(false, "track", {kind}));
  if (kinds.size() > 1) draw(fmt::format("grouped by {}", fmt::join(kinds, ", ")), variant(false, "track", {}));
  for (const PublishedSplit& list : dataset.published_splits()) {
    const SplitPlugin& published = registry.splits.get("published", "split");
    OptionValues options = {{"list", list.name}, {"leaky", true}};
    if (list.folds && !list.parts.empty()) options["fold"] = list.parts.begin()->second;
    draw("published: " + list.name, {published.name, published.options.resolve(options, "split published")});
  }
  return result;
}

}  // namespace genrebench
