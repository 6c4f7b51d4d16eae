#include "models/training/inputs.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "models/training_support.hpp"

namespace genrebench {
namespace inputs_test {

using testing::Data;
using Kind = InputOptions::Kind;
using Normalise = InputOptions::Normalise;

/// One example of 2 features and as many frames as given: feature f of frame t is 10 f + t.
Data numbered(std::initializer_list<int> lengths) {
  Data data;
  data.examples.n_classes = 1;
  for (const int length : lengths) {
    FeatureMatrix& feature = data.features.emplace_back(2, length);
    for (int t = 0; t < length; ++t)
      for (int f = 0; f < 2; ++f) feature(f, t) = static_cast<float>(10 * f + t);
    data.examples.features.push_back(&feature);
    data.examples.labels.push_back(0);
  }
  return data;
}

TEST(Inputs, BatchesDifferInSizeByAtMostOneAndHoldEveryIndexInOrder) {
  std::vector<std::size_t> indices(11);
  for (std::size_t i = 0; i < indices.size(); ++i) indices[i] = 100 + i;
  const auto batches = divide(indices, 4);
  ASSERT_EQ(batches.size(), 3u);
  std::vector<std::size_t> joined;
  for (const auto& batch : batches) {
    EXPECT_TRUE(batch.size() == 3 || batch.size() == 4) << batch.size();
    joined.insert(joined.end(), batch.begin(), batch.end());
  }
  EXPECT_EQ(joined, indices);
  EXPECT_TRUE(divide({}, 4).empty());
}

TEST(Inputs, LongExcerptsAreCutAndShortOnesRepeated) {
  const Data data = numbered({5, 3, 2});
  const InputPipeline pipeline({.kind = Kind::sequence}, data.examples);
  EXPECT_EQ(pipeline.shape().steps, 3) << "the median";
  EXPECT_EQ(pipeline.shape().features, 2);
  const Batch batch = pipeline.batch(data.examples, {0, 2});
  const torch::Tensor expected =
      torch::tensor({0, 10, 1, 11, 2, 12, 0, 10, 1, 11, 0, 10}, torch::kFloat32).view({2, 3, 2});
  EXPECT_TRUE(torch::equal(batch.inputs, expected)) << batch.inputs;
  EXPECT_EQ(batch.labels.sizes(), torch::IntArrayRef({2}));
}

TEST(Inputs, ImagesHaveFramesAsColumnsAndEqualChannels) {
  const Data data = numbered({4});
  const InputPipeline pipeline({.kind = Kind::image, .channels = 3}, data.examples);
  const torch::Tensor images = pipeline.batch(data.examples, {0}).inputs;
  ASSERT_EQ(images.sizes(), torch::IntArrayRef({1, 3, 2, 4}));
  EXPECT_EQ(images[0][2][1][3].item<float>(), 13.0f);
  const InputPipeline resized({.kind = Kind::image, .image_height = 6, .image_width = 5},
                              data.examples);
  EXPECT_EQ(resized.batch(data.examples, {0}).inputs.sizes(), torch::IntArrayRef({1, 1, 6, 5}));
}

TEST(Inputs, ScalesAreThoseOfTheTrainingExamples) {
  const Data train = numbered({4}), test = numbered({6});
  const InputPipeline standard({.kind = Kind::sequence, .normalise = Normalise::training},
                               train.examples);
  const torch::Tensor seen = standard.batch(train.examples, {0}).inputs;
  EXPECT_NEAR(seen.mean().item<double>(), 0.0, 1e-6);
  EXPECT_NEAR(seen.std(/*unbiased=*/false).item<double>(), 1.0, 1e-6);
  const InputPipeline unit({.kind = Kind::sequence, .frames = 6, .normalise = Normalise::unit},
                           train.examples);
  EXPECT_NEAR(unit.batch(test.examples, {0}).inputs.max().item<double>(), 15.0 / 13.0, 1e-6)
      << "the largest value of training, 13, becomes 1";
}

TEST(Inputs, ThePipelineOfAStoredModelGivesTheSameBits) {
  const Data data = numbered({5, 3});
  const InputOptions options{.kind = Kind::sequence, .normalise = Normalise::training};
  const InputPipeline fitted(options, data.examples);
  const InputPipeline stored(options, fitted.state());
  EXPECT_TRUE(torch::equal(stored.batch(data.examples, {0, 1}).inputs,
                           fitted.batch(data.examples, {0, 1}).inputs));
  auto state = fitted.state();
  state["input.scale"] = "wide";
  EXPECT_THROW_SAYING(InputPipeline(options, state), DataError, "input.scale", "'wide'");
  state.erase("input.scale");
  EXPECT_THROW_SAYING(InputPipeline(options, state), DataError, "input.scale", "missing");
}

TEST(Inputs, AStreamGivesBatchesInOrderAndPassesErrorsOn) {
  const Data data = numbered({2, 2, 2});
  const InputPipeline pipeline({.kind = Kind::sequence}, data.examples);
  BatchStream stream(pipeline, data.examples, {{2}, {0, 1}}, /*prefetch=*/1, /*pinned=*/false);
  EXPECT_EQ(stream.next()->inputs.size(0), 1);
  EXPECT_EQ(stream.next()->inputs.size(0), 2);
  EXPECT_FALSE(stream.next());
  FeatureMatrix wide = FeatureMatrix::Zero(3, 2);
  Examples other = data.examples;
  other.features[1] = &wide;
  BatchStream failing(pipeline, other, {{0}, {1}}, /*prefetch=*/1, /*pinned=*/false);
  EXPECT_TRUE(failing.next());
  EXPECT_THROW_SAYING(failing.next(), ConfigError, "2 rows", "3 x 2");
}

}  // namespace inputs_test
}  // namespace genrebench
