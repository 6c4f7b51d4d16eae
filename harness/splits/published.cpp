// A split that somebody published for the dataset, by name.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "harness/grouping.hpp"
#include "harness/registry.hpp"

namespace genrebench {
namespace {

struct PublishedOptions : GroupOptions {
  std::string list;
  std::string fold = "1";
};

const OptionTable<PublishedOptions>& table() {
  static const OptionTable<PublishedOptions> options = [] {
    OptionTable<PublishedOptions> t;
    t.text("list", &PublishedOptions::list, "Name of the published split; `genrebench dataset describe` shows a dataset's.")
        .text("fold", &PublishedOptions::fold, "For lists of folds: the one that is tested.");
    return add_group_options(t);
  }();
  return options;
}

class Published final : public Splitter {
 public:
  explicit Published(PublishedOptions options) : options_(std::move(options)) {
    if (options_.unit != "track") throw ConfigError("split published: a published list divides tracks, so unit must be track, found " + options_.unit);
  }

  Split split(const Dataset& dataset, std::uint64_t) const override {
    const std::vector<PublishedSplit> lists = dataset.published_splits();
    const auto list = std::find_if(lists.begin(), lists.end(), [&](const PublishedSplit& s) { return s.name == options_.list; });
    if (list == lists.end()) {
      std::vector<std::string> known;
      for (const PublishedSplit& s : lists) known.push_back(s.name);
      throw ConfigError(unknown_name_message("published split", options_.list, "split.list", known));
    }
    const Grouping grouping = group_tracks(dataset, options_);
    Split result{.parts = {}, .leaky = options_.leaky, .groups = grouping.kinds, .notes = {}};
    std::size_t n_absent = 0;
    std::set<std::string> folds;
    for (const auto& [track, part] : list->parts) folds.insert(part);
    if (list->folds && !folds.contains(options_.fold))
      throw ConfigError(fmt::format("split.fold: the published split '{}' has the folds {}, found '{}'", list->name,
                                    fmt::join(folds, ", "), options_.fold));
    for (const Track& track : dataset.tracks()) {
      const auto entry = list->parts.find(track.id);
      Part part = Part::none;
      if (entry == list->parts.end())
        ++n_absent;
      else if (list->folds)
        part = entry->second == options_.fold ? Part::test : Part::train;
      else
        part = entry->second == "train" ? Part::train : entry->second == "valid" ? Part::valid : Part::test;
      result.parts.push_back(part);
    }
    if (!options_.leaky) {
      const std::vector<std::string> straddling = straddling_groups(dataset, grouping, result.parts);
      if (!straddling.empty())
        throw ConfigError(fmt::format("split published: the list '{}' has {} group{} ({}) on more than one side, such as '{}'; "
                                      "set split.leaky: true to use it all the same (reports will mark it)",
                                      list->name, straddling.size(), straddling.size() == 1 ? "" : "s",
                                      fmt::join(grouping.kinds, ", "), straddling.front()));
    }
    result.notes.push_back(fmt::format("published split: {}", list->description));
    if (n_absent > 0) result.notes.push_back(fmt::format("{} tracks are left out by the list", n_absent));
    return result;
  }

 private:
  PublishedOptions options_;
};

}  // namespace

void register_published(Registry& registry) {
  registry.splits.add({{.name = "published",
                        .summary = "A split that was published for the dataset, by name.",
                        .options = table().schema()},
                       [](const OptionValues& values) { return std::make_unique<Published>(table().parse(values)); }});
}

}  // namespace genrebench
