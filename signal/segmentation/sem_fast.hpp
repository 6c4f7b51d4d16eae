#pragma once
// Internal. The SEM matrix by identities: the same quantity as DirectSem, faster.

#include "signal/segmentation/sem.hpp"

namespace genrebench {

/// False for windows that are too short for the identities (fewer than four orders), and for so
/// many lags that they would not be faster.
bool fast_sem_applies(std::size_t window_length, const SemOptions& options);

SemMatrix fast_sem_matrix(const WindowSeries& windows, const std::vector<ArModel>& models,
                          const SemOptions& options);

}  // namespace genrebench
