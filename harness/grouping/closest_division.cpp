#include "harness/grouping/closest_division.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

#include "harness/grouping/balance.hpp"

namespace genrebench {
namespace {

/// Whether two groups have tracks of one genre. Contents are in the order of genres.
bool share_a_genre(const GroupContent& a, const GroupContent& b) {
  for (auto i = a.begin(), j = b.begin(); i != a.end() && j != b.end();) {
    if (i->first == j->first) return true;
    ++(i->first < j->first ? i : j);
  }
  return false;
}

/// Looks for the division at the lowest cost.
///
/// Nearly all of the time would go into exchanges that do not pay. Most of them are ruled out by
/// what moving either group alone would cost (lowest_), or by the change of the squares alone; only
/// the others are tried. What is left out would have been refused, so the result is the same.
class Closest {
 public:
  Closest(const DivisionTask& task, const std::vector<int>& open)
      : task_(task),
        open_(open),
        balance_(task),
        part_(task.groups.size(), kNowhere),
        lowest_(task.groups.size()),
        costs_(task.fractions.size()),
        remembered_(task.n_genres * task.fractions.size()),
        cost_of_genre_(task.n_genres) {}

  GroupParts find(Random& random) {
    std::vector<int> order = open_;
    if (std::pow(balance_.n_parts(), static_cast<double>(order.size())) <= kMaxWays) {
      random.shuffle(std::span(order));  // of ways that are equally good, chance decides
      try_all(order);
    } else {
      for (int restart = 0; restart < kRestarts; ++restart) {
        for (const int k : open_) take_out(k);
        random.shuffle(std::span(order));
        for (const int k : order) {
          balance_.costs_with(group(k), costs_);
          put(k, cheapest(costs_, random));
        }
        for (int pass = 0; pass < kMaxPasses && improve(order, random); ++pass) {
        }
        keep();
      }
    }
    return result();
  }

 private:
  static constexpr int kNowhere = -1;
  static constexpr double kMaxWays = 4096;
  static constexpr int kRestarts = 8;
  static constexpr int kMaxPasses = 50;
  static constexpr std::size_t kMaxExchanges = 200;  ///< of more groups, exchanges are not tried:
                                                     ///< pairs would be too many

  /// The costs of the parts for a group that is in a part, and what follows from them. For groups
  /// of one genre they hold for all of as many tracks in the same part until one of the genre
  /// moves.
  struct Remembered {
    int n = 0;  ///< tracks; 0: nothing is remembered
    std::vector<double> costs = {};
    bool stays = false;                     ///< no part costs less than that of the group
    std::vector<std::uint64_t> draws = {};  ///< if it stays: what cheapest() asks `random` for
  };

  const GroupContent& group(int k) const {
    return task_.groups[static_cast<std::size_t>(k)].content;
  }
  int& part(int k) { return part_[static_cast<std::size_t>(k)]; }

  void put(int k, int to) {
    part(k) = to;
    balance_.add(group(k), to, +1);
  }

  void take_out(int k) {
    if (part(k) != kNowhere) balance_.add(group(k), part(k), -1);
    part(k) = kNowhere;
  }

  void keep() {
    const double cost = balance_.cost();
    if (!best_.empty() && cost >= best_cost_ - kCostRounding) return;
    best_ = part_;
    best_cost_ = cost;
  }

  GroupParts result() const {
    GroupParts parts(part_.size());
    for (std::size_t k = 0; k < parts.size(); ++k)
      if (task_.groups[k].role == GroupRole::fixed)
        parts[k] = task_.groups[k].part;
      else if (!best_.empty() && best_[k] != kNowhere)
        parts[k] = best_[k];
    return parts;
  }

  void try_all(const std::vector<int>& order) {
    for (const int k : order) put(k, 0);
    for (bool more = true; more;) {
      keep();
      std::size_t i = 0;
      for (; i < order.size() && part(order[i]) == balance_.n_parts() - 1; ++i) move(order[i], 0);
      more = i < order.size();
      if (more) move(order[i], part(order[i]) + 1);
    }
  }

  void move(int k, int to) {
    take_out(k);
    put(k, to);
  }

  /// The part that costs least; ties fall anywhere.
  static int cheapest(std::span<const double> costs, Random& random) {
    int chosen = 0;
    double lowest = std::numeric_limits<double>::infinity();
    std::uint64_t n_equal = 0;  // each newcomer among equals stands with the same chance
    for (std::size_t p = 0; p < costs.size(); ++p) {
      if (costs[p] > lowest + kCostRounding) continue;
      if (costs[p] < lowest - kCostRounding) n_equal = 0;
      lowest = std::min(lowest, costs[p]);
      if (random.below(++n_equal) == 0) chosen = static_cast<int>(p);
    }
    return chosen;
  }

