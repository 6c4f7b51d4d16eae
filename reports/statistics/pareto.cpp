#include "reports/statistics/pareto.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>

namespace genrebench {

std::vector<bool> non_dominated(std::span<const double> costs, std::span<const double> values) {
  assert(costs.size() == values.size());
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < costs.size(); ++i)
    if (!std::isnan(costs[i]) && !std::isnan(values[i])) order.push_back(i);
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return costs[a] != costs[b] ? costs[a] < costs[b] : values[a] > values[b];
  });
  std::vector<bool> result(costs.size(), false);
  double best = -std::numeric_limits<double>::infinity();  // of all that cost less
  double best_here = best;                                 // of those that cost the same, too
  for (std::size_t at = 0; at < order.size(); ++at) {
    const std::size_t i = order[at];
    if (at == 0 || costs[i] != costs[order[at - 1]]) {
      best = best_here;
      best_here = std::max(best, values[i]);
    }
    result[i] = values[i] > best && values[i] == best_here;
  }
  return result;
}

}  // namespace genrebench
