#include "reports/support/calibration_line.hpp"

#include <gtest/gtest.h>

#include "reports/example_forecasts.hpp"
#include "reports/example_runs.hpp"

namespace genrebench {
namespace calibration_line_test {

class LineOfCalibration : public ::testing::Test {
 protected:
  void add(const ExampleForecasts& example, const std::string& division = "d",
           std::map<std::string, std::string> facts = {}) {
    facts.insert({"split.clusters", "artist"});
    add_run(store_, {.seed = example.seed,
                     .accuracy = 0.5,
                     .facts = std::move(facts),
                     .predictions = example_forecasts(example),
                     .division = division});
  }
  CalibrationLine line(int n_bins = 5) {
    records_ = store_.runs("table2");
    RunGroup group = group_runs(records_).front();
    ForecastSet forecasts(store_, group.runs, "test");
    return {std::move(forecasts), std::move(group), n_bins, 0.95};
  }

  MemoryStore store_;
  std::vector<RunRecord> records_;
};

TEST_F(LineOfCalibration, HasTheScoresOfTheStatistics) {
  add({});
  const CalibrationLine one = line();
  const Forecasts& forecasts = one.forecasts().runs()[0].forecasts;
  EXPECT_EQ(one.value(CalibrationScore::log_loss, 0), log_loss(forecasts));
  EXPECT_EQ(one.value(CalibrationScore::brier, 0), brier_score(forecasts));
  const auto bins = calibration_bins(forecasts, equal_mass_bins(confidences(forecasts), 5));
  EXPECT_EQ(one.value(CalibrationScore::calibration_error, 0), calibration_error(bins));
  EXPECT_EQ(one.value(CalibrationScore::risk_area, 0), RiskCurve(forecasts).area());
  for (std::size_t s = 0; s < calibration_score_ids().size(); ++s) {
    const auto score = static_cast<CalibrationScore>(s);
    EXPECT_NEAR(one.measured(score).mean, one.value(score, 0), 1e-12) << calibration_score_ids()[s];
  }
  EXPECT_EQ(one.measured(CalibrationScore::log_loss).method_id(), "bootstrap_artists");
  for (const CalibrationScore score :
       {CalibrationScore::resolution, CalibrationScore::calibration_error,
        CalibrationScore::debiased_calibration_error})
    EXPECT_FALSE(one.measured(score).interval) << "they have one over divisions alone";
}

TEST_F(LineOfCalibration, PartsOfTheBrierScoreAddUpOverDivisionsToo) {
  for (std::uint64_t seed = 1; seed < 4; ++seed) add({.seed = seed}, std::to_string(seed));
  const CalibrationLine all = line();
  EXPECT_NEAR(all.measured(CalibrationScore::reliability).mean -
                  all.measured(CalibrationScore::resolution).mean +
                  all.measured(CalibrationScore::uncertainty).mean,
              all.measured(CalibrationScore::brier).mean, 1e-12);
  EXPECT_EQ(all.measured(CalibrationScore::resolution).method_id(), "corrected_t");
}

TEST_F(LineOfCalibration, TellsAMethodThatIsTooSureOfItself) {
  add({.n_tracks = 400, .sharpness = 3.0});
  const CalibrationLine sure = line();
  const Measured& over = sure.measured(CalibrationScore::overconfidence);
  ASSERT_TRUE(over.interval);
  EXPECT_GT(over.interval->low, 0.0);
  EXPECT_GT(sure.measured(CalibrationScore::debiased_calibration_error).mean, 0.05);
}

TEST_F(LineOfCalibration, BinsHoldAllTracksOfAllRunsOnce) {
  for (std::uint64_t seed = 1; seed < 4; ++seed) add({.seed = seed}, std::to_string(seed));
  const std::vector<ReliabilityPoint> points = line().reliability();
  ASSERT_EQ(points.size(), 5u);
  EXPECT_FALSE(points.front().from);
  EXPECT_FALSE(points.back().to);
  for (std::size_t b = 0; b < points.size(); ++b) {
    EXPECT_EQ(points[b].n_tracks, 72u);
    EXPECT_EQ(points[b].runs.size(), 3u);
    EXPECT_EQ(points[b].share_right.method_id(), "corrected_t");
    if (b == 0) continue;
    EXPECT_EQ(points[b].from, points[b - 1].to);
    EXPECT_GT(points[b].confidence, points[b - 1].confidence);
  }
}

TEST_F(LineOfCalibration, TheRiskOfAllTracksIsTheErrorWithItsInterval) {
  add({});
  const CalibrationLine one = line();
  const std::vector<RiskPoint> risks = one.risks();
  ASSERT_EQ(risks.size(), 20u);
  EXPECT_EQ(risks.back().coverage, 1.0);
  const Forecasts& forecasts = one.forecasts().runs()[0].forecasts;
  EXPECT_NEAR(risks.back().risk.mean, 1.0 - share_right(forecasts), 1e-12);
  for (const RiskPoint& point : risks) {
    EXPECT_NEAR(point.risk.mean, RiskCurve(forecasts).risk(point.coverage), 1e-12);
    ASSERT_TRUE(point.risk.interval);
    EXPECT_LE(point.risk.interval->low, point.risk.mean + 1e-12);
    EXPECT_GE(point.risk.interval->high, point.risk.mean - 1e-12);
  }
}

TEST_F(LineOfCalibration, TemperaturesAreTheirRange) {
  add({.seed = 1}, "a", {{"calibration.temperature", "1.6234"}});
  line();
  EXPECT_EQ(temperatures_text({&records_[0]}), "1.62");
  add({.seed = 2}, "b", {{"calibration.temperature", "2.5"}});
  line();
  EXPECT_EQ(temperatures_text({&records_[0], &records_[1]}), "1.62 to 2.50");
  add({.seed = 3}, "c");
  line();
  EXPECT_EQ(temperatures_text({&records_[2]}), "");
}

}  // namespace calibration_line_test
}  // namespace genrebench
