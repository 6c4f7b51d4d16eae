#pragma once
// Whether the newest group of measurements lies above the ones before: a permutation test.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace genrebench {

/// One-sided permutation test of two samples: the probability that a random choice of the new
/// values among all of them has a mean at least as large. All choices are counted if there are at
/// most `draws`; otherwise that many are drawn, and p is (1 + hits) / (1 + draws).
/// @param before,fresh  finite values
/// @return  1 if one of the two is empty
/// Source: Phipson and Smyth, Stat. Appl. Genet. Mol. Biol. 9(1), 2010, for p of drawn choices;
/// checked against scipy.stats.permutation_test
double permutation_p_above(std::span<const double> before, std::span<const double> fresh,
                           std::size_t draws, std::uint64_t seed);

/// One-sided p-value of one new value above others, by Student's t with the error of prediction.
/// @return  1 for fewer than two values before
/// Source: Student's t test of two samples of which one has one value; checked against
/// scipy.stats.ttest_ind
double prediction_p_above(std::span<const double> before, double fresh);

/// Whether the newest of several sessions is above the earlier ones. Values of one session have
/// something in common (where the program lies in memory, what else ran), so mixing values of all
/// sessions alone would find every such difference, and a test of the sessions' medians alone knows
/// nothing of how far the values within one scatter. The result is the larger of both p-values.
/// @param before  the values of each earlier session
double new_point_p(const std::vector<std::vector<double>>& before, std::span<const double> fresh,
                   std::size_t draws, std::uint64_t seed);

}  // namespace genrebench
