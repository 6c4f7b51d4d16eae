#include "harness/grouping/division.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>
#include <span>

#include "base/random.hpp"
#include "harness/grouping/balance.hpp"
#include "harness/grouping/closest_division.hpp"

namespace genrebench {
namespace {

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

/// Draws divisions that are close to the asked shares.
class Draw {
 public:
  Draw(const DivisionTask& task, const std::vector<int>& open, const GroupParts& closest)
      : task_(task),
        balance_(task),
        part_(closest),
        order_(open),
        size_(task.groups.size()),
        weight_(task.fractions.size()) {
    for (const int k : open) put(k, closest[static_cast<std::size_t>(k)].value());
    std::vector<int> largest(task.n_genres, 1);
    for (const int k : open)
      for (const auto& [genre, n] : group(k)) {
        largest[static_cast<std::size_t>(genre)] =
            std::max(largest[static_cast<std::size_t>(genre)], n);
        size_[static_cast<std::size_t>(k)] += n;
      }
    for (std::size_t g = 0; g < task.n_genres; ++g) {
      Distance limit = balance_.distance(static_cast<int>(g));
      const double tolerance =
          std::min(kCloseShare * balance_.size(static_cast<int>(g)), (largest[g] - 1) / 2.0);
      limit.squared = 2.0 * std::pow(std::sqrt(limit.squared / 2.0) + tolerance, 2.0);
      limit_.push_back(limit);
      tolerance_.push_back(tolerance);
    }
    for (const int k : open) take_out(k);
  }

  /// @return  nothing where none was found
  std::optional<GroupParts> find(Random& random) {
    std::vector<int> again = order_;
    const auto size = [&](int k) { return size_[static_cast<std::size_t>(k)]; };
    std::vector<bool> far(task_.n_genres);
    for (int round = 0; round < kRounds; ++round) {
      for (const int k : again) take_out(k);
      random.shuffle(std::span(again));
      if (!std::ranges::is_sorted(again, std::ranges::greater(), size))
        std::ranges::stable_sort(again, std::ranges::greater(), size);
      for (const int k : again) put(k, place(k, random));
      for (std::size_t g = 0; g < far.size(); ++g) far[g] = !close(static_cast<int>(g));
      again.clear();
      for (const int k : order_)
        if (std::ranges::any_of(group(k), [&](const auto& item) {
              return far[static_cast<std::size_t>(item.first)];
            }))
          again.push_back(k);
      if (again.empty()) return part_;
    }
    return std::nullopt;
  }

 private:
  static constexpr int kRounds = 100;

  const GroupContent& group(int k) const {
    return task_.groups[static_cast<std::size_t>(k)].content;
  }

  void put(int k, int to) {
    part_[static_cast<std::size_t>(k)] = to;
    balance_.add(group(k), to, +1);
  }

  void take_out(int k) {
    std::optional<int>& part = part_[static_cast<std::size_t>(k)];
    if (part) balance_.add(group(k), *part, -1);
    part.reset();
  }

  bool close(int genre) const {
    const Distance found = balance_.distance(genre);
    const Distance& limit = limit_[static_cast<std::size_t>(genre)];
    return found.absence <= limit.absence && found.squared <= limit.squared + kCostRounding;
  }

  /// The part that a group goes to by chance, in proportion to what the parts lack of its genres,
  /// among those that it does not overfill; where it overfills all, the one that lacks most.
  int place(int k, Random& random) {
    const int n_parts = balance_.n_parts();
    int neediest = 0;
    double largest_lack = -std::numeric_limits<double>::infinity();
    Lot lot(random);
    for (int p = 0; p < n_parts; ++p) {
      double lack = 0.0, wanted = 0.0;
      bool fits = true;
      for (const auto& [genre, n] : group(k)) {
        const double missing = balance_.lack(genre, p);
        lack += missing;
        wanted += std::max(
            0.0, missing + balance_.fraction(p) * tolerance_[static_cast<std::size_t>(genre)]);
        // A part that is over by x is at least so far off, with what the others lack for it.
        const double over = n - missing;
        const double squared = over * over * n_parts / (n_parts - 1.0);
        fits = fits && (over <= 0.0 ||
                        squared <= limit_[static_cast<std::size_t>(genre)].squared + kCostRounding);
      }
      weight_[static_cast<std::size_t>(p)] = fits ? wanted : 0.0;
      if (lack > largest_lack + kCostRounding) lot.forget();
      if (lack >= largest_lack - kCostRounding && lot.draw()) neediest = p;
      largest_lack = std::max(largest_lack, lack);
    }
    double point = random.uniform() * std::accumulate(weight_.begin(), weight_.end(), 0.0);
    for (int p = 0; p < n_parts; ++p) {
      const double w = weight_[static_cast<std::size_t>(p)];
      if (w > 0.0 && point < w) return p;
      point -= w;
    }
    return neediest;
  }

  const DivisionTask& task_;
  Balance balance_;
  GroupParts part_;
  std::vector<int> order_;
  std::vector<int> size_;          ///< tracks of each group
  std::vector<double> weight_;     ///< of place(), of each part
  std::vector<Distance> limit_;    ///< the largest distance of each genre that is close
  std::vector<double> tolerance_;  ///< what that allows beyond the closest division, in tracks
};

}  // namespace

GroupParts draw_division(const DivisionTask& task, std::uint64_t seed) {
  std::vector<int> open;
  for (std::size_t k = 0; k < task.groups.size(); ++k)
    if (task.groups[k].role == GroupRole::open) open.push_back(static_cast<int>(k));
  Random random(seed);
  const GroupParts closest = closest_division(task, open, random);
  if (auto drawn = Draw(task, open, closest).find(random)) return *std::move(drawn);
  return closest;
}

}  // namespace genrebench
