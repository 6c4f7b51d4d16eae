#include "base/clock.hpp"

#include <gtest/gtest.h>

#include <regex>

namespace genrebench {
namespace clock_test {

TEST(Clock, TheTimeIsIso8601InUtc) {
  const std::string now = utc_now();
  EXPECT_TRUE(std::regex_match(now, std::regex(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)"))) << now;
  EXPECT_EQ(utc_now("%Y").size(), 4u);
}

TEST(Clock, DurationsAreAsPreciseAsAReaderNeeds) {
  EXPECT_EQ(duration_text(0.0), "0.00 s");
  EXPECT_EQ(duration_text(0.42), "0.42 s");
  EXPECT_EQ(duration_text(12.3), "12 s");
  EXPECT_EQ(duration_text(59.4), "59 s");
  EXPECT_EQ(duration_text(59.6), "1 min 0 s");
  EXPECT_EQ(duration_text(125.0), "2 min 5 s");
  EXPECT_EQ(duration_text(3599.6), "1 h 0 min");
  EXPECT_EQ(duration_text(11400.0), "3 h 10 min");
}

TEST(Clock, ElapsedTimeIsInSeconds) {
  EXPECT_NEAR(seconds_since(SteadyClock::now() - std::chrono::seconds(90)), 90.0, 5.0);
}

}  // namespace clock_test
}  // namespace genrebench
