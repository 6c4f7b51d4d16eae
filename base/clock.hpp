#pragma once
// The time of day and elapsed time, as people read them.

#include <chrono>
#include <string>

namespace genrebench {

/// The current time in UTC: as ISO 8601 ("2026-11-28T18:45:00Z"), or in a format of strftime. For
/// people only: no decision depends on it.
std::string utc_now(const char* format = "%Y-%m-%dT%H:%M:%SZ");

/// The clock that durations are measured with: it never goes back.
using SteadyClock = std::chrono::steady_clock;

/// Seconds that have passed since `begin`.
double seconds_since(SteadyClock::time_point begin);

/// "0.42 s", "12 s", "2 min 5 s", "3 h 10 min".
std::string duration_text(double seconds);

}  // namespace genrebench
