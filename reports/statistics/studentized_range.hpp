#pragma once
// The studentized range with infinitely many degrees of freedom: the range of independent standard
// normal variables. Nemenyi's test compares differences of mean ranks with it.

#include <cstddef>

namespace genrebench {

/// The probability that the range of n standard normal variables is above q. The integral over the
/// largest one is a sum at even steps, which converges faster than any power of the step. The error
/// is below 1e-12.
/// @param n  at least 2
/// Source: Pearson and Hartley, Biometrika 32, 1942; checked against scipy.stats.studentized_range
double range_above(double q, std::size_t n);

/// The range that n standard normal variables exceed with this probability, to 1e-10.
/// @param probability  in (0, 1)
double range_quantile(double probability, std::size_t n);

}  // namespace genrebench
