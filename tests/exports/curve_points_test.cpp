#include "exports/curve_points.hpp"

#include <gtest/gtest.h>

namespace genrebench {
namespace curve_points_test {

TEST(CurvePoints, ComeEpochByEpochAtTheTimesThatTheRunRecorded) {
  const auto points = curve_points({{"valid", "loss", 2, 0.5},
                                    {"test", "accuracy", -1, 0.75},
                                    {"train", "seconds", 2, 4.0},
                                    {"train", "loss", 1, 2.0},
                                    {"train", "seconds", 1, 3.0},
                                    {"train", "loss", 2, 1.0}},
                                   100.0);
  std::vector<std::string> tags;
  std::vector<double> times;
  for (const TimedPoint& point : points) {
    tags.push_back(point.tag);
    times.push_back(point.time);
  }
  EXPECT_EQ(tags, (std::vector<std::string>{"loss/train", "seconds/train", "loss/train",
                                            "loss/valid", "seconds/train"}));
  EXPECT_EQ(times, (std::vector<double>{103.0, 103.0, 107.0, 107.0, 107.0}));
}

TEST(CurvePoints, OfRunsWithoutTimesAreAtTheirStart) {
  const auto points = curve_points({{"train", "loss", 1, 2.0}, {"train", "loss", 2, 1.0}}, 100.0);
  ASSERT_EQ(points.size(), 2u);
  EXPECT_EQ(points[1].time, 100.0);
  EXPECT_EQ(final_tag({"test", "recall/polka", -1, 0.5}), "test/recall/polka");
}

}  // namespace curve_points_test
}  // namespace genrebench
