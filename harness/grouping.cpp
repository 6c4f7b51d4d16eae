#include "harness/grouping.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "harness/union_find.hpp"
#include "signal/error.hpp"
#include "signal/random.hpp"

namespace genrebench {
namespace {

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
    for (const auto& [genre, unused] : genres) total += cost_of(genre);
    return total;
  }

  /// Over all genres.
  double cost() const {
    double total = 0.0;
    for (int genre = 0; genre < static_cast<int>(count_.size()); ++genre) total += cost_of(genre);
    return total;
  }

 private:
  double cost_of(int genre) const {
    double total = 0.0;
    for (int p = 0; p < n_parts_; ++p) {
      const double distance = count_[genre][p] - target_[genre][p];
      total += distance * distance;
      if (count_[genre][p] == 0 && groups_[genre] >= n_parts_) total += 1e9;
      // With too few groups for all parts, the first and the last (training and test) come first.
      if (count_[genre][p] == 0 && groups_[genre] < n_parts_ && (p == 0 || p == n_parts_ - 1)) total += 1e6;
    }
    return total;
  }

  std::vector<std::vector<double>> target_;
  std::vector<std::vector<int>> count_;
  std::vector<int> groups_;
  int n_parts_;
};

/// Puts groups into parts at the lowest cost: every way is tried where these are few; else random orders are placed greedily and
/// improved, group by group and by exchanges of two, and the best one counts.
class Placement {
 public:
  /// @param contents  (genre, number of tracks) of every group
  /// @param open      the groups to place
  Placement(const std::vector<std::vector<std::pair<int, int>>>& contents, const std::vector<int>& open, Balance balance, int n_parts)
      : contents_(contents), open_(open), balance_(std::move(balance)), n_parts_(n_parts), part_(contents.size(), -1) {}

  /// The part of every open group, -1 of the others.
  std::vector<int> find(std::uint64_t seed) {
    Random random(seed);
    std::vector<int> order = open_;
    if (std::pow(n_parts_, static_cast<double>(order.size())) <= kMaxWays) {
      random.shuffle(std::span(order));  // of ways that are equally good, chance decides
      try_all(order);
    } else {
      for (int restart = 0; restart < kRestarts; ++restart) {
        for (const int k : order) move(k, -1);
        order = open_;
        random.shuffle(std::span(order));
        for (const int k : order) place(k, random);
        for (int pass = 0; pass < kMaxPasses && improve(order, random); ++pass) {}
        keep();
      }
    }
    return best_;
  }

 private:
  static constexpr double kMaxWays = 4096;
  static constexpr int kRestarts = 24;
  static constexpr int kMaxPasses = 50;
  static constexpr std::size_t kMaxExchanges = 200;  ///< of more groups, exchanges are not tried: pairs would be too many
  static constexpr double kRounding = 1e-9;

  void move(int k, int part) {
    if (part_[k] >= 0) balance_.add(contents_[k], part_[k], -1);
    part_[k] = part;
    if (part >= 0) balance_.add(contents_[k], part, +1);
  }

  void keep() {
    const double cost = balance_.cost();
    if (!best_.empty() && cost >= best_cost_ - kRounding) return;
    best_ = part_;
    best_cost_ = cost;
  }

  void try_all(const std::vector<int>& order) {
    for (const int k : order) move(k, 0);
    for (bool more = true; more;) {
      keep();
      std::size_t i = 0;
      for (; i < order.size() && part_[order[i]] == n_parts_ - 1; ++i) move(order[i], 0);
      more = i < order.size();
      if (more) move(order[i], part_[order[i]] + 1);
    }
  }

  /// Moves a group to where it costs least; ties fall anywhere.
  void place(int k, Random& random) {
    int chosen = 0;
    double lowest = 0.0;
    const int turn = static_cast<int>(random.below(static_cast<std::uint64_t>(n_parts_)));
    for (int i = 0; i < n_parts_; ++i) {
      const int p = (i + turn) % n_parts_;
      move(k, p);
      const double cost = balance_.cost(contents_[k]);
      if (i == 0 || cost < lowest - kRounding) {
        lowest = cost;
        chosen = p;
      }
    }
    move(k, chosen);
  }

  /// @return  false where neither a move nor an exchange lowers the cost
  bool improve(const std::vector<int>& order, Random& random) {
    bool improved = false;
    for (const int k : order) {
      const int before = part_[k];
      const double cost = balance_.cost(contents_[k]);
      place(k, random);
      if (balance_.cost(contents_[k]) < cost - kRounding)
        improved = true;
      else
        move(k, before);
    }
    if (improved || order.size() > kMaxExchanges) return improved;
    for (std::size_t a = 0; a < order.size(); ++a)
      for (std::size_t b = a + 1; b < order.size(); ++b) improved = exchange(order[a], order[b]) || improved;
    return improved;
  }

  bool exchange(int a, int b) {
    if (part_[a] == part_[b]) return false;
    const double cost = balance_.cost();
    const int of_a = part_[a], of_b = part_[b];
    move(a, of_b);
    move(b, of_a);
    if (balance_.cost() < cost - kRounding) return true;
    move(a, of_a);
    move(b, of_b);
    return false;
  }

