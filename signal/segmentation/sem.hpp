#pragma once
// The spectral error measure (SEM) between all windows of a song: Eq. 3 of the paper.

#include <vector>

#include "signal/segmentation/ar_model.hpp"
#include "signal/segmentation/direct_sem.hpp"
#include "signal/segmentation/window_series.hpp"

namespace genrebench {

/// S of all windows. A residual without power (of a silent window, or of one that the model
/// predicts to the last bit) is at distance 0 if the noise variance of the model is zero as well,
/// else at infinity, the limit of Eq. 2. `fast` computes the whole matrix by the direct form if
/// windows are shorter than four orders, or if M / 4 or more lags are asked for, but not all.
/// @throws ConfigError  if the order is not below the window's length, or lags is below 1
SemMatrix sem_matrix(const WindowSeries& windows, const SemOptions& options);

/// The models alone, one per window.
std::vector<ArModel> fit_ar_models(const WindowSeries& windows, const SemOptions& options);

}  // namespace genrebench
