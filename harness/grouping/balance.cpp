#include "harness/grouping/balance.hpp"

#include <algorithm>

namespace genrebench {

Balance::Balance(const DivisionTask& task)
    : fractions_(task.fractions),
      folds_(task.folds),
      n_parts_(static_cast<int>(task.fractions.size())),
      size_(task.n_genres),
      capacity_(task.n_genres),
      count_(task.n_genres * task.fractions.size()),
      without_(task.fractions.size()),
      with_(task.fractions.size()) {
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

template <int parts>
void Balance::add_costs(int genre, int n, std::span<double> costs) {
  const int n_parts = parts > 0 ? parts : n_parts_;
  double absent = 0.0;  // of all parts; whole numbers, so that sums and differences are exact
  for (int p = 0; p < n_parts; ++p) {
    const auto i = static_cast<std::size_t>(p);
    const int found = count(genre, p);
    without_[i] = size(genre) * fraction(p) - found;
    with_[i] = size(genre) * fraction(p) - (found + n);
    if (found == 0) absent += price_of_absence(genre, p);
  }
  for (int p = 0; p < n_parts; ++p) {
    Distance distance;
    distance.absence = count(genre, p) == 0 ? absent - price_of_absence(genre, p) : absent;
    for (int q = 0; q < n_parts; ++q) {
      const auto i = static_cast<std::size_t>(q);
      const double off = q == p ? with_[i] : without_[i];
      distance.squared += off * off;
    }
    costs[static_cast<std::size_t>(p)] += distance.total();
  }
}

void Balance::costs_with(const GroupContent& group, std::span<double> costs) {
  std::ranges::fill(costs, 0.0);
  for (const auto& [genre, n] : group) switch (n_parts_) {
      case 2:
        add_costs<2>(genre, n, costs);
        break;
      case 3:
        add_costs<3>(genre, n, costs);
        break;
      default:
        add_costs<0>(genre, n, costs);
    }
}

}  // namespace genrebench