  const std::vector<std::vector<std::pair<int, int>>>& contents_;
  const std::vector<int>& open_;
  Balance balance_;
  int n_parts_;
  std::vector<int> part_;
  std::vector<int> best_;
  double best_cost_ = 0.0;
};

/// Genres of several groups that some part has no track of.
std::vector<std::size_t> genres_missing_from_a_part(const std::vector<std::map<int, int>>& contents, const std::vector<int>& part,
                                                    const std::vector<int>& genre_groups, int n_parts) {
  std::vector<std::set<int>> seen(genre_groups.size());
  for (std::size_t k = 0; k < contents.size(); ++k)
    for (const auto& [genre, n] : contents[k])
      if (part[k] >= 0) seen[static_cast<std::size_t>(genre)].insert(part[k]);
  std::vector<std::size_t> missing;
  for (std::size_t g = 0; g < seen.size(); ++g)
    if (genre_groups[g] > 1 && static_cast<int>(seen[g].size()) < n_parts) missing.push_back(g);
  return missing;
}

}  // namespace

std::optional<Split> excerpt_split(const Dataset& dataset, const GroupOptions& options, std::vector<std::pair<Part, double>> shares, std::uint64_t seed) {
  if (options.unit == "track") return std::nullopt;
  if (!options.leaky) throw ConfigError("split.unit: excerpt puts pieces of one song on both sides, which needs split.leaky: true (reports will mark it)");
  return Split{.parts = std::vector<Part>(dataset.tracks().size(), Part::train), .leaky = true, .groups = {},
               .notes = {"excerpts are divided, not tracks: pieces of one song are on several sides"},
               .excerpts = ExcerptDivision{.shares = std::move(shares), .seed = seed}};
}

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
    grouping.kinds = options.group_by;
    if (grouping.kinds.empty()) grouping.kinds = dataset.usual_groups();
    if (grouping.kinds.empty()) grouping.kinds.assign(known.begin(), known.end());
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

std::vector<int> divide(const Dataset& dataset, const Grouping& grouping, const std::vector<double>& fractions, const GroupOptions& options,
                        int train_part, bool folds, std::uint64_t seed, std::vector<std::string>& notes) {
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

  const std::vector<int> best = Placement(content_of, open, Balance(genre_sizes, genre_groups, fractions), static_cast<int>(fractions.size())).find(seed);

  std::vector<std::size_t> thin = genres_missing_from_a_part(contents, best, genre_groups, static_cast<int>(fractions.size()));
  if (!thin.empty() && options.single_group_genres == "fail" && !folds) {
    const std::size_t g = thin.front();
    throw ConfigError(fmt::format("split: genre '{}' cannot be in each of the {} parts: its {} tracks are in {} {}s{}; set split.single_group_genres to "
                                  "train_only or drop to go without, or ask for fewer parts ({} such genre{})",
                                  dataset.genres()[g], fractions.size(), genre_sizes[g], genre_groups[g], what.substr(0, what.find(' ')),
                                  what.find(' ') == std::string::npos ? "" : what.substr(what.find(' ')), thin.size(), thin.size() == 1 ? "" : "s"));
  }
  if (!thin.empty()) {
    std::vector<std::string> names;
    for (const std::size_t g : thin) names.push_back(dataset.genres()[g]);
    notes.push_back(fmt::format("{} genre{} too few groups to be in every part: {}", thin.size(), thin.size() == 1 ? " has" : "s have",
                                fmt::join(names, ", ")));
  }

  std::vector<int> result(tracks.size(), -1);
  for (std::size_t t = 0; t < tracks.size(); ++t) {
    const std::size_t k = static_cast<std::size_t>(grouping.group[t]);
    const bool dropped = options.single_group_genres == "drop" && genre_groups[tracks[t].genre] == 1;
    result[t] = dropped ? -1 : fixed[k] != -2 ? fixed[k] : best[k];
  }
  return result;
}

std::string evaluation_cluster_kind(const Dataset& dataset) {
  std::set<std::string> known;
  for (const Track& track : dataset.tracks())
    for (const auto& [kind, value] : track.groups) known.insert(kind);
  std::vector<std::string> usual = dataset.usual_groups();
  std::erase_if(usual, [&](const std::string& kind) { return !known.contains(kind); });
  if (known.empty()) return {};
  return known.contains("artist") ? "artist" : usual.empty() ? *known.begin() : usual.front();
}

std::vector<std::string> evaluation_clusters(const Dataset& dataset) {
  const std::vector<Track>& tracks = dataset.tracks();
  std::vector<std::string> result(tracks.size());
  const std::string kind = evaluation_cluster_kind(dataset);
  if (kind.empty()) return result;
  const Grouping grouping = group_tracks(dataset, {.leaky = false, .unit = "track", .group_by = {kind}, .single_group_genres = "fail", .seed = {}});
  std::map<int, std::string> names;
  for (std::size_t t = 0; t < tracks.size(); ++t)
    if (const auto value = tracks[t].groups.find(kind); value != tracks[t].groups.end())
      result[t] = names.emplace(grouping.group[t], value->second).first->second;
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
