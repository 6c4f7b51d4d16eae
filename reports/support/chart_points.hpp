#pragma once
// Points of charts from estimates.

#include "reports/charts/charts.hpp"
#include "reports/support/estimate.hpp"

namespace genrebench {

/// Appends a point with its interval; NaN where there is none.
/// @param unit  what the estimate is multiplied by: 100 for percent
void add_point(LineChart::Series& series, double x, const Estimate& estimate, double unit);

}  // namespace genrebench
