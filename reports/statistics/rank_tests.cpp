#include "reports/statistics/rank_tests.hpp"

#include <algorithm>
#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/fisher_f.hpp>
#include <cassert>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>

#include "reports/statistics/studentized_range.hpp"

namespace genrebench {
namespace {

/// The largest number of differences whose signs are all tried; the counts of 2^50 are exact.
constexpr std::size_t kExactDifferences = 50;

/// The scale of differences of mean ranks.
double rank_scale(std::size_t n_methods, std::size_t n_datasets) {
  const auto k = static_cast<double>(n_methods);
  return std::sqrt(k * (k + 1.0) / (6.0 * static_cast<double>(n_datasets)));
}

/// The number of orders of ranks, equal ones counted once.
double distinct_orders(std::vector<double> ranks) {
  std::sort(ranks.begin(), ranks.end());
  double orders = 1.0;
  std::size_t run = 0;
  for (std::size_t i = 0; i < ranks.size(); ++i) {
    run = i > 0 && ranks[i] == ranks[i - 1] ? run + 1 : 1;
    orders *= static_cast<double>(i + 1) / static_cast<double>(run);
  }
  return orders;
}

/// The share of all assignments of signs in which the positive ranks sum to at most `sum`.
/// @param doubled  twice the ranks, which are whole numbers
double share_up_to(const std::vector<std::size_t>& doubled, std::size_t sum) {
  std::vector<double> share(sum + 1, 0.0);  // of assignments, by the sum of positive ranks
  share[0] = 1.0;
  for (const std::size_t rank : doubled)
    for (std::size_t s = sum + 1; s-- > 0;)
      share[s] = 0.5 * (share[s] + (s >= rank ? share[s - rank] : 0.0));
  return std::accumulate(share.begin(), share.end(), 0.0);
}

}  // namespace

std::vector<double> ranks_from_highest(std::span<const double> values, double same) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return values[a] > values[b]; });
  std::vector<double> ranks(values.size());
  for (std::size_t begin = 0, end = 0; begin < order.size(); begin = end) {
    while (end < order.size() && values[order[begin]] - values[order[end]] <= same) ++end;
    const double shared = 0.5 * static_cast<double>(begin + 1 + end);
    for (std::size_t i = begin; i < end; ++i) ranks[order[i]] = shared;
  }
  return ranks;
}

FriedmanTest friedman(const ScoreRows& scores, double same) {
  assert(scores.size() >= 2 && scores.front().size() >= 2);
  const auto n = static_cast<double>(scores.size());
  const auto k = static_cast<double>(scores.front().size());
  FriedmanTest test{.mean_ranks = std::vector<double>(scores.front().size(), 0.0),
                    .degrees_of_freedom = k - 1.0,
                    .f_numerator = k - 1.0,
                    .f_denominator = (k - 1.0) * (n - 1.0)};
  double squares = 0.0;  // of all ranks about their mean
  std::vector<double> ranks;
  for (const std::vector<double>& row : scores) {
    ranks = ranks_from_highest(row, same);
    for (std::size_t m = 0; m < ranks.size(); ++m) {
      test.mean_ranks[m] += ranks[m] / n;
      squares += std::pow(ranks[m] - 0.5 * (k + 1.0), 2);
    }
  }
  if (squares == 0.0) return test;  // nothing but ties
  double between = 0.0;
  for (const double rank : test.mean_ranks) between += std::pow(rank - 0.5 * (k + 1.0), 2);
  test.chi_square = n * n * between * (k - 1.0) / squares;
  test.p = boost::math::cdf(
      boost::math::complement(boost::math::chi_squared(test.degrees_of_freedom), test.chi_square));
  const double rest = n * (k - 1.0) - test.chi_square;
  if (rest <= 1e-9 * n * (k - 1.0)) {
    test.f = std::numeric_limits<double>::infinity();
    test.f_p = std::pow(distinct_orders(ranks), 1.0 - n);
    return test;
  }
  test.f = (n - 1.0) * test.chi_square / rest;
  test.f_p = boost::math::cdf(
      boost::math::complement(boost::math::fisher_f(test.f_numerator, test.f_denominator), test.f));
  return test;
}

double nemenyi_p(double rank_difference, std::size_t n_methods, std::size_t n_datasets) {
  return range_above(
      std::abs(rank_difference) / rank_scale(n_methods, n_datasets) * std::numbers::sqrt2,
      n_methods);
}

double nemenyi_critical_difference(double alpha, std::size_t n_methods, std::size_t n_datasets) {
  return range_quantile(alpha, n_methods) / std::numbers::sqrt2 * rank_scale(n_methods, n_datasets);
}

WilcoxonTest wilcoxon(std::span<const double> differences, double same) {
  std::vector<double> below;  // the negative sizes, so that the smallest size has rank 1
  for (const double difference : differences)
    below.push_back(std::abs(difference) <= same ? 0.0 : -std::abs(difference));
  const std::vector<double> ranks = ranks_from_highest(below, same);
  WilcoxonTest test;
  std::vector<std::size_t> doubled;
  double squares = 0.0;
  for (std::size_t i = 0; i < ranks.size(); ++i) {
    if (below[i] == 0.0) continue;
    (differences[i] > 0.0 ? test.positive : test.negative) += ranks[i];
    squares += ranks[i] * ranks[i];
    doubled.push_back(static_cast<std::size_t>(std::lround(2.0 * ranks[i])));
  }
  test.n_nonzero = doubled.size();
  test.exact = test.n_nonzero <= kExactDifferences;
  if (test.n_nonzero == 0) return test;
  const double smaller = std::min(test.positive, test.negative);
  if (test.exact) {
    const auto sum = static_cast<std::size_t>(std::lround(2.0 * smaller));
    test.p = std::min(1.0, 2.0 * share_up_to(doubled, sum));
  } else {
    const double z = 0.5 * (test.positive - test.negative) / std::sqrt(0.25 * squares);
    test.p = std::erfc(std::abs(z) / std::numbers::sqrt2);
  }
  return test;
}

std::vector<TiedGroup> tied_groups(std::span<const std::size_t> order, const ScoreRows& p,
                                   double alpha) {
  std::vector<TiedGroup> groups;
  for (std::size_t first = 0; first < order.size(); ++first) {
    std::size_t last = first;
    const auto ties_with_all = [&](std::size_t next) {
      for (std::size_t i = first; i < next; ++i)
        if (p[order[i]][order[next]] <= alpha) return false;
      return true;
    };
    while (last + 1 < order.size() && ties_with_all(last + 1)) ++last;
    if (last > first && (groups.empty() || last > groups.back().last))
      groups.push_back({.first = first, .last = last});
  }
  return groups;
}

}  // namespace genrebench
