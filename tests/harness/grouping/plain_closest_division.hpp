#pragma once
// The closest division in its plain form: every exchange is tried, and every cost is summed anew.

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "base/random.hpp"
#include "harness/grouping/division.hpp"

namespace genrebench::plain {

inline constexpr double kRounding = 1e-9;

/// How far one genre is from what was asked for.
struct Distance {
  double absence = 0.0;  ///< a price for parts that lack the genre although its groups would do for
                         ///< them
  double squared = 0.0;  ///< sum over parts, in tracks squared

  double total() const { return absence + squared; }
};

/// Numbers of tracks by genre in each part.
class Balance {
 public:
  explicit Balance(const DivisionTask& task)
      : fractions_(task.fractions),
        folds_(task.folds),
        n_parts_(static_cast<int>(task.fractions.size())),
        size_(task.n_genres),
        capacity_(task.n_genres) {
    count_.assign(task.n_genres, std::vector<int>(task.fractions.size(), 0));
    std::vector<bool> has_fixed(task.n_genres);
    for (const DivisionGroup& group : task.groups) {
      if (group.role == GroupRole::unused) continue;
      for (const auto& [genre, n] : group.content) {
        const auto g = static_cast<std::size_t>(genre);
        size_[g] += n;
        if (group.role == GroupRole::open)
          ++capacity_[g];
        else if (!has_fixed[g])
          has_fixed[g] = true, ++capacity_[g];
      }
      if (group.role == GroupRole::fixed) add(group.content, group.part, +1);
    }
  }

  void add(const GroupContent& group, int part, int sign) {
    for (const auto& [genre, n] : group)
      count_[static_cast<std::size_t>(genre)][static_cast<std::size_t>(part)] += sign * n;
  }

  /// Tracks of a genre that a part lacks; negative: it has too many.
  double lack(int genre, int part) const {
    const auto g = static_cast<std::size_t>(genre), p = static_cast<std::size_t>(part);
    return size_[g] * fractions_[p] - count_[g][p];
  }

  Distance distance(int genre) const {
    Distance result;
    const auto g = static_cast<std::size_t>(genre);
    for (int p = 0; p < n_parts_; ++p) {
      const double off = lack(genre, p);
      result.squared += off * off;
      if (count_[g][static_cast<std::size_t>(p)] > 0 || size_[g] == 0) continue;
      if (capacity_[g] >= n_parts_) result.absence += 1e9;
      // With too few groups for all parts, the first and the last (training and test) come first.
      else if (folds_ || p == 0 || p == n_parts_ - 1)
        result.absence += 1e6;
    }
    return result;
  }

  /// Over the genres of a group.
  double cost(const GroupContent& group) const {
    double total = 0.0;
    for (const auto& [genre, unused] : group) total += distance(genre).total();
    return total;
  }

  /// Over all genres.
  double cost() const {
    double total = 0.0;
    for (int genre = 0; genre < static_cast<int>(size_.size()); ++genre)
      total += distance(genre).total();
    return total;
  }

  double fraction(int part) const { return fractions_[static_cast<std::size_t>(part)]; }
  int size(int genre) const { return size_[static_cast<std::size_t>(genre)]; }
  int n_parts() const { return n_parts_; }

 private:
  const std::vector<double>& fractions_;
  bool folds_;
  int n_parts_;
  std::vector<int> size_;      ///< tracks of each genre in use
  std::vector<int> capacity_;  ///< the most parts that each genre can be in
  std::vector<std::vector<int>> count_;
};

/// Chooses among equals met one after the other, each with the same chance.
class Lot {
 public:
  explicit Lot(Random& random) : random_(random) {}

  /// @return  true if the newcomer stands now
  bool draw() { return random_.below(++n_) == 0; }
  void forget() { n_ = 0; }

 private:
  Random& random_;
  std::uint64_t n_ = 0;
};

/// Groups in parts, with the balance that they make.
class Placement {
 public:
  Placement(const DivisionTask& task, const std::vector<int>& open)
      : task_(task), open_(open), balance_(task) {
    for (const DivisionGroup& group : task.groups)
      part_.push_back(group.role == GroupRole::fixed ? std::optional(group.part) : std::nullopt);
  }

  const GroupParts& parts() const { return part_; }
  const Balance& balance() const { return balance_; }

