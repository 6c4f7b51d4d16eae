#include "reports/support/estimate.hpp"

#include <algorithm>

namespace genrebench {

void Estimate::set_interval(double low, double high, Bounds bounds) {
  cut_off = low < bounds.low || high > bounds.high;
  interval =
      Interval{std::clamp(low, bounds.low, bounds.high), std::clamp(high, bounds.low, bounds.high)};
}

std::string Estimate::method_id() const {
  if (!interval) return {};
  switch (method) {
    case IntervalMethod::corrected_t:
      return "corrected_t";
    case IntervalMethod::corrected_welch:
      return "corrected_welch";
    case IntervalMethod::bootstrap:
      return "bootstrap_" + units;
    case IntervalMethod::wilson:
      return "wilson";
    case IntervalMethod::none:
      break;
  }
  return {};
}

}  // namespace genrebench
