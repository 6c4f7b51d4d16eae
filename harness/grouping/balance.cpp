#include "harness/grouping/balance.hpp"

#include <algorithm>
#include <array>

namespace genrebench {

Balance::Balance(const DivisionTask& task)
    : fractions_(task.fractions),
      folds_(task.folds),
      n_parts_(static_cast<int>(task.fractions.size())),
      size_(task.n_genres),
      capacity_(task.n_genres),
      count_(task.n_genres * task.fractions.size()),
      without_(task.fractions.size()),
      sums_(task.fractions.size()) {
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

Distance Balance::distance(int genre) const {
  Distance result;
  for (int p = 0; p < n_parts_; ++p) {
    const double off = lack(genre, p);
    result.squared += off * off;
    if (count(genre, p) == 0 && size(genre) > 0) result.absence += price_of_absence(genre, p);
  }
  return result;
}

double Balance::cost() const {
  double total = 0.0;
  for (int genre = 0; genre < n_genres(); ++genre) total += distance(genre).total();
  return total;
}

template <typename Squares>
void Balance::add_costs(int genre, int n, Squares& without, Squares& sums,
                        std::span<double> costs) {
  const std::size_t n_parts = without.size();
  const double all = size(genre);
  const int* found = &count_[place(genre, 0)];
  double absent = 0.0;  // of all parts; whole numbers, so that sums and differences are exact
  double before = 0.0;  // the squares of the parts before p
  for (std::size_t p = 0; p < n_parts; ++p) {
    const double lack = all * fractions_[p] - found[p], with = all * fractions_[p] - (found[p] + n);
    without[p] = lack * lack;
    sums[p] = before + with * with;
    before += without[p];
    if (found[p] == 0) absent += price_of_absence(genre, static_cast<int>(p));
  }
  // All sums go on at the same time, each in the order of distance().
  for (std::size_t q = 1; q < n_parts; ++q)
    for (std::size_t p = 0; p < q; ++p) sums[p] += without[q];
  for (std::size_t p = 0; p < n_parts; ++p) {
    const double absence =
        found[p] == 0 ? absent - price_of_absence(genre, static_cast<int>(p)) : absent;
    costs[p] += Distance{.absence = absence, .squared = sums[p]}.total();
  }
}

void Balance::costs_with(const GroupContent& group, std::span<double> costs) {
  std::ranges::fill(costs, 0.0);
  if (n_parts_ == 2) {  // nearly always; the compiler then unrolls the loops
    std::array<double, 2> without, sums;
    for (const auto& [genre, n] : group) add_costs(genre, n, without, sums, costs);
  } else if (n_parts_ == 3) {
    std::array<double, 3> without, sums;
    for (const auto& [genre, n] : group) add_costs(genre, n, without, sums, costs);
  } else {
    for (const auto& [genre, n] : group) add_costs(genre, n, without_, sums_, costs);
  }
}

}  // namespace genrebench
