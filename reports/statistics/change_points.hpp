#pragma once
// Change points of a series of measurements: where its level moved.

#include <cstddef>
#include <span>
#include <vector>

namespace genrebench {

struct ChangePointOptions {
  std::size_t window = 50;  ///< values that are looked at together; windows overlap by half
  double level = 0.001;     ///< a change whose p-value is not below this is none
  double magnitude = 0.0;   ///< a relative change that is not above this is none: 0.05 is 5 %
};

/// A place where a series moved.
struct ChangePoint {
  std::size_t index = 0;     ///< of the first value after the change
  double before = 0.0;       ///< mean since the change point before
  double after = 0.0;        ///< mean until the next change point
  double p = 1.0;            ///< of Student's t test between the two
  double relative() const;   ///< after / before - 1; 0 if `before` is 0
  double magnitude() const;  ///< the larger of the relative changes forwards and backwards
};

/// Finds change points by E-divisive means with a t test, as Apache Otava (formerly Hunter) does.
/// Candidates come from windows of the series: each is divided where the energy statistic between
/// the two sides is largest, again and again while a t test finds the sides different at ten times
/// the level (twice from 0.05 on). Then the weakest candidates are dropped until all that are left
/// have p < level and a magnitude above options.magnitude.
///
/// As in Otava, the test's deviations have the divisor n, and a side may be one value. Choosing the
/// best place first makes p too small: experiments/statistics/kernel_alarms.cpp says by how much.
///
/// @param values  finite, in the order of time
/// @throws std::invalid_argument  for a window below 2 or a level outside (0, 1)
/// Source: Matteson and James, JASA 109(505), 2014, equations (2.5) and (2.7); Fleming et al.,
/// "Hunter: Using Change Point Detection to Hunt for Performance Regressions", ICPE 2023; checked
/// against apache-otava 0.8.0
std::vector<ChangePoint> change_points(std::span<const double> values,
                                       const ChangePointOptions& options = {});

}  // namespace genrebench
