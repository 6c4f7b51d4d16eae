#include "reports/statistics/mcnemar.hpp"

#include <algorithm>
#include <boost/math/distributions/binomial.hpp>

namespace genrebench {
namespace {

boost::math::binomial coin(const Discordant& tracks) {
  return {static_cast<double>(tracks.n_first + tracks.n_second), 0.5};
}

double fewer(const Discordant& tracks) {
  return static_cast<double>(std::min(tracks.n_first, tracks.n_second));
}

}  // namespace

double mcnemar_exact(const Discordant& tracks) {
  if (tracks.n_first == tracks.n_second) return 1.0;
  return std::min(1.0, 2.0 * boost::math::cdf(coin(tracks), fewer(tracks)));
}

double mcnemar_mid_p(const Discordant& tracks) {
  if (tracks.n_first == tracks.n_second) return 1.0;
  return 2.0 * boost::math::cdf(coin(tracks), fewer(tracks)) -
         boost::math::pdf(coin(tracks), fewer(tracks));
}

}  // namespace genrebench
