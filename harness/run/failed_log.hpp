#pragma once

namespace genrebench {

/// The file in a run's folder that holds what another program printed before the run failed. It is
/// no artifact: the store does not record it.
inline constexpr const char* kFailedLogName = "failed_log.txt";

}  // namespace genrebench
