#include "pipeline/deformations/support/butterworth.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <numbers>

namespace genrebench {
namespace butterworth_test {

/// The gain of the sections at a frequency.
double gain(const std::vector<FilterSection>& sections, double frequency_hz, double rate_hz) {
  const std::complex<double> z =
      std::polar(1.0, -2.0 * std::numbers::pi * frequency_hz / rate_hz);  // z^-1
  std::complex<double> h = 1.0;
  for (const FilterSection& s : sections)
    h *= (s.b0 + s.b1 * z + s.b2 * z * z) / (1.0 + s.a1 * z + s.a2 * z * z);
  return std::abs(h);
}

/// The gain that scipy's sections have, as {b0, b1, b2, a1, a2} each.
double gain_of(const std::vector<std::vector<double>>& sections, double frequency_hz,
               double rate_hz) {
  std::vector<FilterSection> all;
  for (const auto& s : sections)
    all.push_back({.b0 = s[0], .b1 = s[1], .b2 = s[2], .a1 = s[3], .a2 = s[4]});
  return gain(all, frequency_hz, rate_hz);
}

// scipy 1.17.1: scipy.signal.butter(4, 1000, 'low', fs=8000, output='sos'), without the column of
// ones, and butter(8, 300, 'high', fs=22050, output='sos'). Sections share their gain in another
// way there, so that the responses are compared.
const std::vector<std::vector<double>> kLow = {
    {0.010209480791203138, 0.020418961582406275, 0.010209480791203138, -0.8553979327751704,
     0.20971535775655478},
    {1.0, 2.0, 1.0, -1.1130298541633479, 0.5740619150839545}};
const std::vector<std::vector<double>> kHigh = {
    {0.8031781270493457, -1.6063562540986913, 0.8031781270493457, -1.8387206394684343,
     0.8454596342482158},
    {1.0, -2.0, 1.0, -1.8606082486029711, 0.8674274624658116},
    {1.0, -2.0, 1.0, -1.9024530846710372, 0.9094256617614231},
    {1.0, -2.0, 1.0, -1.9600479775151256, 0.967231642507549}};

TEST(Butterworth, HasTheResponseOfScipy) {
  const auto low = butterworth_low_pass(4, 1000.0, 8000.0);
  for (const double f : {0.0, 100.0, 900.0, 1000.0, 1100.0, 2500.0, 3900.0})
    EXPECT_NEAR(gain(low, f, 8000.0), gain_of(kLow, f, 8000.0), 1e-12) << f;
  const auto high = butterworth_high_pass(8, 300.0, 22050.0);
  for (const double f : {10.0, 150.0, 300.0, 450.0, 5000.0, 11000.0})
    EXPECT_NEAR(gain(high, f, 22050.0), gain_of(kHigh, f, 22050.0), 1e-9) << f;
}

TEST(Butterworth, HasHalfThePowerAtTheCutOffWhateverItsOrder) {
  for (const int order : {2, 4, 8, 16}) {
    EXPECT_NEAR(gain(butterworth_low_pass(order, 5000.0, 44100.0), 5000.0, 44100.0),
                std::numbers::sqrt2 / 2.0, 1e-9);
    EXPECT_NEAR(gain(butterworth_high_pass(order, 100.0, 44100.0), 100.0, 44100.0),
                std::numbers::sqrt2 / 2.0, 1e-6);
  }
}

TEST(Butterworth, FiltersByTheDifferenceEquation) {
  const std::vector<FilterSection> one = {
      {.b0 = 0.5, .b1 = 0.25, .b2 = 0.125, .a1 = -0.5, .a2 = 0.25}};
  std::vector<float> samples = {1.0f, 0.0f, 2.0f, 0.0f};
  filter(one, samples);
  // y0 = 0.5; y1 = 0.25 + 0.5 y0; y2 = 1 + 0.125 + 0.5 y1 - 0.25 y0; y3 = 0.5 + 0.5 y2 - 0.25 y1
  EXPECT_EQ(samples, (std::vector<float>{0.5f, 0.5f, 1.25f, 1.0f}));
}

}  // namespace butterworth_test
}  // namespace genrebench
