#pragma once
// What time it is, for people: nothing is decided by it.

#include <string>

namespace genrebench {

/// Now, UTC: as ISO 8601 ("2026-11-28T18:45:00Z"), or as strftime writes it.
std::string utc_now(const char* format = "%Y-%m-%dT%H:%M:%SZ");

}  // namespace genrebench
