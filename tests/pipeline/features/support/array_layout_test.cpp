// From arrays to features: axes, layers, pooling.
#include "pipeline/features/support/array_layout.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace array_layout_test {

using Axes = std::vector<ArrayAxis>;

constexpr ArrayAxis kLayers = ArrayAxis::layers, kFrames = ArrayAxis::frames,
                    kDims = ArrayAxis::dims;

/// An array of floats; the shape is that of the test.
class Floats {
 public:
  Floats(std::vector<std::size_t> shape, std::vector<float> values, bool fortran_order = false)
      : values_(std::move(values)),
        array_{.type = NpyType::float32,
               .shape = std::move(shape),
               .fortran_order = fortran_order,
               .bytes = {reinterpret_cast<const char*>(values_.data()),
                         values_.size() * sizeof(float)}} {}

  const NpyArray& array() const { return array_; }

 private:
  std::vector<float> values_;
  NpyArray array_;
};

StoredNumbers read(const Floats& floats, const ArrayLayoutOptions& options) {
  return ArrayLayout(options).numbers_of(floats.array(), "a.npy");
}

/// The only excerpt.
FeatureMatrix one(const Floats& floats, const ArrayLayoutOptions& options) {
  const StoredNumbers numbers = read(floats, options);
  EXPECT_EQ(numbers.excerpts.size(), 1u);
  return numbers.excerpts.at(0);
}

FeatureMatrix column(std::initializer_list<float> values) {
  FeatureMatrix result(static_cast<Eigen::Index>(values.size()), 1);
  Eigen::Index i = 0;
  for (const float value : values) result(i++, 0) = value;
  return result;
}

/// Two layers, three frames, two dims: the value tells its place, "layer frame dim".
Floats numbered() {
  std::vector<float> values;
  for (int layer = 1; layer <= 2; ++layer)
    for (int frame = 1; frame <= 3; ++frame)
      for (int dim = 1; dim <= 2; ++dim)
        values.push_back(static_cast<float>(100 * layer + 10 * frame + dim));
  return {{2, 3, 2}, values};
}

TEST(ArrayLayout, AVectorIsItself) {
  const StoredNumbers numbers = read({{3}, {1, 2, 3}}, {});
  EXPECT_EQ(numbers.layout, "3 dims");
  ASSERT_EQ(numbers.excerpts.size(), 1u);
  EXPECT_EQ(numbers.excerpts[0], column({1, 2, 3}));
  EXPECT_FALSE(ArrayLayout({}).sequence());
}

TEST(ArrayLayout, FramesArePooledOrKeptAsTheOptionSays) {
  const Floats frames({3, 2}, {1, 10, 2, 20, 6, 0});
  ArrayLayoutOptions options{.axes = {kFrames, kDims}};
  EXPECT_EQ(read(frames, options).layout, "frames x 2 dims") << "their number does not matter";
  EXPECT_EQ(one(frames, options), column({3, 10}));
  options.pool = FramePool::max;
  EXPECT_EQ(one(frames, options), column({6, 20}));
  options.pool = FramePool::mean_std;
  const FeatureMatrix both = one(frames, options);
  ASSERT_EQ(both.rows(), 4);
  EXPECT_EQ(both.topRows(2), column({3, 10}));
  EXPECT_NEAR(both(2, 0), std::sqrt((4.0 + 1.0 + 9.0) / 3.0), 1e-6) << "of the population";
  EXPECT_NEAR(both(3, 0), std::sqrt(200.0 / 3.0), 1e-5);
  options.pool = FramePool::none;
  FeatureMatrix sequence(2, 3);
  sequence << 1, 2, 6, 10, 20, 0;
  EXPECT_EQ(one(frames, options), sequence) << "dims x frames";
  EXPECT_TRUE(ArrayLayout(options).sequence());
}

TEST(ArrayLayout, EveryFrameMayBeAnExcerpt) {
  const ArrayLayoutOptions options{.axes = {kFrames, kDims}, .layers = {}, .pool = FramePool::each};
  const StoredNumbers numbers = read({{3, 2}, {1, 10, 2, 20, 6, 0}}, options);
  ASSERT_EQ(numbers.excerpts.size(), 3u);
  EXPECT_EQ(numbers.excerpts[1], column({2, 20}));
  EXPECT_FALSE(ArrayLayout(options).sequence());
}

TEST(ArrayLayout, AxesMayComeInAnyOrderAndFilesInFortrans) {
  const Floats picture({2, 3}, {1, 2, 6, 10, 20, 0});
  EXPECT_EQ(one(picture, {.axes = {kDims, kFrames}}), column({3, 10}));
  // The same array, written with its first index fastest.
  const Floats transposed({2, 3}, {1, 10, 2, 20, 6, 0}, /*fortran_order=*/true);
  EXPECT_EQ(one(transposed, {.axes = {kDims, kFrames}}), column({3, 10}));
  ArrayLayoutOptions options{.axes = {kDims, kFrames}};
  options.pool = FramePool::none;
  EXPECT_EQ(one(transposed, options), one(picture, options));
}

