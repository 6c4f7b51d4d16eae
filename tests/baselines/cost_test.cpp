// What each baseline says of its parameters and multiply-adds, on cases counted by hand.
#include <gtest/gtest.h>

#include "baselines/support.hpp"

namespace genrebench::testing {
namespace cost_test {

MethodCost cost_of(const std::string& name, const OptionValues& options, const ExampleSet& train) {
  const std::unique_ptr<Method> method = make_method(name, options);
  RecordingContext context;
  method->fit(train.examples(), {}, context);
  const std::optional<MethodCost> cost = method->cost();
  EXPECT_TRUE(cost.has_value()) << name;
  return cost.value_or(MethodCost{});
}

/// Six examples of three features, of two of three classes.
ExampleSet six_examples() {
  return ExampleSet(matrix({{0.0, 0.0, 1.0},
                            {0.1, 0.0, 1.0},
                            {0.2, 0.1, 1.0},
                            {5.0, 5.0, 2.0},
                            {5.1, 5.0, 2.0},
                            {5.2, 5.1, 2.0}}),
                    {0, 0, 0, 2, 2, 2}, 3);
}

TEST(CostOfBaselines, SoftmaxHasAWeightAFeatureAndAnInterceptForEachClassWithExamples) {
  const MethodCost cost = cost_of("softmax", {}, six_examples());
  EXPECT_EQ(cost.parameters, 2 * (3 + 1));
  EXPECT_EQ(cost.multiply_adds, 2 * 3);
}

TEST(CostOfBaselines, NaiveBayesHasMeansVariancesAndPriors) {
  const MethodCost cost = cost_of("naive_bayes", {}, six_examples());
  EXPECT_EQ(cost.parameters, 2 * 3 + 2 * 3 + 2);
  EXPECT_EQ(cost.multiply_adds, 2 * 2 * 3);
}

TEST(CostOfBaselines, KnnKeepsTheTrainingExamplesAndNotItsPadding) {
  const MethodCost cost = cost_of("knn", {{"neighbours", std::int64_t{1}}}, six_examples());
  EXPECT_EQ(cost.parameters, 6 * 3 + 6);
  EXPECT_EQ(cost.multiply_adds, 6 * 3);
}

TEST(CostOfBaselines, ATreeOfOneQuestionHasTwoNumbersAndTwoLeaves) {
  const MethodCost cost = cost_of("decision_tree", {}, six_examples());
  EXPECT_EQ(cost.parameters, 2 + 2 * 3);
  EXPECT_EQ(cost.multiply_adds, 0);
}

TEST(CostOfBaselines, MlpCountsTheWeightsOfItsLayers) {
  const MethodCost cost = cost_of(
      "mlp",
      {{"hidden_layers", std::int64_t{1}}, {"units", std::int64_t{4}}, {"epochs", std::int64_t{1}}},
      six_examples());
  EXPECT_EQ(cost.parameters, (3 * 4 + 4) + (4 * 2 + 2));
  EXPECT_EQ(cost.multiply_adds, 3 * 4 + 4 * 2);
}

TEST(CostOfBaselines, SvmComparesWithItsSupportVectors) {
  // Two points: both support the one machine of the pair.
  const ExampleSet two(matrix({{0.0, 0.0, 0.0}, {1.0, 1.0, 1.0}}), {0, 1}, 2);
  const OptionValues linear = {{"kernel", "linear"}, {"probabilities", "votes"}};
  const MethodCost votes = cost_of("svm", linear, two);
  EXPECT_EQ(votes.parameters, 2 * 3 + 2 + 1);  // vectors, coefficients, offset
  EXPECT_EQ(votes.multiply_adds, 2 * 3 + 2);
  const MethodCost platt = cost_of("svm", {{"kernel", "linear"}}, two);
  EXPECT_EQ(platt.parameters, votes.parameters + 2);  // and the sigmoid
}

TEST(CostOfBaselines, SvmOfOneClassNeedsNothing) {
  const ExampleSet one(matrix({{0.0}, {1.0}}), {1, 1}, 2);
  const MethodCost cost = cost_of("svm", {}, one);
  EXPECT_EQ(cost.parameters, 0);
  EXPECT_EQ(cost.multiply_adds, 0);
}

TEST(CostOfBaselines, GuessingKnowsTheShareOfEachClass) {
  for (const char* name : {"majority", "stratified_random"}) {
    const MethodCost cost = cost_of(name, {}, six_examples());
    EXPECT_EQ(cost.parameters, 3) << name;
    EXPECT_EQ(cost.multiply_adds, 0) << name;
  }
}

}  // namespace cost_test
}  // namespace genrebench::testing
