#include "reports/support/chart_points.hpp"

#include <limits>

namespace genrebench {

void add_point(LineChart::Series& series, double x, const Estimate& estimate, double unit) {
  const double none = std::numeric_limits<double>::quiet_NaN();
  series.x.push_back(x);
  series.y.push_back(unit * estimate.mean);
  series.low.push_back(estimate.interval ? unit * estimate.interval->low : none);
  series.high.push_back(estimate.interval ? unit * estimate.interval->high : none);
}

}  // namespace genrebench
