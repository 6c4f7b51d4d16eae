#include "reports/support/curves.hpp"

#include <gtest/gtest.h>

#include "reports/example_runs.hpp"

namespace genrebench {
namespace curves_test {

/// The curves of runs that reported this training loss.
struct Example {
  explicit Example(const std::vector<std::vector<double>>& losses) {
    std::uint64_t seed = 0;
    for (const std::vector<double>& loss : losses)
      add_run(store, {.method = "vgg16",
                      .seed = seed++,
                      .facts = {{"fit.best_epoch", "2"}},
                      .metrics = with_curve({}, "train", "loss", loss)});
    runs = store.runs("");
    for (const RunRecord& run : runs) pointers.push_back(&run);
  }

  MemoryStore store;
  std::vector<RunRecord> runs;
  Runs pointers;
};

TEST(Curves, AreReadByEpochOfRunsThatAreDone) {
  Example example({{2.0, 1.0}, {}});
  add_run(example.store,
          {.status = RunStatus::failed, .metrics = with_curve({}, "train", "loss", {3.0})});
  const std::vector<RunRecord> runs = example.store.runs("");
  const std::vector<RunCurves> curves = load_curves(example.store, {&runs[0], &runs[1], &runs[2]});
  ASSERT_EQ(curves.size(), 1u) << "one run has no curve, one failed";
  EXPECT_EQ(curves[0].of("train", "loss"), (Steps{{1, 2.0}, {2, 1.0}}));
  EXPECT_TRUE(curves[0].of("valid", "loss").empty());
  EXPECT_EQ(curves[0].last("train", "loss"), 1.0);
  EXPECT_EQ(curves[0].last("valid", "loss"), std::nullopt);
  EXPECT_EQ(curves[0].last_epoch(), 2);
  EXPECT_EQ(curves[0].kept_epoch(), 2);
}

TEST(Curves, MeansAreOverTheRunsThatCameSoFar) {
  const Example example({{2.0, 1.0}, {4.0}});
  const MeanCurve curve =
      mean_curve(load_curves(example.store, example.pointers), "train", "loss", 0.95);
  ASSERT_EQ(curve.size(), 2u);
  EXPECT_EQ(curve.at(1).mean, 3.0);
  EXPECT_EQ(curve.at(2).mean, 1.0);
  EXPECT_EQ(curve.at(2).values.size(), 1u);
}

TEST(Curves, WithoutTheMetricThereIsNoFigure) {
  const Example example({{2.0, 1.0}});
  const std::vector<CurveSet> sets = {{.runs = load_curves(example.store, example.pointers)}};
  EXPECT_FALSE(curve_figure(sets, "accuracy", 0.95, "id", "title").has_value());
  EXPECT_TRUE(curve_figure(sets, "loss", 0.95, "id", "title").has_value());
}

TEST(Curves, AFigureOfTheAccuracyHasLinesForGuessingAndOneOfTheLossHasNone) {
  MemoryStore store;
  add_run(store, {.method = "vgg16",
                  .metrics = with_curve(with_curve({}, "train", "loss", {2.0, 1.0}), "train",
                                        "accuracy", {0.4, 0.9})});
  const std::vector<RunRecord> runs = store.runs("");
  CurveSet set;
  set.group.runs = {&runs[0]};
  set.runs = load_curves(store, set.group.runs);
  const auto svg = [&](const std::string& metric) {
    return curve_figure({set}, metric, 0.95, "id", "title").value().picture.svg();
  };
  EXPECT_FALSE(contains(svg("accuracy"), "majority class"));
  set.guessing = Guessing{.chance = 0.1, .majority = 0.3};
  EXPECT_TRUE(contains(svg("accuracy"), "majority class"));
  EXPECT_FALSE(contains(svg("loss"), "majority class"));
}

}  // namespace curves_test
}  // namespace genrebench
