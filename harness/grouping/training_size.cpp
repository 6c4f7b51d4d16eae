#include "harness/grouping/training_size.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <numeric>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/random.hpp"
#include "base/text.hpp"

namespace genrebench {
namespace {

constexpr std::string_view kTracks = "split.train_size.per_genre",
                           kGroups = "split.train_size.artists_per_genre";

/// The training part of a split, by groups and genres.
struct TrainingPart {
  std::vector<std::vector<int>> n_tracks;  ///< groups x genres

  TrainingPart(const Split& split, const Dataset& dataset, const Grouping& grouping)
      : n_tracks(static_cast<std::size_t>(grouping.n_groups),
                 std::vector<int>(dataset.genres().size(), 0)) {
    for (std::size_t t = 0; t < split.parts.size(); ++t)
      if (split.parts[t] == Part::train)
        ++n_tracks[static_cast<std::size_t>(grouping.group[t])]
                  [static_cast<std::size_t>(dataset.tracks()[t].genre)];
  }

  /// What a group counts in a genre: its tracks, or one.
  int amount(std::size_t group, std::size_t genre, bool count_groups) const {
    const int n = n_tracks[group][genre];
    return count_groups ? n > 0 : n;
  }
};

/// "3 tracks", "1 group (artist)"
std::string counted_units(int n, const Grouping& grouping, bool count_groups) {
  const auto number = static_cast<std::size_t>(n);
  return count_groups
             ? fmt::format("{} ({})", counted(number, "group"), fmt::join(grouping.kinds, ", "))
             : counted(number, "track");
}

/// @throws ConfigError  if some genre has training tracks, and less than `wanted`
void refuse_small_genres(const TrainingPart& training, const Dataset& dataset,
                         const Grouping& grouping, int wanted, bool count_groups) {
  int least = 0;
  std::vector<std::string> names;
  std::string worst;
  for (std::size_t genre = 0; genre < dataset.genres().size(); ++genre) {
    int found = 0;
    for (std::size_t k = 0; k < training.n_tracks.size(); ++k)
      found += training.amount(k, genre, count_groups);
    if (found == 0 || found >= wanted) continue;
    names.push_back(dataset.genres()[genre]);
    if (!worst.empty() && found >= least) continue;
    least = found;
    worst = dataset.genres()[genre];
  }
  if (names.empty()) return;
  throw ConfigError(fmt::format(
      "{}: expected {} or more in the training part of every genre, found {} of genre '{}'; set it "
      "to {} or fewer, or to all ({} such genre{}: {})",
      count_groups ? kGroups : kTracks, counted_units(wanted, grouping, count_groups), least, worst,
      least, names.size(), names.size() == 1 ? "" : "s", fmt::join(names, ", ")));
}

/// The groups that some genre takes, in their random order, until it has enough.
std::vector<bool> groups_taken(const TrainingPart& training, std::size_t n_genres, int wanted,
                               bool count_groups, std::uint64_t seed) {
  std::vector<std::size_t> order(training.n_tracks.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  Random random(derive_seed(seed, "train_size"));
  random.shuffle(std::span(order));
  std::vector<bool> taken(order.size());
  for (std::size_t genre = 0; genre < n_genres; ++genre) {
    int found = 0;
    for (std::size_t i = 0; i < order.size() && found < wanted; ++i) {
      const int amount = training.amount(order[i], genre, count_groups);
      if (amount > 0) taken[order[i]] = true;
      found += amount;
    }
  }
  return taken;
}

}  // namespace

void check_training_size(const GroupOptions& options) {
  if (options.train_tracks_per_genre && options.train_artists_per_genre)
    throw ConfigError(fmt::format(
        "{} and {}: expected one of them, found both ({} and {}); leave "
        "one out or set it to all",
        kTracks, kGroups, *options.train_tracks_per_genre, *options.train_artists_per_genre));
  const bool given = options.train_tracks_per_genre || options.train_artists_per_genre;
  const std::string_view key = options.train_tracks_per_genre ? kTracks : kGroups;
  if (given && options.unit == SplitUnit::excerpt)
    throw ConfigError(fmt::format(
        "{}: counts tracks that are trained on, and split.unit: excerpt divides their excerpts; "
        "leave one of them out",
        key));
  if (options.train_artists_per_genre && options.leaky)
    throw ConfigError(fmt::format(
        "{}: counts groups that stay whole, and split.leaky: true keeps none whole; set {} instead",
        key, kTracks));
}

void limit_training(Split& split, const Dataset& dataset, const Grouping& grouping,
                    const GroupOptions& options, std::uint64_t seed) {
  const bool count_groups = options.train_artists_per_genre.has_value();
  if (!count_groups && !options.train_tracks_per_genre) return;
  const int wanted =
      count_groups ? *options.train_artists_per_genre : *options.train_tracks_per_genre;
  if (count_groups && grouping.kinds.empty())
    throw ConfigError(fmt::format(
        "{}: the dataset knows no artists or other groups; set {} instead", kGroups, kTracks));
  split.n_train_available = static_cast<std::size_t>(std::ranges::count(split.parts, Part::train));
  const TrainingPart training(split, dataset, grouping);
  refuse_small_genres(training, dataset, grouping, wanted, count_groups);
  const std::vector<bool> taken =
      groups_taken(training, dataset.genres().size(), wanted, count_groups, seed);
  for (std::size_t t = 0; t < split.parts.size(); ++t)
    if (split.parts[t] == Part::train && !taken[static_cast<std::size_t>(grouping.group[t])])
      split.parts[t] = Part::none;
  split.notes.push_back(fmt::format(
      "the training part is limited: {} are drawn until each genre has {}, and the others are left "
      "out",
      grouping.kinds.empty() ? "tracks" : "whole groups",
      counted_units(wanted, grouping, count_groups)));
}

}  // namespace genrebench