  /// What the parts would cost for a group that is in a part. It holds until a group moves.
  const Remembered& costs_of(int k) {
    const int now = part(k);
    const bool one_genre = group(k).size() == 1;
    Remembered& last = one_genre ? remembered(group(k).front().first, now) : of_several_;
    if (one_genre && last.n == group(k).front().second) return last;
    last.n = group(k).front().second;
    last.costs.resize(costs_.size());
    take_out(k);
    balance_.costs_with(group(k), last.costs);
    put(k, now);
    last.stays = !(*std::ranges::min_element(last.costs) <
                   last.costs[static_cast<std::size_t>(now)] - kCostRounding);
    if (last.stays) note_draws(last);
    return last;
  }

  /// Notes the numbers that cheapest() calls Random::below() with.
  static void note_draws(Remembered& last) {
    last.draws.clear();
    double lowest = std::numeric_limits<double>::infinity();
    std::uint64_t n_equal = 0;
    for (const double cost : last.costs) {
      if (cost > lowest + kCostRounding) continue;
      if (cost < lowest - kCostRounding) n_equal = 0;
      lowest = std::min(lowest, cost);
      last.draws.push_back(++n_equal);
    }
  }

  Remembered& remembered(int genre, int part) {
    return remembered_[static_cast<std::size_t>(genre * balance_.n_parts() + part)];
  }

  /// @return  false where neither a move nor an exchange lowers the cost
  bool improve(const std::vector<int>& order, Random& random) {
    bool improved = false;
    const bool exchanges = order.size() <= kMaxExchanges;
    for (Remembered& last : remembered_) last.n = 0;
    for (const int k : order) {
      const int before = part(k);
      const Remembered& found = costs_of(k);
      const std::vector<double>& costs = found.costs;
      if (exchanges) note_lowest(k, before, costs);
      if (found.stays) {
        for (const std::uint64_t n : found.draws) random.below(n);
        continue;
      }
      const int chosen = cheapest(costs, random);
      if (!(costs[static_cast<std::size_t>(chosen)] <
            costs[static_cast<std::size_t>(before)] - kCostRounding))
        continue;
      improved = true;
      move(k, chosen);
      for (const auto& [genre, n] : group(k))
        for (int p = 0; p < balance_.n_parts(); ++p) remembered(genre, p).n = 0;
    }
    if (improved || !exchanges) return improved;
    return exchange_all(order);
  }

  /// Notes what moving a group alone would cost at least.
  void note_lowest(int k, int now, std::span<const double> costs) {
    double lowest = std::numeric_limits<double>::infinity();
    for (int p = 0; p < balance_.n_parts(); ++p)
      if (p != now) lowest = std::min(lowest, costs[static_cast<std::size_t>(p)]);
    lowest_[static_cast<std::size_t>(k)] = lowest - costs[static_cast<std::size_t>(now)];
  }

  /// Exchanges the parts of two groups wherever that lowers the cost.
  /// @return  whether it did
  bool exchange_all(const std::vector<int>& order) {
    for (int g = 0; g < balance_.n_genres(); ++g)
      cost_of_genre_[static_cast<std::size_t>(g)] = balance_.distance(g).total();
    set_cost();
    list_peers(order);
    bool improved = false;
    for (std::size_t a = 0; a < order.size(); ++a) {
      const int k = order[a];
      if (group(k).size() > 1 || lowest_[static_cast<std::size_t>(k)] + lowest_of_all_ <= enough())
        improved = exchange_with_rest(order, a, a + 1) || improved;
      else if (!settled_[static_cast<std::size_t>(group(k).front().first)])
        improved = exchange_with_peers(order, a) || improved;
    }
    return improved;
  }

  bool exchange_with_rest(const std::vector<int>& order, std::size_t a, std::size_t begin) {
    bool improved = false;
    for (std::size_t b = begin; b < order.size(); ++b)
      if (may_pay(order[a], order[b])) improved = exchange(order[a], order[b]) || improved;
    return improved;
  }

  /// Only with groups of the same genre: no other exchange pays, as long as none was made.
  bool exchange_with_peers(const std::vector<int>& order, std::size_t a) {
    const auto& peers = peers_[static_cast<std::size_t>(group(order[a]).front().first)];
    for (auto b = std::ranges::upper_bound(peers, a); b != peers.end(); ++b)
      if (may_pay(order[a], order[*b]) && exchange(order[a], order[*b])) {
        exchange_with_rest(order, a, *b + 1);
        return true;
      }
    return false;
  }

  void list_peers(const std::vector<int>& order) {
    peers_.assign(task_.n_genres, {});
    members_.assign(task_.n_genres, {});
    mixed_.assign(task_.n_genres, false);
    settled_.assign(task_.n_genres, false);
    for (std::size_t i = 0; i < order.size(); ++i)
      for (const auto& [genre, n] : group(order[i])) {
        const auto g = static_cast<std::size_t>(genre);
        peers_[g].push_back(i);
        members_[g].push_back(order[i]);
        if (group(order[i]).size() > 1) mixed_[g] = true;
      }
    for (int g = 0; g < balance_.n_genres(); ++g) note_settled(g);
    note_lowest_of_all();
  }