  /// @param to  nothing: into no part
  void move(int k, std::optional<int> to) {
    std::optional<int>& part = part_[static_cast<std::size_t>(k)];
    if (part) balance_.add(group(k), *part, -1);
    part = to;
    if (part) balance_.add(group(k), *part, +1);
  }

  void clear() {
    for (const int k : open_) move(k, std::nullopt);
  }

  const GroupContent& group(int k) const {
    return task_.groups[static_cast<std::size_t>(k)].content;
  }
  /// @param k  a group that is in a part
  int part(int k) const { return part_[static_cast<std::size_t>(k)].value(); }

 private:
  const DivisionTask& task_;
  const std::vector<int>& open_;
  Balance balance_;
  GroupParts part_;
};

/// Looks for the division at the lowest cost.
class Closest {
 public:
  Closest(const DivisionTask& task, const std::vector<int>& open)
      : open_(open), placement_(task, open) {}

  GroupParts find(Random& random) {
    std::vector<int> order = open_;
    if (std::pow(placement_.balance().n_parts(), static_cast<double>(order.size())) <= kMaxWays) {
      random.shuffle(std::span(order));  // of ways that are equally good, chance decides
      try_all(order);
      return best_;
    }
    for (int restart = 0; restart < kRestarts; ++restart) {
      placement_.clear();
      random.shuffle(std::span(order));
      for (const int k : order) place(k, random);
      for (int pass = 0; pass < kMaxPasses && improve(order, random); ++pass) {
      }
      keep();
    }
    return best_;
  }

 private:
  static constexpr double kMaxWays = 4096;
  static constexpr int kRestarts = 8;
  static constexpr int kMaxPasses = 50;
  static constexpr std::size_t kMaxExchanges = 200;  ///< of more groups, exchanges are not tried:
                                                     ///< pairs would be too many

  void keep() {
    const double cost = placement_.balance().cost();
    if (!best_.empty() && cost >= best_cost_ - kRounding) return;
    best_ = placement_.parts();
    best_cost_ = cost;
  }

  void try_all(const std::vector<int>& order) {
    const int n_parts = placement_.balance().n_parts();
    for (const int k : order) placement_.move(k, 0);
    for (bool more = true; more;) {
      keep();
      std::size_t i = 0;
      for (; i < order.size() && placement_.part(order[i]) == n_parts - 1; ++i)
        placement_.move(order[i], 0);
      more = i < order.size();
      if (more) placement_.move(order[i], placement_.part(order[i]) + 1);
    }
  }

  /// Moves a group to where it costs least; ties fall anywhere.
  void place(int k, Random& random) {
    int chosen = 0;
    double lowest = std::numeric_limits<double>::infinity();
    Lot lot(random);
    for (int p = 0; p < placement_.balance().n_parts(); ++p) {
      placement_.move(k, p);
      const double cost = placement_.balance().cost(placement_.group(k));
      if (cost > lowest + kRounding) continue;
      if (cost < lowest - kRounding) lot.forget();
      lowest = std::min(lowest, cost);
      if (lot.draw()) chosen = p;
    }
    placement_.move(k, chosen);
  }

  /// @return  false where neither a move nor an exchange lowers the cost
  bool improve(const std::vector<int>& order, Random& random) {
    bool improved = false;
    for (const int k : order) {
      const int before = placement_.part(k);
      const double cost = placement_.balance().cost(placement_.group(k));
      place(k, random);
      if (placement_.balance().cost(placement_.group(k)) < cost - kRounding)
        improved = true;
      else
        placement_.move(k, before);
    }
    if (improved || order.size() > kMaxExchanges) return improved;
    for (std::size_t a = 0; a < order.size(); ++a)
      for (std::size_t b = a + 1; b < order.size(); ++b)
        improved = exchange(order[a], order[b]) || improved;
    return improved;
  }

  bool exchange(int a, int b) {
    const int of_a = placement_.part(a), of_b = placement_.part(b);
    if (of_a == of_b) return false;
    const double cost = placement_.balance().cost();
    placement_.move(a, of_b);
    placement_.move(b, of_a);
    if (placement_.balance().cost() < cost - kRounding) return true;
    placement_.move(a, of_a);
    placement_.move(b, of_b);
    return false;
  }

  const std::vector<int>& open_;
  Placement placement_;
  GroupParts best_;
  double best_cost_ = 0.0;
};

inline GroupParts closest_division(const DivisionTask& task, const std::vector<int>& open,
                                   Random& random) {
  return Closest(task, open).find(random);
}

}  // namespace genrebench::plain
