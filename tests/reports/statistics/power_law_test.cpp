#include "reports/statistics/power_law.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <limits>
#include <sstream>
#include <string>

namespace genrebench {
namespace power_law_test {

std::vector<double> numbers(const std::string& text) {
  std::istringstream stream(text);
  std::vector<double> result;
  for (double value = 0.0; stream >> value;) result.push_back(value);
  return result;
}

std::vector<std::string> cells(const std::string& line) {
  std::vector<std::string> result;
  std::istringstream stream(line);
  for (std::string cell; std::getline(stream, cell, ';');) result.push_back(cell);
  return result;
}

double loss(const PowerLaw& law, const std::vector<double>& sizes,
            const std::vector<double>& errors) {
  double sum = 0.0;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    const double z = (law.at(sizes[i]) - errors[i]) / kResidualMargin;
    sum += 2.0 * (std::sqrt(1.0 + z * z) - 1.0);
  }
  return sum;
}

TEST(PowerLaw, FitsAsScipyDoes) {
  std::ifstream file(GENREBENCH_SOURCE_DIR "/tests/golden/power_law/fits.txt");
  int n = 0;
  for (std::string line; std::getline(file, line); ++n) {
    const std::vector<std::string> parts = cells(line);
    ASSERT_EQ(parts.size(), 4u) << line;
    const std::vector<double> sizes = numbers(parts[0]), errors = numbers(parts[1]),
                              expected = numbers(parts[2]);
    const PowerLaw law = fit_power_law(sizes, errors);
    EXPECT_LE(loss(law, sizes, errors), std::stod(parts[3]) + 1e-9) << line;
    EXPECT_NEAR(law.a, expected[0], 1e-6) << line;
    EXPECT_NEAR(law.b, expected[1], 1e-6) << line;
    EXPECT_NEAR(law.c, expected[2], 1e-6) << line;
    const PowerLaw reference{.a = expected[0], .b = expected[1], .c = expected[2]};
    for (const double size : sizes) EXPECT_NEAR(law.at(size), reference.at(size), 1e-6) << line;
  }
  EXPECT_EQ(n, 6);
}

TEST(PowerLaw, FindsALawWithoutNoise) {
  const PowerLaw truth{.a = 0.2, .b = 1.1, .c = 0.6};
  const std::vector<double> sizes = {5, 10, 20, 40};
  std::vector<double> errors;
  for (const double n : sizes) errors.push_back(truth.at(n));
  const PowerLaw law = fit_power_law(sizes, errors);
  EXPECT_NEAR(law.a, 0.2, 1e-4);
  EXPECT_NEAR(law.b, 1.1, 1e-3);
  EXPECT_NEAR(law.c, 0.6, 1e-3);
  EXPECT_NEAR(law.size_for(0.3).value(), truth.size_for(0.3).value(), 0.1);
}

TEST(PowerLaw, OneOddPointDoesNotBendIt) {
  const PowerLaw truth{.a = 0.2, .b = 1.0, .c = 0.7};
  const std::vector<double> sizes = {5, 10, 20, 40, 80, 160};
  std::vector<double> errors;
  for (const double n : sizes) errors.push_back(truth.at(n));
  errors[3] += 0.08;
  EXPECT_NEAR(fit_power_law(sizes, errors).at(1000.0), truth.at(1000.0), 0.01);
}

TEST(PowerLaw, StaysWithinItsBounds) {
  const std::vector<double> sizes = {5, 10, 20, 40};
  const PowerLaw flat = fit_power_law(sizes, std::vector<double>{0.3, 0.3, 0.3, 0.3});
  for (const double n : sizes) EXPECT_NEAR(flat.at(n), 0.3, 1e-9);
  const PowerLaw rising = fit_power_law(sizes, std::vector<double>{0.2, 0.25, 0.3, 0.35});
  EXPECT_GE(rising.b, 0.0) << "more data never make it worse";
  EXPECT_FALSE(rising.size_for(0.1).has_value());
  const PowerLaw none = fit_power_law(sizes, std::vector<double>{0.4, 0.1, 0.0, 0.0});
  EXPECT_GE(none.a, 0.0);
  EXPECT_LE(none.c, kMaxRate);
}

TEST(PowerLaw, NoSizeGivesAnErrorThatItNeverReaches) {
  const PowerLaw law{.a = 0.2, .b = 1.0, .c = 0.5};
  EXPECT_FALSE(law.size_for(0.2).has_value());
  EXPECT_FALSE(law.size_for(0.1).has_value());
  EXPECT_DOUBLE_EQ(law.size_for(0.3).value(), 100.0);
}

TEST(ResampledPowerLaws, AreAllTheSameWhereDivisionsAgree) {
  const PowerLaw truth{.a = 0.2, .b = 1.1, .c = 0.6};
  const std::vector<double> sizes = {5, 10, 20, 40};
  ErrorCurve curve{.errors = {}, .test_ratio = 0.4};
  for (const double n : sizes) curve.errors.push_back(truth.at(n));
  const std::vector<ErrorCurve> curves(3, curve);
  for (const PowerLaw& law : resampled_power_laws(sizes, curves, 5, 1))
    EXPECT_NEAR(law.at(20.0), truth.at(20.0), 1e-6);
}

TEST(ResampledPowerLaws, SpreadAsTheCorrectedTDoes) {
  // The mean of one size over resamples has the variance s^2 (1/k + ratio), s^2 having k - 1 below.
  const std::vector<double> sizes = {5, 10, 20, 40};
  std::vector<ErrorCurve> curves;
  for (const double shift : {-0.03, 0.01, 0.02, 0.0}) {
    ErrorCurve curve{.errors = {}, .test_ratio = 0.5};
    for (const double n : sizes) curve.errors.push_back(0.3 + 1.0 / n + shift);
    curves.push_back(curve);
  }
  double sum = 0.0, squares = 0.0;
  const auto laws = resampled_power_laws(sizes, curves, 2000, 7);
  for (const PowerLaw& law : laws) {
    sum += law.at(10.0);
    squares += law.at(10.0) * law.at(10.0);
  }
  const double n = static_cast<double>(laws.size()), center = sum / n;
  const double variance = (0.0009 + 0.0001 + 0.0004) / 3.0;
  EXPECT_NEAR(center, 0.4, 0.002);
  EXPECT_NEAR(std::sqrt(squares / n - center * center), std::sqrt(variance * (0.25 + 0.5)), 0.001);
}

TEST(PercentileInterval, TakesInfiniteValuesAsTheLargest) {
  const double inf = std::numeric_limits<double>::infinity();
  const Interval interval = percentile_interval({3.0, inf, 1.0, 2.0, inf}, 0.5);
  EXPECT_DOUBLE_EQ(interval.low, 2.0);
  EXPECT_EQ(interval.high, inf);
  EXPECT_DOUBLE_EQ(percentile_interval({1.0, 2.0, 3.0, 4.0, 5.0}, 0.8).low, 1.4);
}

}  // namespace power_law_test
}  // namespace genrebench
