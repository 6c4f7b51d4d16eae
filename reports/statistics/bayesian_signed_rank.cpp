#include "reports/statistics/bayesian_signed_rank.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <numeric>

#include "base/random.hpp"

namespace genrebench {
namespace {

/// Means this close to an end of the region are at it: differences are rounded.
constexpr double kRounded = 1e-12;

/// A pair's differences in ascending order, and for each how many others give a mean beyond the
/// region together with it.
class SortedPair {
 public:
  /// @param differences  the pseudo-dataset first
  SortedPair(const std::vector<double>& differences, double rope) : order_(differences.size()) {
    std::iota(order_.begin(), order_.end(), std::size_t{0});
    std::stable_sort(order_.begin(), order_.end(),
                     [&](std::size_t a, std::size_t b) { return differences[a] < differences[b]; });
    std::vector<double> sorted;
    for (const std::size_t i : order_) sorted.push_back(differences[i]);
    for (const double z : sorted) {
      const auto count = [&](auto&& holds) {
        return static_cast<std::size_t>(std::partition_point(sorted.begin(), sorted.end(), holds) -
                                        sorted.begin());
      };
      below_.push_back(count([&](double other) { return z + other < -2.0 * rope - kRounded; }));
      not_above_lower_.push_back(
          count([&](double other) { return z + other <= -2.0 * rope + kRounded; }));
      below_upper_.push_back(
          count([&](double other) { return z + other < 2.0 * rope - kRounded; }));
      not_above_.push_back(count([&](double other) { return z + other <= 2.0 * rope + kRounded; }));
    }
  }

  /// Which result has the largest weight: 0 first, 1 equivalent, 2 second. Means at an end of the
  /// region belong to both sides of it by half.
  /// @param sums  room for the sums of weights
  int winner(const std::vector<double>& weights, std::vector<double>& sums) const {
    sums.assign(1, 0.0);
    for (const std::size_t i : order_) sums.push_back(sums.back() + weights[i]);
    double second = 0.0, first = 0.0;
    for (std::size_t i = 0; i < order_.size(); ++i) {
      const double weight = weights[order_[i]];
      second += weight * 0.5 * (sums[below_[i]] + sums[not_above_lower_[i]]);
      first += weight * (sums.back() - 0.5 * (sums[below_upper_[i]] + sums[not_above_[i]]));
    }
    const double equivalent = sums.back() * sums.back() - first - second;
    if (first >= equivalent && first >= second) return 0;
    return equivalent >= second ? 1 : 2;
  }

 private:
  std::vector<std::size_t> order_;
  /// Of each difference, how many of the others are before the lower end of the region, up to it,
  /// before the upper end, and up to it.
  std::vector<std::size_t> below_, not_above_lower_, below_upper_, not_above_;
};

}  // namespace

std::vector<BayesianSignedRank> bayesian_signed_rank(
    const std::vector<std::vector<double>>& differences, const BayesianOptions& options) {
  assert(options.rope >= 0.0 && options.n_draws > 0);
  std::vector<BayesianSignedRank> result(differences.size());
  if (differences.empty()) return result;
  std::vector<SortedPair> pairs;
  for (const std::vector<double>& row : differences) {
    std::vector<double> with_prior = {0.0};
    with_prior.insert(with_prior.end(), row.begin(), row.end());
    pairs.emplace_back(with_prior, options.rope);
  }
  Random random(derive_seed(options.seed, "bayesian signed rank"));
  std::vector<double> weights(differences.front().size() + 1), sums;
  std::vector<std::array<int, 3>> wins(pairs.size(), {0, 0, 0});
  for (int draw = 0; draw < options.n_draws; ++draw) {
    // Gamma variables, whose shares are Dirichlet's: of shape 1/2, half the square of a normal one.
    weights[0] = 0.5 * std::pow(random.normal(), 2);
    for (std::size_t i = 1; i < weights.size(); ++i) weights[i] = -std::log1p(-random.uniform());
    for (std::size_t p = 0; p < pairs.size(); ++p)
      ++wins[p][static_cast<std::size_t>(pairs[p].winner(weights, sums))];
  }
  for (std::size_t p = 0; p < pairs.size(); ++p)
    result[p] = {.first = static_cast<double>(wins[p][0]) / options.n_draws,
                 .equivalent = static_cast<double>(wins[p][1]) / options.n_draws,
                 .second = static_cast<double>(wins[p][2]) / options.n_draws};
  return result;
}

}  // namespace genrebench
