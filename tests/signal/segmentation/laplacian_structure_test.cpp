#include "signal/segmentation/laplacian_structure.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <limits>

#include "base/error.hpp"
#include "base/random.hpp"
#include "signal/segmentation/affinity.hpp"
#include "signal/segmentation/label_quality.hpp"
#include "signal/segmentation/leading_eigenpairs.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace laplacian_structure_test {

Eigen::MatrixXd read_matrix(std::istream& in, Eigen::Index rows, Eigen::Index columns) {
  Eigen::MatrixXd matrix(rows, columns);
  for (Eigen::Index i = 0; i < rows; ++i)
    for (Eigen::Index j = 0; j < columns; ++j) in >> matrix(i, j);
  return matrix;
}

/// Windows of kinds that take turns, each `length` windows long, apart by far more than the noise.
Eigen::MatrixXd song(const std::vector<int>& kinds, int length, std::uint64_t seed) {
  Random random(seed);
  Eigen::MatrixXd features(4, std::ssize(kinds) * length);
  for (Eigen::Index i = 0; i < features.cols(); ++i) {
    for (double& x : features.col(i)) x = 0.3 * random.normal();
    features(kinds[static_cast<std::size_t>(i / length)], i) += 4.0;
  }
  return features;
}

TEST(LaplacianStructure, HasTheGraphOfLibrosasExample) {
  std::ifstream in(GENREBENCH_SOURCE_DIR "/tests/golden/structure/graphs.txt");
  ASSERT_TRUE(in);
  int cases = 0;
  const auto difference = [](const Eigen::MatrixXd& a, const Eigen::MatrixXd& b) {
    EXPECT_EQ(a.size(), b.size());
    return a.size() == b.size() ? (a - b).cwiseAbs().maxCoeff()
                                : std::numeric_limits<double>::infinity();
  };
  for (Eigen::Index n = 0, dimensions = 0; in >> n >> dimensions; ++cases) {
    const Eigen::MatrixXd harmony = read_matrix(in, dimensions, n), timbre = read_matrix(in, 2, n);
    const Eigen::MatrixXd links = recurrence_links(harmony, {});
    EXPECT_LT(difference(links, read_matrix(in, n, n)), 1e-12) << "links of case " << cases;
    const Eigen::MatrixXd filtered = diagonal_median(links, 7);
    EXPECT_LT(difference(filtered, read_matrix(in, n, n)), 1e-12) << "median of case " << cases;
    const Eigen::VectorXd path = path_links(timbre);
    EXPECT_LT(difference(path.transpose(), read_matrix(in, 1, n - 1)), 1e-12);
    const Eigen::MatrixXd graph = joined_graph(filtered, path);
    EXPECT_LT(difference(graph, read_matrix(in, n, n)), 1e-12) << "graph of case " << cases;
    const auto pairs = leading_eigenpairs(normalised_laplacian_of_adjacency(graph), 6);
    EXPECT_LT(difference(pairs.values.transpose(), read_matrix(in, 1, 6)), 1e-9);
  }
  EXPECT_EQ(cases, 3);
}

TEST(LaplacianStructure, FindsPartsThatRecur) {
  const std::vector<int> kinds = {0, 1, 0, 2, 1};
  const Eigen::MatrixXd windows = song(kinds, 24, 1);
  const Structure known = decompose_structure(windows, windows, {.clusters = 3});
  ASSERT_EQ(known.labels.size(), 120u);
  EXPECT_EQ(known.eigenvalues.size(), 3);
  EXPECT_NEAR(known.eigenvalues[0], 1.0, 1e-9);
  int right = 0;
  for (std::size_t i = 0; i < known.labels.size(); ++i)
    right += known.labels[i] == kinds[i / 24];  // numbered as they appear, like the kinds
  EXPECT_GE(right, 114) << "all but a window or so at each change";
  const Structure chosen = decompose_structure(windows, windows);
  for (int k = 2; k <= 10; ++k) {
    const std::vector<int> labels = decompose_structure(windows, windows, {.clusters = k}).labels;
    if (label_runs(labels, 1.0).size() > 120 / 16) continue;
    EXPECT_GE(label_entropy(chosen.labels), label_entropy(labels) - 1e-9) << k;
  }
  EXPECT_GT(label_entropy(chosen.labels), 0.9) << "the kinds have 48, 48 and 24 windows";
  EXPECT_EQ(chosen.labels, decompose_structure(windows, windows).labels);
}

TEST(LaplacianStructure, TakesTwoWindowsAndWindowsThatAreEqual) {
  const Structure two =
      decompose_structure(Eigen::MatrixXd::Identity(2, 2), Eigen::MatrixXd::Identity(2, 2));
  EXPECT_EQ(two.labels.size(), 2u);
  const Structure equal =
      decompose_structure(Eigen::MatrixXd::Ones(3, 30), Eigen::MatrixXd::Ones(3, 30));
  EXPECT_EQ(equal.labels.size(), 30u);
  EXPECT_TRUE(equal.adjacency.allFinite());
}

TEST(LaplacianStructure, RefusesWhatIsOutOfRange) {
  const Eigen::MatrixXd windows = song({0, 1}, 5, 2);
  EXPECT_THROW_SAYING(decompose_structure(windows, windows, {.clusters = 11}), ConfigError, "10",
                      "11");
  EXPECT_THROW_SAYING(decompose_structure(windows, windows, {.repetition = 4}), ConfigError,
                      "repetition", "odd", "4");
  EXPECT_THROW_SAYING(decompose_structure(windows, windows, {.smoothing = 0}), ConfigError,
                      "smoothing");
  EXPECT_THROW_SAYING(decompose_structure(windows, windows, {.apart = 0}), ConfigError, "apart");
  EXPECT_THROW_SAYING(decompose_structure(windows, windows, {.nearest = 0}), ConfigError,
                      "nearest");
  EXPECT_THROW_SAYING(decompose_structure(windows, windows.leftCols(3)), DataError, "10", "3");
  EXPECT_THROW_SAYING(decompose_structure(windows.leftCols(1), windows.leftCols(1)), DataError,
                      "two windows", "1");
}

}  // namespace laplacian_structure_test
}  // namespace genrebench
