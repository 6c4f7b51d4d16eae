#pragma once
// The spectral error measure (SEM) between all windows of a song: Eq. 3 of the paper.

#include <vector>

#include "signal/segmentation/ar_model.hpp"
#include "signal/segmentation/direct_sem.hpp"
#include "signal/segmentation/window_series.hpp"

namespace genrebench {

/// S of all windows. What vanishes: a residual without power (a silent window, or one that the
/// model predicts to the last bit) is at distance 0 if the model's noise variance vanishes as well,
/// else at infinity, the limit of Eq. 2. `fast` takes the direct path as a whole for windows below
/// four orders, and from M / 4 lags on that are not all.
/// @throws ConfigError  if the order is not below the window's length, or lags is below 1
SemMatrix sem_matrix(const WindowSeries& windows, const SemOptions& options);

/// The models alone, one a window.
std::vector<ArModel> fit_ar_models(const WindowSeries& windows, const SemOptions& options);

}  // namespace genrebench
