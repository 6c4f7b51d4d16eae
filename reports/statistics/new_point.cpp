#include "reports/statistics/new_point.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/random.hpp"
#include "reports/statistics/basic.hpp"
#include "reports/statistics/median.hpp"

namespace genrebench {
namespace {

/// The number of ways to choose k of n, or `limit` + 1 if there are more.
std::size_t choices(std::size_t n, std::size_t k, std::size_t limit) {
  double ways = 1.0;
  for (std::size_t i = 1; i <= std::min(k, n - k); ++i) {
    ways = ways * static_cast<double>(n - i + 1) / static_cast<double>(i);
    if (ways > static_cast<double>(limit)) return limit + 1;
  }
  return static_cast<std::size_t>(std::llround(ways));
}

/// Moves to the next choice of k of n places, in lexical order. @return  false after the last
bool next_choice(std::vector<std::size_t>& places, std::size_t n) {
  const std::size_t k = places.size();
  for (std::size_t i = k; i-- > 0;) {
    if (places[i] + (k - i) >= n) continue;
    ++places[i];
    for (std::size_t j = i + 1; j < k; ++j) places[j] = places[j - 1] + 1;
    return true;
  }
  return false;
}

}  // namespace

double permutation_p_above(std::span<const double> before, std::span<const double> fresh,
                           std::size_t draws, std::uint64_t seed) {
  if (before.empty() || fresh.empty()) return 1.0;
  std::vector<double> all(fresh.begin(), fresh.end());
  all.insert(all.end(), before.begin(), before.end());
  const std::size_t k = fresh.size();
  const double found = std::accumulate(fresh.begin(), fresh.end(), 0.0);
  // Sums of the same values in another order differ by rounding.
  double size = 0.0;
  for (const double value : all) size = std::max(size, std::abs(value));
  const double bound = found - 1e-12 * size * static_cast<double>(k);
  std::size_t hits = 0;
  if (const std::size_t n = choices(all.size(), k, draws); n <= draws) {
    std::vector<std::size_t> places(k);
    std::iota(places.begin(), places.end(), std::size_t{0});
    do {
      double sum = 0.0;
      for (const std::size_t place : places) sum += all[place];
      if (sum >= bound) ++hits;
    } while (next_choice(places, all.size()));
    return static_cast<double>(hits) / static_cast<double>(n);
  }
  Random random(seed);
  for (std::size_t draw = 0; draw < draws; ++draw) {
    double sum = 0.0;
    for (std::size_t i = 0; i < k; ++i) {  // the first k places of Fisher-Yates
      std::swap(all[i], all[i + random.below(all.size() - i)]);
      sum += all[i];
    }
    if (sum >= bound) ++hits;
  }
  return (1.0 + static_cast<double>(hits)) / (1.0 + static_cast<double>(draws));
}

double prediction_p_above(std::span<const double> before, double fresh) {
  const auto deviation = standard_deviation(before);
  if (!deviation) return 1.0;
  const auto n = static_cast<double>(before.size());
  const double difference = fresh - mean(before);
  const double error = *deviation * std::sqrt(1.0 + 1.0 / n);
  if (error == 0.0) return difference > 0.0 ? 0.0 : 1.0;
  const double two_sided = student_p(n - 1.0, difference / error);
  return difference > 0.0 ? two_sided / 2.0 : 1.0 - two_sided / 2.0;
}

double new_point_p(const std::vector<std::vector<double>>& before, std::span<const double> fresh,
                   std::size_t draws, std::uint64_t seed) {
  std::vector<double> all, medians;
  for (const std::vector<double>& session : before) {
    if (session.empty()) continue;
    all.insert(all.end(), session.begin(), session.end());
    medians.push_back(median_of({session.begin(), session.end()}));
  }
  if (fresh.empty()) return 1.0;
  return std::max(prediction_p_above(medians, median_of({fresh.begin(), fresh.end()})),
                  permutation_p_above(all, fresh, draws, seed));
}

}  // namespace genrebench
