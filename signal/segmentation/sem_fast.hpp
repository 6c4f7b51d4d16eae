#pragma once
// Internal. The fast form of the SEM matrix.

#include "signal/segmentation/sem.hpp"

namespace genrebench {

/// False for windows too short for the identities (less than four orders), and for so many lags
/// that they would not be faster.
bool fast_sem_applies(std::size_t window_length, const SemOptions& options);

SemMatrix fast_sem_matrix(const WindowSeries& windows, const std::vector<ArModel>& models,
                          const SemOptions& options);

}  // namespace genrebench
