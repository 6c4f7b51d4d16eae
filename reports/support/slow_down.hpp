#pragma once
// Whether a kernel has become slower within its last sessions.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace genrebench {

struct SlowDownOptions {
  double level = 0.01;      ///< probability of a false alarm in all series together
  double magnitude = 0.02;  ///< a relative slow-down that is not above this is none
  std::size_t recent = 5;   ///< sessions in which a change is new; older ones are history
  std::size_t window = 50;  ///< of change_points(), and sessions that a single one is compared with
  std::size_t n_series = 1;  ///< number of series that are tested together
  std::uint64_t seed = 0;    ///< of the permutations
};

/// A place from which on a series is slower.
struct SlowDown {
  std::size_t index = 0;  ///< of the first slow session
  double before = 0.0, after = 0.0;
  double p = 1.0;
  bool single = false;  ///< found by the newest session alone
  double relative() const { return before == 0.0 ? 0.0 : after / before - 1.0; }
};

/// Fewest sessions in which something can be found.
inline constexpr std::size_t kFewestSessions = 6;

/// Looks for a slow-down in the last sessions: the last change point, if it is one upwards and
/// new, or else the newest session alone, if it is above those since the last change point
/// (new_point_p). The level is divided by the number of series, and for change points by a further
/// factor for choosing their place; experiments/statistics/kernel_alarms.cpp measures what comes of
/// it.
/// @param sessions  the values of each session, in the order of time: times, ratios or counts, none
///                  of them empty
/// @return          nothing for fewer than kFewestSessions sessions
std::optional<SlowDown> slow_down(const std::vector<std::vector<double>>& sessions,
                                  const SlowDownOptions& options = {});

}  // namespace genrebench
