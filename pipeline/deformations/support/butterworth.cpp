#include "pipeline/deformations/support/butterworth.hpp"

#include <cassert>
#include <cmath>
#include <numbers>

namespace genrebench {
namespace {

/// @param sign  1 for a low-pass, -1 for a high-pass
std::vector<FilterSection> butterworth(int order, double cutoff_hz, double sample_rate_hz,
                                       double sign) {
  assert(order >= 2 && order % 2 == 0);
  assert(cutoff_hz > 0.0 && cutoff_hz < sample_rate_hz / 2.0);
  const double w = 2.0 * std::numbers::pi * cutoff_hz / sample_rate_hz;
  std::vector<FilterSection> sections;
  for (int k = 0; k < order / 2; ++k) {
    // Each pair of poles on Butterworth's circle has 2 cos of its angle as 1 / Q.
    const double inverse_q = 2.0 * std::cos((2 * k + 1) * std::numbers::pi / (2 * order));
    const double alpha = std::sin(w) * inverse_q / 2.0;
    const double a0 = 1.0 + alpha;
    const double b = (1.0 - sign * std::cos(w)) / a0;
    sections.push_back({.b0 = b / 2.0,
                        .b1 = sign * b,
                        .b2 = b / 2.0,
                        .a1 = -2.0 * std::cos(w) / a0,
                        .a2 = (1.0 - alpha) / a0});
  }
  return sections;
}

}  // namespace

std::vector<FilterSection> butterworth_low_pass(int order, double cutoff_hz,
                                                double sample_rate_hz) {
  return butterworth(order, cutoff_hz, sample_rate_hz, 1.0);
}

std::vector<FilterSection> butterworth_high_pass(int order, double cutoff_hz,
                                                 double sample_rate_hz) {
  return butterworth(order, cutoff_hz, sample_rate_hz, -1.0);
}

void filter(std::span<const FilterSection> sections, std::span<float> samples) {
  struct State {
    double s1 = 0.0, s2 = 0.0;
  };
  std::vector<State> states(sections.size());
  for (float& sample : samples) {
    double x = static_cast<double>(sample);
    for (std::size_t i = 0; i < sections.size(); ++i) {  // direct form II, transposed
      const FilterSection& f = sections[i];
      State& s = states[i];
      const double y = f.b0 * x + s.s1;
      s.s1 = f.b1 * x - f.a1 * y + s.s2;
      s.s2 = f.b2 * x - f.a2 * y;
      x = y;
    }
    sample = static_cast<float>(x);
  }
}

}  // namespace genrebench
