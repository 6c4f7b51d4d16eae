#include "signal/segmentation/label_quality.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "base/error.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace label_quality_test {

TEST(EuclideanDistances, AreBetweenColumns) {
  Eigen::MatrixXd features(2, 3);
  features << 0.0, 3.0, 0.0,  //
      0.0, 4.0, 1.0;
  Eigen::MatrixXd expected(3, 3);
  expected << 0.0, 5.0, 1.0,      //
      5.0, 0.0, std::sqrt(18.0),  //
      1.0, std::sqrt(18.0), 0.0;
  EXPECT_LT((euclidean_distances(features) - expected).cwiseAbs().maxCoeff(), 1e-15);
}

TEST(Silhouette, IsThatOfScikitLearn) {
  std::ifstream in(GENREBENCH_SOURCE_DIR "/tests/golden/structure/silhouettes.txt");
  ASSERT_TRUE(in);
  int cases = 0;
  double expected = 0.0;
  for (std::size_t n = 0; in >> n >> expected; ++cases) {
    std::vector<int> labels(n);
    for (int& label : labels) in >> label;
    Eigen::MatrixXd points(2, std::ssize(labels));
    for (Eigen::Index row = 0; row < 2; ++row)
      for (Eigen::Index i = 0; i < points.cols(); ++i) in >> points(row, i);
    EXPECT_NEAR(silhouette(euclidean_distances(points), labels), expected, 1e-12) << cases;
  }
  EXPECT_EQ(cases, 4);
}

TEST(Silhouette, IsNothingForOneLabelOrEqualWindows) {
  EXPECT_EQ(silhouette(Eigen::MatrixXd::Ones(3, 3), {0, 0, 0}), 0.0);
  EXPECT_EQ(silhouette(Eigen::MatrixXd::Zero(4, 4), {0, 0, 1, 1}), 0.0);
  EXPECT_EQ(silhouette(Eigen::MatrixXd(0, 0), {}), 0.0);
  EXPECT_THROW_SAYING(silhouette(Eigen::MatrixXd::Zero(2, 2), {0, 1, 1}), DataError, "3 x 3",
                      "2 x 2");
}

TEST(LabelEntropy, IsOneForLabelsOfEqualFrequency) {
  EXPECT_NEAR(label_entropy({0, 1, 2, 2, 1, 0}), 1.0, 1e-15);
  EXPECT_NEAR(label_entropy({0, 0, 0, 1}),
              (0.75 * std::log(4.0 / 3.0) + 0.25 * std::log(4.0)) / std::log(2.0), 1e-15);
  EXPECT_EQ(label_entropy({5, 5}), 0.0);
  EXPECT_EQ(label_entropy({}), 0.0);
}

/// `counts[k]` windows with label k.
std::vector<int> labels_of(const std::vector<int>& counts) {
  std::vector<int> labels;
  for (int label = 0; label < std::ssize(counts); ++label)
    labels.insert(labels.end(), static_cast<std::size_t>(counts[static_cast<std::size_t>(label)]),
                  label);
  return labels;
}

TEST(LabelEntropy, EqualsThatOfNumPyAndChoosesByEvennessNotByNumber) {
  // NumPy: c = np.bincount(labels) / len(labels); -(c * np.log(c)).sum() / np.log(len(c))
  const std::vector<std::vector<int>> levels = {labels_of({40, 24}), labels_of({24, 24, 16}),
                                                labels_of({24, 24, 8, 8})};
  EXPECT_NEAR(label_entropy(levels[0]), 0.954434002924965, 1e-14);
  EXPECT_NEAR(label_entropy(levels[1]), 0.985056822321508, 1e-14);
  EXPECT_NEAR(label_entropy(levels[2]), 0.9056390622295665, 1e-14);
  // Without the division the largest would be that of four labels.
  EXPECT_EQ(best_labels(
                4, 64, [&](int clusters) { return levels[static_cast<std::size_t>(clusters - 2)]; },
                label_entropy),
            levels[1]);
}

TEST(BestLabels, AreThoseOfTheLargestQualityAndTheFewestOfEquals) {
  const auto label = [](int clusters) { return std::vector<int>(3, clusters); };
  const auto best = [&](const std::vector<double>& qualities) {
    return best_labels(4, 3, label, [&](const std::vector<int>& labels) {
      return qualities[static_cast<std::size_t>(labels[0] - 2)];
    })[0];
  };
  EXPECT_EQ(best({0.1, 0.9, 0.3}), 3);
  EXPECT_EQ(best({0.5, 0.5, 0.5}), 2);
  EXPECT_EQ(best({-1.0, -0.9, -1.0}), 3);
  EXPECT_EQ(best_labels(1, 3, label, nullptr), (std::vector<int>{0, 0, 0}));
}

TEST(LabelRuns, FollowEachOtherWithoutGaps) {
  EXPECT_EQ(label_runs({1, 1, 0, 1}, 0.5),
            (std::vector<ClusterSpan>{{0.0, 1.0, 1}, {1.0, 1.5, 0}, {1.5, 2.0, 1}}));
  EXPECT_TRUE(label_runs({}, 0.5).empty());
}

}  // namespace label_quality_test
}  // namespace genrebench
