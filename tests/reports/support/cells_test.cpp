#include "reports/support/cells.hpp"

#include <gtest/gtest.h>

namespace genrebench {
namespace cells_test {

TEST(Cells, NumbersAreWrittenWithOneDecimal) {
  EXPECT_EQ(format_percent(0.4567), "45.7 %");
  EXPECT_EQ(format_percent(Measured{}), "");
  const auto of = [](double mean, std::optional<Interval> interval, IntervalMethod method,
                     bool cut_off = false) {
    return Estimate{.mean = mean,
                    .interval = interval,
                    .method = method,
                    .units = "artists",
                    .n_units = 3,
                    .cut_off = cut_off};
  };
  EXPECT_EQ(format_points(of(0.1, Interval{0.05, 0.15}, IntervalMethod::corrected_welch)),
            "+10.0 ± 5.0 points");
  EXPECT_EQ(format_points(of(-0.02, Interval{-0.051, 0.004}, IntervalMethod::bootstrap)),
            "−2.0 [−5.1, +0.4] points");
  EXPECT_EQ(format_points(of(-0.1, {}, IntervalMethod::none)), "−10.0 points");
  EXPECT_EQ(format_points(of(-0.0001, {}, IntervalMethod::none)), "0.0 points");
  EXPECT_EQ(format_percent(of(0.814, Interval{0.74, 0.872}, IntervalMethod::bootstrap)),
            "81.4 [74.0, 87.2] %");
  EXPECT_EQ(format_percent(of(0.576, Interval{0.515, 0.637}, IntervalMethod::corrected_t)),
            "57.6 ± 6.1 %");
  EXPECT_EQ(format_percent(
                of(0.911, Interval{0.796, 1.0}, IntervalMethod::corrected_t, /*cut_off=*/true)),
            "91.1 [79.6, 100.0] %");
  EXPECT_EQ(format_score(of(0.904, Interval{0.84, 0.951}, IntervalMethod::bootstrap)),
            "0.904 [0.840, 0.951]");
  EXPECT_EQ(of(0.9, Interval{0.8, 1.0}, IntervalMethod::bootstrap).method_id(),
            "bootstrap_artists");
  EXPECT_EQ(of(0.9, {}, IntervalMethod::bootstrap).method_id(), "");
}

TEST(Cells, DurationsHaveTheUnitThatFitsThem) {
  EXPECT_EQ(format_duration(0.0), "0.00 s");
  EXPECT_EQ(format_duration(0.417), "0.42 s");
  EXPECT_EQ(format_duration(12.34), "12.3 s");
  EXPECT_EQ(format_duration(245.0), "4 min 05 s");
  EXPECT_EQ(format_duration(7380.0), "2 h 03 min");
}

TEST(Cells, SlugsAreFileNames) {
  EXPECT_EQ(slug("Table 2: GTZAN / leaky"), "table_2_gtzan_leaky");
  EXPECT_EQ(slug("音楽"), "unnamed");
}

}  // namespace cells_test
}  // namespace genrebench
