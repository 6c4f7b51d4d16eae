// A split that was published for the dataset, by name.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/closest_name.hpp"
#include "harness/grouping/grouped_splitter.hpp"
#include "harness/plugin/registry.hpp"

namespace genrebench {
namespace {

struct PublishedOptions : GroupOptions {
  std::string list;
  std::string fold = "1";
  bool train_on_valid = false;
};

const OptionTable<PublishedOptions>& published_options() {
  static const OptionTable<PublishedOptions> options = [] {
    OptionTable<PublishedOptions> t;
    t.text("list", &PublishedOptions::list,
           "Name of the published split; `genrebench dataset describe` lists those of a dataset.")
        .text("fold", &PublishedOptions::fold, "The fold that is tested, for lists of folds.")
        .boolean("train_on_valid", &PublishedOptions::train_on_valid,
                 "Train on the list's validation part too. For methods that choose nothing on it, "
                 "as results on a list often do without saying so; there is no validation part "
                 "then.");
    return add_group_options(t);
  }();
  return options;
}

/// The parts of a list, which no seed changes.
class PreparedList final : public PreparedSplit {
 public:
  explicit PreparedList(Split split) : split_(std::move(split)) {}

  Split draw(std::uint64_t) const override { return split_; }

 private:
  const Split split_;
};

class Published final : public GroupedSplitter {
 public:
  explicit Published(const PublishedOptions& options)
      : GroupedSplitter(options), options_(options) {
    if (options_.unit != SplitUnit::track)
      throw ConfigError(
          "split published: a published list divides tracks, so unit must be track, found "
          "excerpt");
  }

 private:
  std::unique_ptr<const PreparedSplit> divide(const Dataset& dataset, const TrackContents& content,
                                              const Grouping& grouping) const override {
    const PublishedSplit list = find_list(dataset);
    Split result = start_split(grouping, options_);
    result.parts = parts_of(list, dataset);
    if (options_.train_on_valid) {
      if (!result.has(Part::valid))
        throw ConfigError(
            fmt::format("split published: train_on_valid: true, and the list '{}' has no "
                        "validation part; leave it out",
                        list.name));
      std::ranges::replace(result.parts, Part::valid, Part::train);
    }
    for (std::size_t t = 0; t < result.parts.size(); ++t)
      if (grouping.dropped[t] || (grouping.train_only[t] && result.parts[t] != Part::train))
        result.parts[t] = Part::none;
    if (options_.train_on_valid)
      result.notes.insert(result.notes.begin(), "the validation part of the list is trained on");
    result.notes.insert(result.notes.begin(), fmt::format("published split: {}", list.description));
    if (!options_.leaky) {
      refuse_straddling_copies(dataset, grouping, result.parts);
      refuse_straddling_groups(dataset, content, grouping, result.parts);
      note_straddling_groups(dataset, grouping, result);
    }
    note_absent_tracks(list, dataset, result);
    note_straddling_copies(result, grouping);
    note_untrained_genres(dataset, result);
    return std::make_unique<PreparedList>(std::move(result));
  }

  PublishedSplit find_list(const Dataset& dataset) const {
    std::vector<std::string> known;
    for (PublishedSplit& list : dataset.published_splits()) {
      if (list.name == options_.list) return std::move(list);
      known.push_back(list.name);
    }
    throw ConfigError(unknown_name_message("published split", options_.list, "split.list", known));
  }

  /// The part of every track; `none` for tracks that the list leaves out.
  std::vector<Part> parts_of(const PublishedSplit& list, const Dataset& dataset) const {
    std::set<std::string> folds;
    for (const auto& [track, part] : list.parts) folds.insert(part);
    if (list.folds && !folds.contains(options_.fold))
      throw ConfigError(
          fmt::format("split.fold: the published split '{}' has the folds {}, found '{}'",
                      list.name, fmt::join(folds, ", "), options_.fold));
    std::vector<Part> parts;
    for (const Track& track : dataset.tracks()) {
      const auto entry = list.parts.find(track.id);
      parts.push_back(entry == list.parts.end() ? Part::none
                      : list.folds              ? part_of_fold(entry->second)
                                                : part_named(entry->second));
    }
    return parts;
  }

