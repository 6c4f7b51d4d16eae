#pragma once
// Numbers of tracks by genre in each part of a division that is being made, and how far they are
// from what was asked for.

#include <cstddef>
#include <span>
#include <vector>

#include "harness/grouping/division.hpp"

namespace genrebench {

/// Costs that are equal may differ by this much in their rounding.
inline constexpr double kCostRounding = 1e-9;

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
  /// With the fixed groups of a task in their parts. It keeps a reference to the task.
  explicit Balance(const DivisionTask& task);

  void add(const GroupContent& group, int part, int sign) {
    for (const auto& [genre, n] : group) count_[place(genre, part)] += sign * n;
  }

  /// Tracks of a genre that a part lacks; negative: it has too many.
  double lack(int genre, int part) const {
    return size(genre) * fraction(part) - count_[place(genre, part)];
  }

  Distance distance(int genre) const;

  /// The sum of the distances of all genres.
  double cost() const;

  /// What the genres of a group would cost together if it were in each of the parts.
  /// @param group  in no part now
  /// @param costs  receives one number per part
  void costs_with(const GroupContent& group, std::span<double> costs);

  double fraction(int part) const { return fractions_[static_cast<std::size_t>(part)]; }
  int size(int genre) const { return size_[static_cast<std::size_t>(genre)]; }
  int count(int genre, int part) const { return count_[place(genre, part)]; }
  int n_parts() const { return n_parts_; }
  int n_genres() const { return static_cast<int>(size_.size()); }

 private:
  /// Adds what one genre costs if n more of its tracks are in each of the parts.
  /// @param without, sums  scratch: the squares of what the parts lack without these tracks, and
  ///                       their sums with them; one number per part
  template <typename Squares>
  void add_costs(int genre, int n, Squares& without, Squares& sums, std::span<double> costs);

  std::size_t place(int genre, int part) const {
    return static_cast<std::size_t>(genre * n_parts_ + part);
  }

  /// What it costs that a part has no track of a genre that has tracks.
  double price_of_absence(int genre, int part) const {
    if (capacity_[static_cast<std::size_t>(genre)] >= n_parts_) return 1e9;
    // With too few groups for all parts, the first and the last (training and test) come first.
    return folds_ || part == 0 || part == n_parts_ - 1 ? 1e6 : 0.0;
  }

  const std::vector<double>& fractions_;
  bool folds_;
  int n_parts_;
  std::vector<int> size_;               ///< tracks of each genre in use
  std::vector<int> capacity_;           ///< the most parts that each genre can be in
  std::vector<int> count_;              ///< genres x parts
  std::vector<double> without_, sums_;  ///< of add_costs()
};

}  // namespace genrebench
