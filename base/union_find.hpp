#pragma once
// Disjoint sets (union-find).

#include <cstddef>
#include <numeric>
#include <vector>

namespace genrebench {

/// Disjoint sets of the numbers 0, ..., n - 1. A set is known by its smallest member.
class UnionFind {
 public:
  explicit UnionFind(std::size_t n) : parent_(n) {
    std::iota(parent_.begin(), parent_.end(), std::size_t{0});
  }

  /// The smallest member of the set that `i` is in.
  std::size_t find(std::size_t i) {
    while (parent_[i] != i) i = parent_[i] = parent_[parent_[i]];
    return i;
  }

  void join(std::size_t a, std::size_t b) {
    a = find(a);
    b = find(b);
    (a < b ? parent_[b] : parent_[a]) = a < b ? a : b;
  }

 private:
  std::vector<std::size_t> parent_;
};

}  // namespace genrebench
