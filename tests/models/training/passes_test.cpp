#include "models/training/passes.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "models/networks/recurrent_network.hpp"
#include "models/training_support.hpp"

namespace genrebench {
namespace passes_test {

using testing::Data;
using testing::sequences;

/// The columns from `first` on, n of them, as examples.
Data cut(const Data& from, Eigen::Index first, Eigen::Index n) {
  Data data;
  data.examples.n_classes = from.examples.n_classes;
  for (const FeatureMatrix* feature : from.examples.features)
    data.examples.features.push_back(&data.features.emplace_back(feature->middleCols(first, n)));
  return data;
}

TEST(Passes, PredictionAveragesTheProbabilitiesOfCrops) {
  const Data data = sequences(3, 4, 30, 1);
  const InputPipeline inputs({.kind = InputOptions::Kind::sequence, .frames = 10}, data.examples);
  const auto network = make_recurrent_network({.n_features = 6, .n_classes = 3, .hidden = 8});
  TrainingOptions options;
  options.batch_size = 5;
  options.test_crops = 3;
  const auto shares = [&](const Examples& examples, const TrainingOptions& of) {
    return torch::softmax(
        predict_logits(*network, inputs, examples, of, torch::kCPU, {}).to(torch::kFloat64), 1);
  };
  Examples unlabelled = testing::unlabelled(data.examples);
  TrainingOptions one = options;
  one.test_crops = 1;
  torch::Tensor mean = torch::zeros({12, 3}, torch::kFloat64);
  for (const Eigen::Index start : {0, 10, 20}) {
    const Data crop = cut(data, start, 10);
    mean += shares(crop.examples, one) / 3.0;
  }
  EXPECT_TRUE(torch::allclose(shares(unlabelled, options), mean, 1e-5, 1e-7));
  EXPECT_FALSE(torch::allclose(shares(unlabelled, one), mean, 1e-3, 1e-4));
}

TEST(Passes, OneCropIsLeftAsItIs) {
  const torch::Tensor logits = torch::randn({4, 3});
  EXPECT_TRUE(torch::equal(mean_over_crops(logits, 1), logits));
}

TEST(Passes, AMixedAnswerIsRightByTheShareOfTheExampleThatItNames) {
  Tally tally(torch::kCPU);
  Batch batch;
  batch.labels = torch::tensor({0, 1, 0}, torch::kInt64);
  batch.other_labels = torch::tensor({1, 1, 2}, torch::kInt64);
  batch.share = 0.75;
  // The answers are 0, 1 and 2: right by 0.75, 1 and 0.25.
  tally.add(torch::eye(3), batch, torch::tensor(0.5));
  EXPECT_NEAR(tally.pass().accuracy, 2.0 / 3.0, 1e-12);
  EXPECT_NEAR(tally.pass().loss, 0.5, 1e-12);
}

TEST(Passes, LossesAreMeansOverExamplesAndNotOverBatches) {
  Tally tally(torch::kCPU);
  Batch one, three;
  one.labels = torch::tensor({0}, torch::kInt64);
  three.labels = torch::tensor({0, 1, 1}, torch::kInt64);
  tally.add(torch::tensor({{1.0f, 0.0f}}), one, torch::tensor(4.0));
  tally.add(torch::tensor({{1.0f, 0.0f}, {1.0f, 0.0f}, {0.0f, 1.0f}}), three, torch::tensor(2.0));
  EXPECT_NEAR(tally.pass().loss, 2.5, 1e-12);
  EXPECT_NEAR(tally.pass().accuracy, 0.75, 1e-12);
}

}  // namespace passes_test
}  // namespace genrebench