TEST(ArrayLayout, LayersAreChosenAndJoined) {
  ArrayLayoutOptions options{.axes = {kLayers, kFrames, kDims}};
  EXPECT_EQ(read(numbered(), options).layout, "2 layers x frames x 2 dims");
  EXPECT_EQ(one(numbered(), options), column({121, 122, 221, 222})) << "all, concatenated";
  for (const std::string word : {"1", "-1", "1-1"}) {
    options.layers = {word};
    EXPECT_EQ(one(numbered(), options), column({221, 222})) << word;
  }
  options.layers = {"mean"};
  EXPECT_EQ(one(numbered(), options), column({171, 172}));
  options.layers = {"1", "0"};
  EXPECT_EQ(one(numbered(), options), column({221, 222, 121, 122})) << "in their order";
  options.layers = {"0-1", "mean"};
  EXPECT_EQ(one(numbered(), options), column({171, 172}));
  options.layers = {"0", "concatenate"};
  options.pool = FramePool::none;
  FeatureMatrix sequence(2, 3);
  sequence << 111, 121, 131, 112, 122, 132;
  EXPECT_EQ(one(numbered(), options), sequence);
}

TEST(ArrayLayout, ValuesAreScaledAndMissingOnesReplaced) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const Floats holes({3}, {0, nan, 255});
  EXPECT_THROW_SAYING(read(holes, {}), DataError, "a.npy", "NaN or infinity");
  ArrayLayoutOptions options;
  options.nan_value = 51.0;
  options.scale = 2.0;
  options.offset = -1.0;
  EXPECT_EQ(one(holes, options), column({-1, 101, 509}));
  const Floats infinite({1}, {std::numeric_limits<float>::infinity()});
  EXPECT_THROW_SAYING(read(infinite, options), DataError, "a.npy", "infinity");
}

TEST(ArrayLayout, OnlyChosenLayersNeedBeFinite) {
  ArrayLayoutOptions options{.axes = {kLayers, kDims}};
  const Floats damaged({2, 1}, {std::numeric_limits<float>::quiet_NaN(), 7});
  EXPECT_THROW_SAYING(read(damaged, options), DataError, "in layer 0");
  options.layers = {"1"};
  EXPECT_EQ(one(damaged, options), column({7})) << "the other is not even read";
}

TEST(ArrayLayout, ArraysOfOtherShapesAreRefused) {
  EXPECT_THROW_SAYING(read({{2, 2}, {1, 2, 3, 4}}, {}), DataError, "a.npy", "an array of dims",
                      "option 'axes'", "2 x 2");
  EXPECT_THROW_SAYING(read({{0, 2}, {}}, {.axes = {kFrames, kDims}}), DataError, "empty", "0 x 2");
  ArrayLayoutOptions options{.axes = {kLayers, kDims}};
  const Floats two({2, 1}, {1, 2});
  options.layers = {"2"};
  EXPECT_THROW_SAYING(read(two, options), DataError, "a.npy", "layer 2", "2 layers, from 0 to 1");
  options.layers = {"-3"};
  EXPECT_THROW_SAYING(read(two, options), DataError, "layer -3");
}

TEST(ArrayLayout, OptionsThatDoNotGoTogetherAreRefused) {
  const auto make = [](const Axes& axes, const std::vector<std::string>& layers, FramePool pool) {
    ArrayLayout({.axes = axes, .layers = layers, .pool = pool});
  };
  const Axes all = {kLayers, kFrames, kDims};
  EXPECT_THROW_SAYING(make({kFrames}, {}, FramePool::mean), ConfigError, "'axes'", "dims once");
  EXPECT_THROW_SAYING(make({kDims, kFrames, kFrames}, {}, FramePool::mean), ConfigError, "'axes'",
                      "dims x frames x frames");
  EXPECT_THROW_SAYING(make({kLayers, kDims}, {}, FramePool::none), ConfigError, "'pool'",
                      "'axes' has none");
  EXPECT_THROW_SAYING(make({}, {}, FramePool::mean_std), ConfigError, "'pool'");
  EXPECT_THROW_SAYING(make({kFrames, kDims}, {"1"}, FramePool::mean), ConfigError, "'layers'",
                      "'axes' has none");
  EXPECT_THROW_SAYING(make({}, {"mean"}, FramePool::mean), ConfigError, "'layers'");
  EXPECT_THROW_SAYING(make(all, {"mean", "concatenate"}, FramePool::mean), ConfigError,
                      "at most one of mean and concatenate");
  for (const std::string word : {"last", "1.5", "3-1", "1-", "-", "1-2-3", ""})
    EXPECT_THROW_SAYING(make(all, {word}, FramePool::mean), ConfigError, "'layers'", "found '");
}

}  // namespace array_layout_test
}  // namespace genrebench