  /// Notes whether no exchange of two groups of one genre alone pays: all parts lack the same but
  /// for less than a track.
  void note_settled(int genre) {
    double least = std::numeric_limits<double>::infinity(), most = -least;
    for (int p = 0; p < balance_.n_parts(); ++p) {
      least = std::min(least, balance_.lack(genre, p));
      most = std::max(most, balance_.lack(genre, p));
    }
    const auto g = static_cast<std::size_t>(genre);
    // Exchanging groups that differ by n tracks then costs 2 n (n - (most - least)) or more.
    settled_[g] = !mixed_[g] && 1.0 - (most - least) > std::max(enough(), 1e-6);
  }

  void note_lowest_of_all() {
    lowest_of_all_ = std::numeric_limits<double>::infinity();
    for (const int k : open_)
      lowest_of_all_ = std::min(lowest_of_all_, lowest_[static_cast<std::size_t>(k)]);
  }

  void set_cost() {
    cost_ = 0.0;
    for (const double cost : cost_of_genre_) cost_ += cost;
    // Costs are sums of numbers, none above cost_, of which each addition rounds one.
    rounding_ = 1e-15 * (8 + balance_.n_genres() + balance_.n_parts()) * (1.0 + cost_);
  }

  /// Changes of the cost above this are surely refused.
  double enough() const { return rounding_ - kCostRounding; }

  /// False if exchanging two groups surely does not lower the cost.
  bool may_pay(int a, int b) {
    const int of_a = part(a), of_b = part(b);
    if (of_a == of_b) return false;
    const GroupContent &in_a = group(a), &in_b = group(b);
    if (in_a.size() == 1 && in_b.size() == 1 && in_a.front().first == in_b.front().first)
      return change_of_squares(in_a.front().first, in_a.front().second - in_b.front().second, of_a,
                               of_b) <= enough();
    // Groups without a common genre change different terms of the cost.
    return lowest_[static_cast<std::size_t>(a)] + lowest_[static_cast<std::size_t>(b)] <=
               enough() ||
           share_a_genre(in_a, in_b);
  }

  /// What moving n tracks of a genre from one part to another changes. No part loses its last.
  double change_of_squares(int genre, int n, int from, int to) const {
    if (n == 0) return std::numeric_limits<double>::infinity();  // nothing changes
    return 2.0 * n * (balance_.lack(genre, from) - balance_.lack(genre, to) + n);
  }

  bool exchange(int a, int b) {
    const int of_a = part(a), of_b = part(b);
    const std::vector<double> before = cost_of_genre_;
    const double cost = cost_;
    move(a, of_b);
    move(b, of_a);
    for (const int k : {a, b})
      for (const auto& [genre, n] : group(k))
        cost_of_genre_[static_cast<std::size_t>(genre)] = balance_.distance(genre).total();
    set_cost();
    if (cost_ < cost - kCostRounding) {
      note_lowest_beside(a, b);
      return true;
    }
    move(a, of_a);
    move(b, of_b);
    cost_of_genre_ = before;
    set_cost();
    return false;
  }

  /// Notes anew what moving the groups would cost that share a genre with one of two.
  void note_lowest_beside(int a, int b) {
    for (const int k : {a, b})
      for (const auto& [genre, n] : group(k)) {
        note_settled(genre);
        for (const int other : members_[static_cast<std::size_t>(genre)]) {
          const int now = part(other);
          take_out(other);
          balance_.costs_with(group(other), costs_);
          put(other, now);
          note_lowest(other, now, costs_);
        }
      }
    note_lowest_of_all();
  }

  const DivisionTask& task_;
  const std::vector<int>& open_;
  Balance balance_;
  std::vector<int> part_;               ///< of each open group, or kNowhere
  std::vector<double> lowest_;          ///< of each open group, see note_lowest()
  std::vector<double> costs_;           ///< of each part
  std::vector<Remembered> remembered_;  ///< of each genre and part
  Remembered of_several_;               ///< of the group of several genres that was asked for last
  // Of each genre: its open groups, and their places in the order; whether one of them has another
  // genre too; see note_settled().
  std::vector<std::vector<int>> members_;
  std::vector<std::vector<std::size_t>> peers_;
  std::vector<bool> mixed_, settled_;
  std::vector<double> cost_of_genre_;
  double lowest_of_all_ = 0.0;  ///< the smallest of lowest_
  double cost_ = 0.0;           ///< the sum of cost_of_genre_
  double rounding_ = 0.0;       ///< the most that rounding may change in a difference of costs
  std::vector<int> best_;
  double best_cost_ = 0.0;
};

}  // namespace

GroupParts closest_division(const DivisionTask& task, const std::vector<int>& open,
                            Random& random) {
  return Closest(task, open).find(random);
}

}  // namespace genrebench
