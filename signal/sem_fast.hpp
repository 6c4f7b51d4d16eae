#pragma once
// Internal. The fast form of the SEM matrix, and what it shares with the direct one.

#include "signal/sem.hpp"

namespace genrebench {

/// Eq. 2 from its moments.
/// @param power           r[0]
/// @param squares         sum over k >= 1 of r[k]^2
/// @param rounding_power  a residual of no more power than this is rounding, and counts as none
double sem_from_moments(double noise_variance, double power, double squares, double rounding_power);

/// The power that rounding alone leaves in a residual.
/// @param mean_square  of the sliding window
double rounding_power(const ArModel& reference, double mean_square);

/// False for windows too short for the identities (less than four orders), and for so many lags that they would not be
/// faster.
bool fast_sem_applies(std::size_t window_length, const SemOptions& options);

SemMatrix fast_sem_matrix(const WindowSeries& windows, const std::vector<ArModel>& models, const SemOptions& options);

}  // namespace genrebench
