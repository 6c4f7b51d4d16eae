#pragma once
// Butterworth filters as sections of second order.

#include <span>
#include <vector>

namespace genrebench {

/// y[n] = b0 x[n] + b1 x[n-1] + b2 x[n-2] - a1 y[n-1] - a2 y[n-2]
struct FilterSection {
  double b0 = 1.0, b1 = 0.0, b2 = 0.0, a1 = 0.0, a2 = 0.0;
};

/// A low-pass by the bilinear transform, warped so that its gain at the cut-off is exactly
/// 1 / sqrt(2), -3.01 dB; it falls by 6 dB per octave and order.
/// @param order      even, at least 2
/// @param cutoff_hz  above 0 and below half the sample rate
/// Source: Butterworth, Experimental Wireless 7, 1930; Bristow-Johnson, Audio EQ Cookbook (the
///         sections); checked against scipy.signal.butter in tests/pipeline
std::vector<FilterSection> butterworth_low_pass(int order, double cutoff_hz, double sample_rate_hz);

/// The high-pass, likewise.
std::vector<FilterSection> butterworth_high_pass(int order, double cutoff_hz,
                                                 double sample_rate_hz);

/// Filters in place, one section after the other, in double precision, from a state of rest.
void filter(std::span<const FilterSection> sections, std::span<float> samples);

}  // namespace genrebench
