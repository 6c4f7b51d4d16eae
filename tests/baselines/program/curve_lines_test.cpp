#include "baselines/program/curve_lines.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "base/error.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace curve_lines_test {

struct Point {
  std::string metric, split;
  std::int64_t step = 0;
  double value = 0.0;
  bool operator==(const Point&) const = default;
};

class Recorded final : public FitContext {
 public:
  void curve(const std::string& metric, const std::string& split, std::int64_t step,
             double value) override {
    if (!std::isfinite(value)) throw NotFinite("not finite");
    points.push_back({metric, split, step, value});
  }
  void note(const std::string&, double) override {}
  void warn(const std::string&) override {}
  void progress(std::size_t done, std::size_t total, const std::string&) override {
    published.emplace_back(done, total);
  }
  std::vector<Point> points;
  std::vector<std::pair<std::size_t, std::size_t>> published;
};

constexpr const char* kLine =
    R"({"epoch": 3, "split": "valid", "metric": "loss", "value": 0.5, "epochs": 40})";

TEST(CurvePoint, IsALineOfJsonWithItsNames) {
  const auto point = curve_point_in(kLine, "method x");
  ASSERT_TRUE(point.has_value());
  EXPECT_EQ(point->epoch, 3);
  EXPECT_EQ(point->split, "valid");
  EXPECT_EQ(point->metric, "loss");
  EXPECT_EQ(point->value, 0.5);
  EXPECT_EQ(point->epochs, 40);
  EXPECT_FALSE(
      curve_point_in(R"({"epoch":1,"split":"train","metric":"a","value":2})", "x")->epochs);
}

TEST(CurvePoint, IsNotWhatElseAProgramPrints) {
  for (const char* line : {"", "epoch 3: loss 0.5", "{", "{not json}", "[1, 2]", "{\"epoch\": 3}",
                           R"({"metric": "loss"})", "3", "null", "{\"a\": NaN}"})
    EXPECT_FALSE(curve_point_in(line, "method x").has_value()) << line;
}

TEST(CurvePoint, KnowsPythonsNumbersThatAreNoJson) {
  for (const char* value : {"NaN", "Infinity", "-Infinity", "null"}) {
    const std::string line = std::string(R"({"epoch": 1, "metric": "NaN", "split": "train", )") +
                             "\"value\": " + value + "}";
    const auto point = curve_point_in(line, "method x");
    ASSERT_TRUE(point.has_value()) << value;
    EXPECT_TRUE(std::isnan(point->value)) << value;
    EXPECT_EQ(point->metric, "NaN") << "a name stays what it is";
  }
}

TEST(CurvePoint, OfTheTestPartOrMalformedIsRefusedInOneLine) {
  EXPECT_THROW_SAYING(
      curve_point_in(R"({"epoch":1,"split":"test","metric":"accuracy","value":1})", "method x"),
      DataError, "method x", "train or valid", "no labels of the test part", "accuracy");
  EXPECT_THROW_SAYING(
      curve_point_in(R"({"epoch":1.5,"split":"train","metric":"loss","value":1})", "method x"),
      DataError, "'epoch'", "1.5");
  EXPECT_THROW_SAYING(
      curve_point_in(R"({"epoch":-1,"split":"train","metric":"loss","value":1})", "method x"),
      DataError, "'epoch'");
  EXPECT_THROW_SAYING(
      curve_point_in(R"({"epoch":1,"split":"train","metric":"","value":1})", "method x"), DataError,
      "'metric'");
  EXPECT_THROW_SAYING(
      curve_point_in(R"({"epoch":1,"split":"train","metric":"loss","value":"low"})", "method x"),
      DataError, "'value'", "low");
  EXPECT_THROW_SAYING(
      curve_point_in(R"({"epoch":1,"split":"train","metric":"loss","value":1,"epochs":0})", "x"),
      DataError, "'epochs'");
}

TEST(CurveLines, GiveThePointsToTheMethodAndTheRestToTheLog) {
  Recorded context;
  CurveLines lines("method x", &context);
  EXPECT_EQ(lines.take("hello\n{\"epoch\": 1, \"split\": \"train\","), "hello\n");
  EXPECT_EQ(lines.take(" \"metric\": \"loss\", \"value\": 2}\nwor"), "");
  EXPECT_EQ(lines.take("ld\n"), "world\n");
  EXPECT_EQ(lines.take("end"), "");
  EXPECT_EQ(lines.finish(), "end");
  EXPECT_EQ(context.points, (std::vector<Point>{{"loss", "train", 1, 2.0}}));
}

TEST(CurveLines, PublishEachEpochWhenItIsOver) {
  Recorded context;
  CurveLines lines("method x", &context);
  for (const int epoch : {1, 2})
    for (const char* split : {"train", "valid"})
      lines.take("{\"epoch\":" + std::to_string(epoch) + ",\"split\":\"" + split +
                 "\",\"metric\":\"loss\",\"value\":1,\"epochs\":5}\n");
  using Published = std::vector<std::pair<std::size_t, std::size_t>>;
  EXPECT_EQ(context.published, (Published{{1, 5}}));
  EXPECT_EQ(lines.finish(), "");
  EXPECT_EQ(context.published, (Published{{1, 5}, {2, 5}}));
}

TEST(CurveLines, RefuseASecondValueOfOnePoint) {
  Recorded context;
  CurveLines lines("method x", &context);
  const std::string line = std::string(kLine) + "\n";
  lines.take(line);
  EXPECT_THROW_SAYING(lines.take(line), DataError, "one loss of the valid part for epoch 3",
                      "a second");
}

TEST(CurveLines, PassOnThatALossIsNotFinite) {
  Recorded context;
  CurveLines lines("method x", &context);
  EXPECT_THROW(lines.take(R"({"epoch": 1, "split": "train", "metric": "loss", "value": NaN})"
                          "\n"),
               NotFinite);
}

TEST(CurveLines, DoNotKeepALineThatNeverEnds) {
  CurveLines lines("method x", nullptr);
  std::size_t given = 0;
  for (int i = 0; i < 100; ++i) given += lines.take(std::string(10'000, 'x')).size();
  EXPECT_GT(given, 900'000u);
  EXPECT_EQ(given + lines.finish().size(), 1'000'000u);
}

}  // namespace curve_lines_test
}  // namespace genrebench
