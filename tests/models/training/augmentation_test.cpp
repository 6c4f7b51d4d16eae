// Changes of inputs against their definitions: SpecAugment's masks, mixup, crops and shifts.
#include "models/training/augmentation.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "base/error.hpp"
#include "models/training_support.hpp"

namespace genrebench {
namespace augmentation_test {

using testing::Data;

/// Frames whose values are all different.
torch::Tensor different(std::int64_t n, std::int64_t frames, std::int64_t bands) {
  return torch::arange(n * frames * bands, torch::kFloat32).view({n, frames, bands}).clone();
}

/// One example per length, of 2 bands: band b of frame t is 100 b + t.
Data counted(std::initializer_list<int> lengths) {
  Data data;
  data.examples.n_classes = 2;
  for (const int length : lengths) {
    FeatureMatrix& feature = data.features.emplace_back(2, length);
    for (int t = 0; t < length; ++t)
      for (int b = 0; b < 2; ++b) feature(b, t) = static_cast<float>(100 * b + t);
    data.examples.features.push_back(&feature);
    data.examples.labels.push_back(static_cast<int>(data.examples.labels.size() % 2));
    data.examples.tracks.push_back(static_cast<int>(data.examples.tracks.size()));
  }
  return data;
}

TEST(Augmentation, AMaskReplacesARangeOfFramesAndOneOfBandsByTheMean) {
  AugmentationOptions options;
  options.time_masks = 1;
  options.time_mask_frames = 7;
  options.frequency_masks = 1;
  options.frequency_mask_bands = 4;
  Augmentation augmentation(options, 5);
  std::set<std::int64_t> heights, widths;
  for (int i = 0; i < 300; ++i) {
    const torch::Tensor before = different(1, 30, 12);
    torch::Tensor after = before.clone();
    augmentation.mask(after);
    const torch::Tensor hidden = after.ne(before)[0];
    const float mean = before.mean().item<float>();
    EXPECT_TRUE(after[0].masked_select(hidden).eq(mean).all().item<bool>());
    // Whole columns and rows: a frame is hidden in all bands, or in those of the other mask.
    const torch::Tensor frames = hidden.all(1), bands = hidden.all(0);
    EXPECT_TRUE(hidden.eq(frames.unsqueeze(1).logical_or(bands.unsqueeze(0))).all().item<bool>());
    const auto expect_range = [](const torch::Tensor& set, std::int64_t most,
                                 std::set<std::int64_t>& seen) {
      const torch::Tensor places = set.nonzero().flatten();
      const std::int64_t n = places.size(0);
      EXPECT_LE(n, most);
      if (n > 0) {
        EXPECT_EQ(places[n - 1].item<std::int64_t>() - places[0].item<std::int64_t>(), n - 1);
      }
      seen.insert(n);
    };
    expect_range(frames, 7, widths);
    expect_range(bands, 4, heights);
  }
  EXPECT_EQ(widths.size(), 8u) << "0 to T frames";
  EXPECT_EQ(heights.size(), 5u) << "0 to F bands";
}

TEST(Augmentation, AMaskOverTimeCoversAtMostItsShareAndNoMaskIsLargerThanTheInput) {
  AugmentationOptions options;
  options.time_masks = 1;
  options.time_mask_share = 0.2;
  options.frequency_masks = 1;
  Augmentation augmentation(options, 2);
  for (int i = 0; i < 100; ++i) {
    const torch::Tensor before = different(1, 20, 8);
    torch::Tensor after = before.clone();
    augmentation.mask(after);
    const torch::Tensor hidden = after.ne(before)[0];
    if (hidden.all(0).all().item<bool>()) continue;  // all bands
    EXPECT_LE(hidden.all(1).sum().item<std::int64_t>(), 4);
  }
}

TEST(Augmentation, MixupIsAConvexCombinationOfTwoExamplesOfTheBatch) {
  AugmentationOptions options;
  options.mixup = 0.4;
  Augmentation augmentation(options, 3);
  Batch batch;
  batch.inputs = different(4, 3, 2);
  batch.labels = torch::tensor({0, 1, 2, 3}, torch::kInt64);
  const torch::Tensor before = batch.inputs.clone();
  augmentation.mix(batch);
  ASSERT_GE(batch.share, 0.0);
  ASSERT_LE(batch.share, 1.0);
  EXPECT_TRUE(torch::equal(batch.labels, torch::tensor({0, 1, 2, 3}, torch::kInt64)));
  // The labels tell which example was mixed in, each once.
  EXPECT_TRUE(torch::equal(std::get<0>(batch.other_labels.sort()), batch.labels));
  for (std::int64_t i = 0; i < 4; ++i) {
    const auto other = batch.other_labels[i].item<std::int64_t>();
    EXPECT_TRUE(torch::allclose(batch.inputs[i],
                                before[i] * batch.share + before[other] * (1.0 - batch.share)));
  }
}

TEST(Augmentation, SharesHaveTheMomentsOfTheBetaDistribution) {
  // Of Beta(a, a) the mean is 1/2 and the variance 1 / (4 (2 a + 1)).
  for (const double alpha : {0.2, 1.0, 4.0}) {
    Random random(11);
    constexpr int kDraws = 40000;
    double sum = 0.0, squares = 0.0;
    for (int i = 0; i < kDraws; ++i) {
      const double share = symmetric_beta(alpha, random);
      sum += share;
      squares += (share - 0.5) * (share - 0.5);
    }
    const double variance = 0.25 / (2.0 * alpha + 1.0);
    EXPECT_NEAR(sum / kDraws, 0.5, 5.0 * std::sqrt(variance / kDraws)) << alpha;
    EXPECT_NEAR(squares / kDraws, variance, 0.02 * variance + 0.001) << alpha;
  }
}

TEST(Augmentation, SharesOfATinyAlphaAreZeroOrOne) {
  Random random(1);
  for (int i = 0; i < 100; ++i) {
    const double share = symmetric_beta(1e-6, random);
    EXPECT_TRUE(share < 1e-6 || share > 1.0 - 1e-6) << share;
  }
}

TEST(Augmentation, CropsAreSpacedEvenlyFromTheStartToTheEnd) {
  EXPECT_EQ(crop_start(100, 40, 0, 3), 0);
  EXPECT_EQ(crop_start(100, 40, 1, 3), 30);
  EXPECT_EQ(crop_start(100, 40, 2, 3), 60);
  EXPECT_EQ(crop_start(101, 40, 1, 3), 31) << "30.5, rounded";
  EXPECT_EQ(crop_start(100, 40, 0, 1), 0);
  EXPECT_EQ(crop_start(40, 40, 2, 3), 0);
  EXPECT_EQ(crop_start(10, 40, 2, 3), 0);
}

TEST(Augmentation, EveryCropIsARangeOfTheExcerptAndEveryOneOccurs) {
  const Data data = counted({12});
  const InputPipeline pipeline({.kind = InputOptions::Kind::sequence, .frames = 9}, data.examples);
  AugmentationOptions options;
  options.crop = AugmentationOptions::Crop::random;
  Augmentation augmentation(options, 4);
  std::set<int> starts;
  for (int i = 0; i < 100; ++i) {
    const torch::Tensor input = augmentation.batch(pipeline, data.examples, {0}).inputs[0];
    const int start = static_cast<int>(input[0][0].item<float>());
    starts.insert(start);
    const torch::Tensor expected = torch::arange(start, start + 9, torch::kFloat32);
    EXPECT_TRUE(torch::equal(input.select(1, 0), expected)) << input;
    EXPECT_TRUE(torch::equal(input.select(1, 1), expected + 100.0));
  }
  EXPECT_EQ(starts, (std::set<int>{0, 1, 2, 3}));
}

TEST(Augmentation, AShiftMovesTheExcerptAroundAndKeepsEveryFrame) {
  const Data data = counted({10});
  const InputPipeline pipeline({.kind = InputOptions::Kind::sequence}, data.examples);
  AugmentationOptions options;
  options.time_shift = 2;
  Augmentation augmentation(options, 4);
  std::set<int> starts;
  for (int i = 0; i < 100; ++i) {
    const torch::Tensor input = augmentation.batch(pipeline, data.examples, {0}).inputs[0];
    const int start = static_cast<int>(input[0][0].item<float>());
    starts.insert(start);
    EXPECT_TRUE(torch::equal(input.select(1, 0),
                             (torch::arange(10, torch::kFloat32) + start).remainder(10)));
  }
  EXPECT_EQ(starts, (std::set<int>{0, 1, 2, 8, 9}));
}

TEST(Augmentation, TheSameSeedGivesTheSameBitsAndAnotherOneOthers) {
  const Data data = counted({20, 25, 30});
  const InputPipeline pipeline({.kind = InputOptions::Kind::sequence, .frames = 15}, data.examples);
  AugmentationOptions options;
  options.crop = AugmentationOptions::Crop::random;
  options.time_masks = 2;
  options.frequency_masks = 1;
  options.mixup = 0.5;
  const auto inputs = [&](std::uint64_t seed) {
    Augmentation augmentation(options, seed);
    return augmentation.batch(pipeline, data.examples, {2, 0, 1}).inputs;
  };
  EXPECT_TRUE(torch::equal(inputs(7), inputs(7)));
  EXPECT_FALSE(torch::equal(inputs(7), inputs(8)));
}

TEST(Augmentation, RepeatedExamplesStandBesideEachOther) {
  const Data data = counted({4, 5});
  const Examples three = repeated(data.examples, 3);
  ASSERT_EQ(three.size(), 6u);
  for (std::size_t i = 0; i < 6; ++i) {
    EXPECT_EQ(three.features[i], data.examples.features[i / 3]);
    EXPECT_EQ(three.labels[i], data.examples.labels[i / 3]);
    EXPECT_EQ(three.tracks[i], data.examples.tracks[i / 3]);
  }
  EXPECT_EQ(three.n_classes, 2);
}

TEST(Augmentation, OptionsWithoutAnEffectAreRefused) {
  const Data data = counted({4, 5});
  AugmentationOptions several;
  several.crops_per_epoch = 3;
  EXPECT_THROW_SAYING(check_augmentation("gru", several, data.examples, 4), ConfigError,
                      "method gru", "crops_per_epoch is 3", "crop: random");
  AugmentationOptions random;
  random.crop = AugmentationOptions::Crop::random;
  EXPECT_THROW_SAYING(check_augmentation("gru", random, data.examples, 5), ConfigError,
                      "no training excerpt is longer than the 5 frames", "set frames");
  EXPECT_NO_THROW(check_augmentation("gru", random, data.examples, 4));
  AugmentationOptions test;
  test.test_crops = 2;
  EXPECT_THROW_SAYING(check_augmentation("gru", test, data.examples, 5), ConfigError, "frames");
}

}  // namespace augmentation_test
}  // namespace genrebench
