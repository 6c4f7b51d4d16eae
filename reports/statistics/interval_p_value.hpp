#pragma once
// From a confidence interval back to a p-value.

#include "reports/statistics/basic.hpp"

namespace genrebench {

/// The two-sided p-value of "the truth is zero" that a confidence interval implies: it is below
/// 1 - level where the interval leaves zero out, and above where it does not. Exact for intervals
/// of Student's t; for others, such as bootstrap intervals, the normal approximation on the side
/// of the interval that faces zero.
/// @param estimate            the value in the middle, inside the interval
/// @param level               of the interval, in (0, 1)
/// @param degrees_of_freedom  of the t distribution; 0: normal
/// @return                    in (0, 1]; 1 for an estimate of zero
/// Source: Altman and Bland, How to obtain the P value from a confidence interval, BMJ 343, 2011
double interval_p_value(double estimate, const Interval& interval, double level,
                        double degrees_of_freedom = 0.0);

}  // namespace genrebench
