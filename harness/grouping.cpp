#include "harness/grouping.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

#include "signal/error.hpp"
#include "signal/random.hpp"

namespace genrebench {
namespace {

/// Searches started from random orders; the best one counts.
constexpr int kRestarts = 24;

class UnionFind {
 public:
  explicit UnionFind(std::size_t n) : parent_(n) { std::iota(parent_.begin(), parent_.end(), std::size_t{0}); }
  std::size_t find(std::size_t i) {
    while (parent_[i] != i) i = parent_[i] = parent_[parent_[i]];
    return i;
  }
  void join(std::size_t a, std::size_t b) { parent_[std::max(find(a), find(b))] = std::min(find(a), find(b)); }

 private:
  std::vector<std::size_t> parent_;
};

/// Numbers of tracks by genre in each part, and how far they are from what was asked for.
class Balance {
 public:
  Balance(const std::vector<int>& genre_sizes, const std::vector<int>& genre_groups, const std::vector<double>& fractions)
      : groups_(genre_groups), n_parts_(static_cast<int>(fractions.size())) {
    for (const int size : genre_sizes) {
      target_.emplace_back();
      for (const double fraction : fractions) target_.back().push_back(size * fraction);
      count_.emplace_back(fractions.size(), 0);
    }
  }

  void add(const std::vector<std::pair<int, int>>& by_genre, int part, int sign) {
    for (const auto& [genre, n] : by_genre) count_[genre][part] += sign * n;
  }

  /// Squared distance from the targets over the genres named, plus a large price for a genre that is absent
  /// from a part although it has a group for every part.
  double cost(const std::vector<std::pair<int, int>>& genres) const {
    double total = 0.0;
    for (const auto& [genre, unused] : genres)
      for (int p = 0; p < n_parts_; ++p) {
        const double distance = count_[genre][p] - target_[genre][p];
        total += distance * distance;
        if (count_[genre][p] == 0 && groups_[genre] >= n_parts_) total += 1e9;
        // With too few groups for all parts, the first and the last (training and test) come first.
        if (count_[genre][p] == 0 && groups_[genre] < n_parts_ && (p == 0 || p == n_parts_ - 1)) total += 1e6;
      }
    return total;
  }

