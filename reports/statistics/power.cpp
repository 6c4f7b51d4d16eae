#include "reports/statistics/power.hpp"

#include <boost/math/distributions/normal.hpp>
#include <cmath>

namespace genrebench {

std::optional<double> number_needed(const PowerQuestion& question) {
  if (!(question.standard_error > 0.0) || !std::isfinite(question.standard_error))
    return std::nullopt;
  const boost::math::normal normal;
  const double z = boost::math::quantile(boost::math::complement(normal, question.alpha / 2.0)) +
                   boost::math::quantile(normal, question.power);
  const double ratio = z * question.standard_error / question.margin;
  return question.n * ratio * ratio;
}

}  // namespace genrebench
