#include "reports/support/slow_down.hpp"

#include <algorithm>
#include <cmath>

#include "reports/statistics/change_points.hpp"
#include "reports/statistics/median.hpp"
#include "reports/statistics/new_point.hpp"

namespace genrebench {
namespace {

/// The place of a change point is chosen where it looks best, so its p-value is too small.
constexpr double kForChoosing = 4.0;

/// Draws by which a p-value of this level can be told.
std::size_t draws_for(double level) {
  return static_cast<std::size_t>(std::clamp(20.0 / level, 1000.0, 200000.0));
}

}  // namespace

std::optional<SlowDown> slow_down(const std::vector<std::vector<double>>& sessions,
                                  const SlowDownOptions& options) {
  const std::size_t n = sessions.size();
  if (n < kFewestSessions) return std::nullopt;
  std::vector<double> medians;
  for (const std::vector<double>& session : sessions) medians.push_back(median_of(session));
  // Half of it for change points, half for the newest session.
  const double level =
      options.level / 2.0 / static_cast<double>(std::max<std::size_t>(1, options.n_series));
  const std::vector<ChangePoint> points = change_points(
      medians,
      {.window = options.window, .level = level / kForChoosing, .magnitude = options.magnitude});
  if (!points.empty() && points.back().relative() > options.magnitude &&
      n - points.back().index <= options.recent) {
    const ChangePoint& point = points.back();
    return SlowDown{.index = point.index,
                    .before = point.before,
                    .after = point.after,
                    .p = std::min(1.0, point.p * kForChoosing),
                    .single = false};
  }
  const std::size_t first =
      std::max(points.empty() ? 0 : points.back().index, n - 1 - std::min(n - 1, options.window));
  if (n - 1 - first + 1 < kFewestSessions) return std::nullopt;
  const std::vector<std::vector<double>> before(
      sessions.begin() + static_cast<std::ptrdiff_t>(first), sessions.end() - 1);
  SlowDown newest{.index = n - 1,
                  .before = median_of(
                      {medians.begin() + static_cast<std::ptrdiff_t>(first), medians.end() - 1}),
                  .after = medians.back(),
                  .p = 1.0,
                  .single = true};
  if (newest.relative() <= options.magnitude) return std::nullopt;
  newest.p = new_point_p(before, sessions.back(), draws_for(level), options.seed);
  if (newest.p < level) return newest;
  return std::nullopt;
}

}  // namespace genrebench
