#pragma once
// Correction for several tests at once.

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <span>
#include <vector>

namespace genrebench {

/// p-values corrected for the size of the family that they are: rejecting those below a level keeps
/// the chance of any false rejection below that level, whatever the tests have in common.
/// @param p       uncorrected, in [0, 1]
/// @param family  the number of tests, where only some of their p-values are given: the others
///                count as larger ones; 0: as many as p
/// @return        corrected, in the same order, at most 1
/// Source: Holm, Scandinavian Journal of Statistics 6, 1979; checked against
/// statsmodels.stats.multitest.multipletests(..., method="holm")
inline std::vector<double> holm(std::span<const double> p, std::size_t family = 0) {
  family = std::max(family, p.size());
  std::vector<std::size_t> order(p.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return p[a] < p[b]; });
  std::vector<double> corrected(p.size());
  double least = 0.0;  // a later one is never below an earlier one
  for (std::size_t rank = 0; rank < order.size(); ++rank) {
    least = std::max(least, p[order[rank]] * double(family - rank));
    corrected[order[rank]] = std::min(least, 1.0);
  }
  return corrected;
}

}  // namespace genrebench
