#pragma once
// How much data a difference needs to be found.

#include <optional>

namespace genrebench {

/// What was measured, and what should be found.
struct PowerQuestion {
  double n = 0.0;               ///< things that were measured, such as tracks
  double standard_error = 0.0;  ///< of the difference on these
  double margin = 0.05;         ///< the difference that should be found, positive
  double alpha = 0.05;          ///< two-sided level of the test
  double power = 0.8;           ///< chance to find it
};

/// How many things the test would need, by the normal approximation:
/// n ((z_(1 - alpha/2) + z_power) standard_error / margin)^2. The standard error of a bootstrap
/// over artists has the design effect in it: the same number of tracks per artist is taken to hold.
/// @return  nothing without a standard error above 0, which says nothing of the spread
/// Source: Cohen, Statistical Power Analysis for the Behavioral Sciences, 1988, chapter 2
std::optional<double> number_needed(const PowerQuestion& question);

}  // namespace genrebench