  Part part_of_fold(const std::string& fold) const {
    return fold == options_.fold ? Part::test : Part::train;
  }

  static Part part_named(const std::string& name) {
    return name == "train" ? Part::train : name == "valid" ? Part::valid : Part::test;
  }

  /// A list goes by the artist that a track is filed under, so only groups of equal spelling are
  /// refused. A track by several artists may be on another side than they are; that is noted.
  void refuse_straddling_groups(const Dataset& dataset, const TrackContents& content,
                                const Grouping& grouping, const std::vector<Part>& parts) const {
    const Grouping filed = group_tracks(dataset, content, options_, ArtistJoins::spellings);
    const std::vector<std::string> straddling = straddling_groups(dataset, filed, parts);
    if (!straddling.empty())
      throw ConfigError(fmt::format(
          "split published: the list '{}' has {} group{} ({}) on more than one side, such as '{}'; "
          "set split.leaky: true to use it all the same (reports will mark it)",
          options_.list, straddling.size(), straddling.size() == 1 ? "" : "s",
          fmt::join(grouping.kinds, ", "), straddling.front()));
  }

  static void note_straddling_groups(const Dataset& dataset, const Grouping& grouping,
                                     Split& split) {
    const auto names = straddling_groups(dataset, grouping, split.parts);
    if (names.empty()) return;
    split.notes.push_back(
        fmt::format("{} group{} ({}) {} on more than one side of the list by tracks of several "
                    "artists, such as that of '{}'",
                    names.size(), names.size() == 1 ? "" : "s", fmt::join(grouping.kinds, ", "),
                    names.size() == 1 ? "is" : "are", names.front()));
  }

  static void note_absent_tracks(const PublishedSplit& list, const Dataset& dataset, Split& split) {
    const auto n_absent =
        std::count_if(dataset.tracks().begin(), dataset.tracks().end(),
                      [&](const Track& track) { return !list.parts.contains(track.id); });
    if (n_absent > 0)
      split.notes.push_back(fmt::format("{} tracks are left out by the list", n_absent));
  }

  void refuse_straddling_copies(const Dataset& dataset, const Grouping& grouping,
                                const std::vector<Part>& parts) const {
    std::size_t n = 0;
    std::string example;
    for (const auto& members : grouping.copies) {
      std::map<Part, std::size_t> sides;
      for (const std::size_t t : members)
        if (parts[t] != Part::none) sides.emplace(parts[t], t);
      if (sides.size() < 2) continue;
      if (n++ == 0)
        for (const auto& [part, t] : sides)
          example += fmt::format("{}{} ({})", example.empty() ? "" : " and ",
                                 dataset.tracks()[t].id, to_string(part));
    }
    if (n > 0)
      throw ConfigError(fmt::format(
          "split published: the list '{}' has {} set{} of copies on more than one side, such as "
          "{}; set split.leaky: true to use it all the same (reports will mark it)",
          options_.list, n, n == 1 ? "" : "s", example));
  }

  static void note_untrained_genres(const Dataset& dataset, Split& split) {
    std::set<int> trained, untrained;
    for (std::size_t t = 0; t < split.parts.size(); ++t)
      if (split.parts[t] == Part::train) trained.insert(dataset.tracks()[t].genre);
    std::vector<std::string> names;
    for (std::size_t t = 0; t < split.parts.size(); ++t)
      if (const int genre = dataset.tracks()[t].genre; split.parts[t] == Part::test &&
                                                       !trained.contains(genre) &&
                                                       untrained.insert(genre).second)
        names.push_back(dataset.genre_name(genre));
    if (!names.empty())
      split.notes.push_back(
          fmt::format("{} tested and not trained by the list: {}",
                      names.size() == 1 ? "1 genre is" : fmt::format("{} genres are", names.size()),
                      fmt::join(names, ", ")));
  }

  PublishedOptions options_;
};

}  // namespace

void register_published(Registry& registry) {
  registry.splits.add({{.name = "published",
                        .summary = "A split that was published for the dataset, by name.",
                        .options = published_options().schema()},
                       [](const OptionValues& values) {
                         return std::make_unique<Published>(published_options().parse(values));
                       }});
}

}  // namespace genrebench
