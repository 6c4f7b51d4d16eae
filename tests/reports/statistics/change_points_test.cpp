#include "reports/statistics/change_points.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>

namespace genrebench {
namespace change_points_test {

std::vector<double> numbers(const std::string& line) {
  std::istringstream words(line);
  std::vector<double> values;
  for (double value = 0.0; words >> value;) values.push_back(value);
  return values;
}

std::vector<std::size_t> indices(const std::vector<ChangePoint>& points) {
  std::vector<std::size_t> result;
  for (const ChangePoint& point : points) result.push_back(point.index);
  return result;
}

/// Compares with a file of tests/golden/change_points, where make.py wrote what Otava finds.
/// @return  the number of comparisons
int expect_as_otava(const std::string& name) {
  std::ifstream file(GENREBENCH_SOURCE_DIR "/tests/golden/change_points/" + name);
  std::vector<double> series;
  int n = 0;
  for (std::string line; std::getline(file, line);) {
    const std::vector<double> row = numbers(line);
    if (row.size() >= 80) {
      series = row;
      continue;
    }
    const ChangePointOptions options{
        .window = static_cast<std::size_t>(row.at(0)), .level = row.at(1), .magnitude = row.at(2)};
    const std::vector<std::size_t> expected(row.begin() + 3, row.end());
    EXPECT_EQ(indices(change_points(series, options)), expected)
        << name << ", window " << row[0] << ", level " << row[1] << ", magnitude " << row[2];
    ++n;
  }
  return n;
}

TEST(ChangePoints, OfThePublishedSeriesAreThoseOfOtava) {
  EXPECT_EQ(expect_as_otava("tigerbeetle.txt"), 10);
}

TEST(ChangePoints, OfRandomSeriesAreThoseOfOtava) { EXPECT_EQ(expect_as_otava("random.txt"), 60); }

TEST(ChangePoints, SayHowMuchALevelMoved) {
  std::vector<double> values;
  for (int i = 0; i < 20; ++i)
    values.push_back((i < 12 ? 100.0 : 110.0) + (i % 2 == 0 ? 1.0 : -1.0));
  const std::vector<ChangePoint> points = change_points(values);
  ASSERT_EQ(points.size(), 1u);
  EXPECT_EQ(points[0].index, 12u);
  EXPECT_DOUBLE_EQ(points[0].before, 100.0);
  EXPECT_DOUBLE_EQ(points[0].after, 110.0);
  EXPECT_NEAR(points[0].relative(), 0.1, 1e-12);
  EXPECT_NEAR(points[0].magnitude(), 0.1, 1e-12);
  // scipy.stats.ttest_ind_from_stats(100, 1, 12, 110, 1, 8).pvalue
  EXPECT_NEAR(points[0].p / 1.9853936083360175e-14, 1.0, 1e-6);
}

TEST(ChangePoints, AreNoneWhereNothingMoves) {
  EXPECT_TRUE(change_points(std::vector<double>{}).empty());
  EXPECT_TRUE(change_points(std::vector<double>{1.0}).empty());
  EXPECT_TRUE(change_points(std::vector<double>{1.0, 2.0}).empty());
  EXPECT_TRUE(change_points(std::vector<double>(40, 3.0)).empty());
}

TEST(ChangePoints, AStepWithoutNoiseIsFound) {
  std::vector<double> values(10, 5.0);
  values.resize(16, 6.0);
  EXPECT_EQ(indices(change_points(values)), (std::vector<std::size_t>{10}));
}

TEST(ChangePoints, RefusesSettingsThatMeanNothing) {
  const std::vector<double> values(10, 1.0);
  EXPECT_THROW(change_points(values, {.window = 1}), std::invalid_argument);
  EXPECT_THROW(change_points(values, {.level = 0.0}), std::invalid_argument);
  EXPECT_THROW(change_points(values, {.level = 1.0}), std::invalid_argument);
}

}  // namespace change_points_test
}  // namespace genrebench
