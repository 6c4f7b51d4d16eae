#include "harness/store/packed_predictions.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace genrebench {
namespace packed_predictions_test {

using namespace std::string_literals;

TEST(PackedPredictions, KeysTakeTwoBytesUntilOneOfThemNeedsFour) {
  EXPECT_EQ(packed_keys({1, 0x1234, 0xFFFF}), "\x01\0\x34\x12\xff\xff"s);
  EXPECT_EQ(packed_keys({1, 0x12345}), "\x01\0\0\0\x45\x23\x01\0"s);
  EXPECT_EQ(packed_keys({}), "");
  for (const std::vector<std::int64_t>& keys :
       {std::vector<std::int64_t>{1, 2, 65535}, {65536}, {7, 4294967295}, {}})
    EXPECT_EQ(unpacked_keys(packed_keys(keys), keys.size()), keys);
}

TEST(PackedPredictions, ClassesTakeOneByteUntilOneOfThemNeedsTwo) {
  EXPECT_EQ(packed_classes({0, 9, 255}), "\0\x09\xff"s);
  EXPECT_EQ(packed_classes({0, 256}), "\0\0\0\x01"s);
  for (const std::vector<int>& classes : {std::vector<int>{0, 1, 255}, {256, 0}, {9999}})
    EXPECT_EQ(unpacked_classes(packed_classes(classes), classes.size()), classes);
}

TEST(PackedPredictions, SizesThatFitNeitherWidthAreNone) {
  EXPECT_FALSE(unpacked_keys("abc", 1));
  EXPECT_FALSE(unpacked_keys("abcd", 3));
  EXPECT_FALSE(unpacked_keys("", 1));
  EXPECT_FALSE(unpacked_classes("abc", 2));
}

/// The probabilities of each track.
std::vector<std::vector<float>> tracks_in(const std::string& bytes, std::size_t n_tracks,
                                          std::size_t n_classes) {
  const UnpackedProbabilities unpacked = unpacked_probabilities(bytes, n_tracks, n_classes).value();
  std::vector<std::vector<float>> result;
  for (std::size_t t = 0; t < n_tracks; ++t)
    result.emplace_back(unpacked.of(t).begin(), unpacked.of(t).end());
  return result;
}

TEST(PackedPredictions, ProbabilitiesComeBackBitByBit) {
  const std::vector<std::vector<float>> tracks = {
      {0.25f, 0.75f}, {0.1f, std::numeric_limits<float>::denorm_min()}, {-0.0f, 1.0f}};
  const std::string bytes = packed_probabilities(tracks).value();
  EXPECT_EQ(bytes.size(), 24u);
  EXPECT_EQ(bytes.substr(0, 4), "\0\0\x80\x3e"s);
  const auto back = tracks_in(bytes, 3, 2);
  EXPECT_EQ(back, tracks);
  EXPECT_TRUE(std::signbit(back[2][0]));
}

TEST(PackedPredictions, TracksWithoutProbabilitiesStayWithout) {
  EXPECT_EQ(packed_probabilities({{}, {}}), "");
  EXPECT_EQ(tracks_in("", 2, 5), (std::vector<std::vector<float>>{{}, {}}));
  const std::vector<std::vector<float>> some = {{0.5f, 0.5f}, {}, {1.0f, 0.0f}};
  EXPECT_EQ(tracks_in(packed_probabilities(some).value(), 3, 2), some);
}

TEST(PackedPredictions, NumbersOfProbabilitiesThatDifferAndNumbersThatAreNotFiniteAreNone) {
  EXPECT_FALSE(packed_probabilities({{0.5f, 0.5f}, {1.0f}}));
  EXPECT_FALSE(unpacked_probabilities("12345678", 2, 2));
  EXPECT_FALSE(unpacked_probabilities("\0\0\x80\x7f\0\0\0\0"s, 1, 2)) << "infinite";
  EXPECT_FALSE(unpacked_probabilities("\0\0\xc0\x7f\0\0\0\0"s, 1, 2)) << "half a track";
}

}  // namespace packed_predictions_test
}  // namespace genrebench