 private:
  std::vector<std::vector<double>> target_;
  std::vector<std::vector<int>> count_;
  std::vector<int> groups_;
  int n_parts_;
};

}  // namespace

Grouping group_tracks(const Dataset& dataset, const GroupOptions& options) {
  const std::vector<Track>& tracks = dataset.tracks();
  std::set<std::string> known;
  for (const Track& track : tracks)
    for (const auto& [kind, value] : track.groups) known.insert(kind);
  Grouping grouping;
  if (!options.leaky) {
    for (const std::string& kind : options.group_by)
      if (!known.contains(kind))
        throw ConfigError(unknown_name_message("kind of group", kind, "split.group_by", {known.begin(), known.end()}));
    grouping.kinds = options.group_by.empty() ? std::vector<std::string>(known.begin(), known.end()) : options.group_by;
  }
  UnionFind sets(tracks.size());
  for (const std::string& kind : grouping.kinds) {
    std::map<std::string, std::size_t> first;
    for (std::size_t t = 0; t < tracks.size(); ++t)
      if (const auto value = tracks[t].groups.find(kind); value != tracks[t].groups.end())
        if (const auto [place, fresh] = first.emplace(value->second, t); !fresh) sets.join(place->second, t);
  }
  std::map<std::size_t, int> number;
  for (std::size_t t = 0; t < tracks.size(); ++t)
    grouping.group.push_back(number.emplace(sets.find(t), static_cast<int>(number.size())).first->second);
  grouping.n_groups = static_cast<int>(number.size());
  return grouping;
}

std::vector<int> divide(const Dataset& dataset, const Grouping& grouping, const std::vector<double>& fractions,
                        const GroupOptions& options, int train_part, std::uint64_t seed, std::vector<std::string>& notes) {
  const std::vector<Track>& tracks = dataset.tracks();
  const std::size_t n_genres = dataset.genres().size();

  // What each group holds, as (genre, number of tracks).
  std::vector<std::map<int, int>> contents(static_cast<std::size_t>(grouping.n_groups));
  for (std::size_t t = 0; t < tracks.size(); ++t) ++contents[grouping.group[t]][tracks[t].genre];
  std::vector<int> genre_sizes(n_genres, 0), genre_groups(n_genres, 0);
  for (const auto& content : contents)
    for (const auto& [genre, n] : content) {
      genre_sizes[genre] += n;
      ++genre_groups[genre];
    }

  // Genres of one group follow their rule; the rest is divided.
  std::vector<std::string> single;
  for (std::size_t g = 0; g < n_genres; ++g)
    if (genre_groups[g] == 1) single.push_back(dataset.genres()[g]);
  const std::string what = grouping.kinds.empty() ? "track" : fmt::format("group ({})", fmt::join(grouping.kinds, ", "));
  if (!single.empty()) {
    if (options.single_group_genres == "fail")
      throw ConfigError(fmt::format("split: genre '{}' has all its tracks in one {}, so it cannot be both in training and in "
                                    "test; set split.single_group_genres to train_only or drop, or give it more ({} such "
                                    "genre{}: {})",
                                    single.front(), what, single.size(), single.size() == 1 ? "" : "s",
                                    fmt::join(single, ", ")));
    const bool train_only = options.single_group_genres == "train_only";
    notes.push_back(fmt::format("{} of {} genres have all their tracks in one {} and are {}: {}", single.size(), n_genres, what,
                                train_only ? "in training only, never tested" : "left out", fmt::join(single, ", ")));
  }
  std::vector<std::string> thin;
  for (std::size_t g = 0; g < n_genres; ++g)
    if (genre_groups[g] > 1 && genre_groups[g] < static_cast<int>(fractions.size())) thin.push_back(dataset.genres()[g]);
  if (!thin.empty())
    notes.push_back(fmt::format("{} genre{} too few groups to be in every part: {}", thin.size(),
                                thin.size() == 1 ? " has" : "s have", fmt::join(thin, ", ")));

  std::vector<int> fixed(contents.size(), -2);  // -2: to be divided
  std::vector<std::vector<std::pair<int, int>>> content_of(contents.size());
  std::vector<int> open;
  for (std::size_t k = 0; k < contents.size(); ++k) {
    content_of[k].assign(contents[k].begin(), contents[k].end());
    const bool only_single = std::all_of(contents[k].begin(), contents[k].end(),
                                         [&](const auto& item) { return genre_groups[item.first] == 1; });
    if (only_single)
      fixed[k] = options.single_group_genres == "train_only" ? train_part : -1;
    else
      open.push_back(static_cast<int>(k));
  }

  // Random orders, each placed greedily and then improved group by group; the closest to the fractions wins.
  std::vector<std::pair<int, int>> every_genre;
  for (std::size_t g = 0; g < n_genres; ++g) every_genre.emplace_back(static_cast<int>(g), 0);
  Random random(seed);
  std::vector<int> best;
  double best_cost = 0.0;
  const int n_parts = static_cast<int>(fractions.size());
  for (int restart = 0; restart < kRestarts; ++restart) {
    std::vector<int> order = open;
    random.shuffle(std::span(order));
    Balance balance(genre_sizes, genre_groups, fractions);
    std::vector<int> part(contents.size(), -1);
    const auto place = [&](int k) {
      int chosen = 0;
      double lowest = 0.0;
      const int turn = static_cast<int>(random.below(static_cast<std::uint64_t>(n_parts)));  // ties fall anywhere
      for (int i = 0; i < n_parts; ++i) {
        const int p = (i + turn) % n_parts;
        balance.add(content_of[k], p, +1);
        const double cost = balance.cost(content_of[k]);
        balance.add(content_of[k], p, -1);
        if (i == 0 || cost < lowest - 1e-9) {
          lowest = cost;
          chosen = p;
        }
      }
      balance.add(content_of[k], chosen, +1);
      part[k] = chosen;
      return lowest;
    };
    for (const int k : order) place(k);
    for (int pass = 0; pass < 8; ++pass) {
      bool moved = false;
      for (const int k : order) {
        const int before = part[k];
        const double cost_before = balance.cost(content_of[k]);
        balance.add(content_of[k], before, -1);
        if (place(k) < cost_before - 1e-9) {
          moved = true;
        } else if (part[k] != before) {
          balance.add(content_of[k], part[k], -1);
          balance.add(content_of[k], before, +1);
          part[k] = before;
        }
      }
      if (!moved) break;
    }
    const double cost = balance.cost(every_genre);
    if (best.empty() || cost < best_cost - 1e-9) {
      best = part;
      best_cost = cost;
    }
  }

  std::vector<int> result(tracks.size(), -1);
  for (std::size_t t = 0; t < tracks.size(); ++t) {
    const std::size_t k = static_cast<std::size_t>(grouping.group[t]);
    const bool dropped = options.single_group_genres == "drop" && genre_groups[tracks[t].genre] == 1;
    result[t] = dropped ? -1 : fixed[k] != -2 ? fixed[k] : best[k];
  }
  return result;
}

std::vector<std::string> straddling_groups(const Dataset& dataset, const Grouping& grouping, const std::vector<Part>& parts) {
  std::map<int, std::set<Part>> found;
  std::map<int, std::string> example;
  for (std::size_t t = 0; t < parts.size(); ++t) {
    if (parts[t] == Part::none) continue;
    found[grouping.group[t]].insert(parts[t]);
    const Track& track = dataset.tracks()[t];
    std::string name = track.id;
    for (const std::string& kind : grouping.kinds)
      if (const auto value = track.groups.find(kind); value != track.groups.end()) {
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
