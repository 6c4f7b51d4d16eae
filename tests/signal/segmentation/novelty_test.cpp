#include "signal/segmentation/novelty.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "base/error.hpp"
#include "base/random.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace novelty_test {

/// Windows of one of two orthogonal directions each, with some noise.
Eigen::MatrixXd windows(const std::vector<int>& kinds, double noise) {
  Random random(4);
  Eigen::MatrixXd features(2, std::ssize(kinds));
  for (Eigen::Index i = 0; i < features.cols(); ++i) {
    features.col(i) << noise * random.normal(), noise * random.normal();
    features(kinds[static_cast<std::size_t>(i)], i) += 1.0;
  }
  return features;
}

std::vector<int> aba(int n) {
  std::vector<int> kinds(static_cast<std::size_t>(3 * n), 0);
  std::fill(kinds.begin() + n, kinds.begin() + 2 * n, 1);
  return kinds;
}

TEST(CosineSimilarity, IsOfDirectionsAlone) {
  Eigen::MatrixXd features(2, 4);
  features << 1.0, 0.0, -3.0, 0.0,  //
      1.0, 2.0, -3.0, 0.0;
  Eigen::MatrixXd expected(4, 4);
  const double half = std::sqrt(0.5);
  expected << 1.0, half, -1.0, 0.0,  //
      half, 1.0, -half, 0.0,         //
      -1.0, -half, 1.0, 0.0,         //
      0.0, 0.0, 0.0, 1.0;
  EXPECT_LT((cosine_similarity(features) - expected).cwiseAbs().maxCoeff(), 1e-15);
}

TEST(CheckerboardNovelty, IsTwiceTheSumOverTheKernelOverThatOfItsAbsoluteValues) {
  const Eigen::MatrixXd similarity = cosine_similarity(windows(aba(20), 0.7));
  constexpr int kHalf = 7;
  const std::vector<double> novelty = checkerboard_novelty(similarity, kHalf);
  ASSERT_EQ(novelty.size(), 60u);
  EXPECT_EQ(novelty[0], 0.0);
  for (int at = kHalf; at + kHalf <= 60; ++at) {
    double sum = 0.0, weights = 0.0;
    for (int m = -kHalf; m < kHalf; ++m) {
      for (int k = -kHalf; k < kHalf; ++k) {
        const double deviation = 2.0 * kHalf / 3.0;
        const double weight = std::exp(-0.5 * ((m + 0.5) * (m + 0.5) + (k + 0.5) * (k + 0.5)) /
                                       (deviation * deviation));
        sum += ((m < 0) == (k < 0) ? weight : -weight) * similarity(at + m, at + k);
        weights += weight;
      }
    }
    EXPECT_NEAR(novelty[static_cast<std::size_t>(at)], 2.0 * sum / weights, 1e-12) << at;
  }
}

TEST(CheckerboardNovelty, IsLargestWhereTheWindowsChange) {
  const std::vector<double> novelty =
      checkerboard_novelty(cosine_similarity(windows(aba(20), 0.0)), 8);
  // The two sides are orthogonal, each like itself.
  EXPECT_NEAR(novelty[20], 1.0, 1e-12);
  EXPECT_NEAR(novelty[40], 1.0, 1e-12);
  EXPECT_NEAR(novelty[10], 0.0, 1e-12);
  EXPECT_NEAR(novelty[2], 0.0, 1e-12) << "cut by the song's start, without a bias";
  EXPECT_EQ(novelty_peaks(novelty, {.apart = 4, .around = 16, .threshold = 0.5}),
            (std::vector<int>{20, 40}));
}

TEST(CheckerboardNovelty, OfOneSoundHasNoPeak) {
  const std::vector<double> novelty = checkerboard_novelty(Eigen::MatrixXd::Ones(30, 30), 8);
  for (const double value : novelty) EXPECT_NEAR(value, 0.0, 1e-12);
  EXPECT_TRUE(novelty_peaks(std::vector<double>(30, 0.0)).empty());
  EXPECT_TRUE(novelty_peaks({}).empty());
}

TEST(NoveltyPeaks, KeepApartFromEachOtherAndFromTheEnds) {
  std::vector<double> novelty(40, 0.0);
  novelty[2] = novelty[10] = novelty[13] = 1.0;
  novelty[25] = 2.0;
  novelty[38] = 5.0;
  EXPECT_EQ(novelty_peaks(novelty, {.apart = 4, .around = 8, .threshold = 0.5}),
            (std::vector<int>{10, 25}));
  EXPECT_EQ(novelty_peaks(novelty, {.apart = 2, .around = 8, .threshold = 0.5}),
            (std::vector<int>{2, 10, 13, 25, 38}));
  EXPECT_EQ(novelty_peaks(novelty, {.apart = 2, .around = 8, .threshold = 2.0}),
            (std::vector<int>{25, 38}));
}

TEST(Novelty, RefusesWhatIsOutOfRange) {
  EXPECT_THROW_SAYING(checkerboard_novelty(Eigen::MatrixXd::Ones(3, 3), 0), ConfigError,
                      "half_width", "0");
  EXPECT_THROW_SAYING(checkerboard_novelty(Eigen::MatrixXd::Ones(3, 2), 1), DataError, "square",
                      "3 x 2");
  EXPECT_THROW_SAYING(novelty_peaks({1.0}, {.apart = 0}), ConfigError, "apart");
  EXPECT_THROW_SAYING(novelty_peaks({1.0}, {.around = 0}), ConfigError, "around");
  EXPECT_THROW_SAYING(novelty_peaks({1.0}, {.threshold = -1.0}), ConfigError, "threshold");
}

}  // namespace novelty_test
}  // namespace genrebench
