#include "reports/statistics/power.hpp"

#include <gtest/gtest.h>

namespace genrebench {
namespace power_test {

// 290 * ((norm.ppf(0.975) + norm.ppf(0.8)) * 0.03 / 0.05) ** 2 of scipy.stats
TEST(NumberNeeded, AgreesWithScipy) {
  EXPECT_NEAR(number_needed({.n = 290.0, .standard_error = 0.03}).value(), 819.4230442660447, 1e-6);
}

TEST(NumberNeeded, GrowsWithWhatIsAsked) {
  const PowerQuestion question{.n = 100.0, .standard_error = 0.03};
  PowerQuestion harder = question;
  harder.margin = 0.025;
  EXPECT_NEAR(number_needed(harder).value(), 4.0 * number_needed(question).value(), 1e-6);
  harder = question;
  harder.alpha = 0.01;
  EXPECT_GT(number_needed(harder).value(), number_needed(question).value());
  harder = question;
  harder.power = 0.9;
  EXPECT_GT(number_needed(harder).value(), number_needed(question).value());
}

TEST(NumberNeeded, NothingIsKnownWithoutASpread) {
  EXPECT_FALSE(number_needed({.n = 100.0, .standard_error = 0.0}).has_value());
}

}  // namespace power_test
}  // namespace genrebench
