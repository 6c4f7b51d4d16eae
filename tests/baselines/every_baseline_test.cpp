// What all baselines promise beyond the contract of every method (tests/contract/methods_test.cpp):
// limits, errors, the description of their options.

#include <limits>

#include "base/error.hpp"
#include "baselines/support.hpp"

namespace genrebench::testing {
namespace every_baseline_test {

class EveryBaseline : public ::testing::TestWithParam<std::string> {};

INSTANTIATE_TEST_SUITE_P(Baselines, EveryBaseline,
                         ::testing::Values("decision_tree", "knn", "mlp", "naive_bayes", "softmax",
                                           "svm"),
                         [](const auto& name) { return name.param; });

TEST_P(EveryBaseline, SurvivesConstantFeatures) {
  auto [x, y] = clouds(60, 6, 3, 4.0, 8);
  x.col(1).setConstant(3.25);
  x.col(4).setZero();
  const ExampleSet train(x, y, 3);
  const Predictions predictions = answer(GetParam(), {}, train, train);
  expect_distributions(predictions, 60, 3);
  EXPECT_GE(accuracy(predictions.labels, y), 0.8);
}

TEST_P(EveryBaseline, SurvivesFeaturesThatAreAllConstant) {
  const ExampleSet train(Eigen::MatrixXd::Constant(12, 3, 0.5),
                         {0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 0}, 3);
  const ExampleSet test(matrix({{0.5, 0.5, 0.5}, {9.0, -9.0, 0.0}}), {}, 3);
  const Predictions predictions = answer(GetParam(), {}, train, test);
  expect_distributions(predictions, 2, 3);
  EXPECT_EQ(predictions.probabilities.col(2).maxCoeff(), 0.0);
}

TEST_P(EveryBaseline, SurvivesDuplicatedRowsWithContradictingLabels) {
  const auto [x, y] = clouds(30, 4, 3, 2.0, 9);
  Eigen::MatrixXd twice(60, 4);
  twice << x, x;
  std::vector<int> labels = y;
  for (const int label : y) labels.push_back((label + 1) % 3);
  const ExampleSet train(twice, labels, 3);
  expect_distributions(answer(GetParam(), {}, train, train), 60, 3);
}

TEST_P(EveryBaseline, SurvivesFewExamplesAClass) {
  const auto [x, y] = clouds(5, 3, 5, 3.0, 10);
  const ExampleSet train(x, y, 5);
  expect_distributions(answer(GetParam(), {}, train, train), 5, 5);
}

TEST_P(EveryBaseline, SurvivesFeaturesOfVeryDifferentSizes) {
  auto [x, y] = clouds(60, 3, 3, 3.0, 11);
  x.col(0) *= 1e7;
  x.col(2) *= 1e-7;
  const ExampleSet train(x, y, 3);
  expect_distributions(answer(GetParam(), {}, train, train), 60, 3);
}

TEST_P(EveryBaseline, RefusesAnEmptyTrainingSet) {
  RecordingContext context;
  const auto method = make_method(GetParam());
  Examples none;
  none.n_classes = 3;
  expect_contains(message_of<ConfigError>([&] { method->fit(none, {}, context); }),
                  {GetParam(), "training example"});
}

TEST_P(EveryBaseline, RefusesExamplesWithoutFeatures) {
  RecordingContext context;
  const auto method = make_method(GetParam());
  const ExampleSet train(Eigen::MatrixXd(8, 0), std::vector<int>(8, 0), 1);
  expect_contains(message_of<ConfigError>([&] { method->fit(train.examples(), {}, context); }),
                  {GetParam(), "feature"});
}

TEST_P(EveryBaseline, RefusesFeaturesThatAreNotFiniteInFitAndNamesThePlace) {
  RecordingContext context;
  const auto method = make_method(GetParam());
  auto [x, y] = clouds(30, 4, 3, 1.0, 13);
  x(17, 2) = std::numeric_limits<double>::quiet_NaN();
  x(20, 0) = 1.0;
  const ExampleSet train(x, y, 3);
  expect_contains(message_of<DataError>([&] { method->fit(train.examples(), {}, context); }),
                  {GetParam(), "fit", "nan", "row 17, column 2"});
}

TEST_P(EveryBaseline, RefusesFeaturesThatAreNotFiniteInPredictAndNamesThePlace) {
  RecordingContext context;
  const auto method = make_method(GetParam());
  auto [x, y] = clouds(30, 4, 3, 1.0, 14);
  method->fit(ExampleSet(x, y, 3).examples(), {}, context);
  x(3, 1) = -std::numeric_limits<double>::infinity();
  const ExampleSet test(x, {}, 3);
  expect_contains(message_of<DataError>([&] { method->predict(test.examples()); }),
                  {GetParam(), "predict", "inf", "row 3, column 1"});
}

TEST_P(EveryBaseline, RefusesAnotherNumberOfFeaturesInPredict) {
  RecordingContext context;
  const auto method = make_method(GetParam());
  const auto [x, y] = clouds(30, 4, 3, 1.0, 15);
  method->fit(ExampleSet(x, y, 3).examples(), {}, context);
  const ExampleSet test(x.leftCols(3), {}, 3);
  expect_contains(message_of<ConfigError>([&] { method->predict(test.examples()); }),
                  {GetParam(), "4 features", "got 3"});
}

TEST_P(EveryBaseline, CanBeFittedAgainOnOtherClassesAndFeatures) {
  const auto method = make_method(GetParam());
  RecordingContext context;
  const auto [x, y] = clouds(40, 5, 4, 2.0, 16);
  method->fit(ExampleSet(x, y, 4).examples(), {}, context);
  const auto [x2, y2] = clouds(40, 3, 2, 5.0, 17);
  const ExampleSet second(x2, y2, 2);
  RecordingContext fresh_context;
  method->fit(second.examples(), {}, fresh_context);
  const Predictions again = method->predict(second.examples());
  EXPECT_TRUE(same_bits(again.probabilities, answer(GetParam(), {}, second, second).probabilities));
}

TEST_P(EveryBaseline, NamesASourceAndAFiniteRangeForEveryOption) {
  const MethodPlugin& plugin = baselines().methods.get(GetParam(), "test");
  EXPECT_FALSE(plugin.source.empty());
  for (const OptionInfo& option : plugin.options.options()) {
    EXPECT_FALSE(option.source.empty()) << option.name;
    if (option.type != OptionType::integer && option.type != OptionType::number) continue;
    EXPECT_TRUE(std::isfinite(option.minimum) && std::isfinite(option.maximum)) << option.name;
  }
}

#ifndef NDEBUG
TEST_P(EveryBaseline, AssertsThatItWasFittedBeforeItPredicts) {
  const auto method = make_method(GetParam());
  const ExampleSet test(matrix({{1.0}}), {}, 2);
  EXPECT_DEATH(method->predict(test.examples()), "predict before fit");
}
#endif

}  // namespace every_baseline_test
}  // namespace genrebench::testing
