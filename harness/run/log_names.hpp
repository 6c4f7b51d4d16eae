#pragma once
// Names of the files in a run's folder that hold what other programs printed, besides kLogName.

namespace genrebench {

/// What was printed during the last attempt that failed.
inline constexpr const char* kFailedLogName = "failed_log.txt";

}  // namespace genrebench
