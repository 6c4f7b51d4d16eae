#pragma once
// Graphs with known clusters, and comparisons, that the tests of spectral clustering share.

#include <gtest/gtest.h>

#include <Eigen/Core>
#include <algorithm>
#include <filesystem>
#include <numeric>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "test_clips.hpp"

namespace genrebench::testing {

inline Eigen::MatrixXd spectral_golden(const std::string& name) {
  return read_matrix(std::filesystem::path(GENREBENCH_SOURCE_DIR "/tests/golden/spectral") /
                     (name + ".txt"));
}

/// The block of vertex i where n vertices are in `blocks` blocks of nearly equal size.
inline int block_of(Eigen::Index i, Eigen::Index n, int blocks) {
  return static_cast<int>(i * blocks / n);
}

inline std::vector<int> block_labels(Eigen::Index n, int blocks) {
  std::vector<int> labels;
  for (Eigen::Index i = 0; i < n; ++i) labels.push_back(block_of(i, n, blocks));
  return labels;
}

/// Affinities of 0.5 to 1 within blocks, `between` times that between them, zero diagonal.
inline Eigen::MatrixXd block_affinity(Eigen::Index n, int blocks, double between,
                                      std::uint64_t seed = 1) {
  Random random(seed);
  Eigen::MatrixXd affinity = Eigen::MatrixXd::Zero(n, n);
  for (Eigen::Index j = 0; j < n; ++j) {
    for (Eigen::Index i = j + 1; i < n; ++i) {
      const double factor = block_of(i, n, blocks) == block_of(j, n, blocks) ? 1.0 : between;
      affinity(i, j) = affinity(j, i) = factor * random.uniform(0.5, 1.0);
    }
  }
  return affinity;
}

/// Disconnected cliques, all weights 1.
inline Eigen::MatrixXd cliques(Eigen::Index n, int blocks) {
  Eigen::MatrixXd affinity = Eigen::MatrixXd::Zero(n, n);
  for (Eigen::Index j = 0; j < n; ++j) {
    for (Eigen::Index i = 0; i < n; ++i)
      affinity(i, j) = i != j && block_of(i, n, blocks) == block_of(j, n, blocks) ? 1.0 : 0.0;
  }
  return affinity;
}

inline std::vector<Eigen::Index> shuffled_indices(Eigen::Index n, std::uint64_t seed) {
  std::vector<Eigen::Index> order(static_cast<std::size_t>(n));
  std::iota(order.begin(), order.end(), 0);
  Random(seed).shuffle(std::span<Eigen::Index>(order));
  return order;
}

inline double difference(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b) {
  EXPECT_EQ(a.rows(), b.rows());
  EXPECT_EQ(a.cols(), b.cols());
  return a.rows() == b.rows() && a.cols() == b.cols() && a.size() > 0
             ? (a - b).cwiseAbs().maxCoeff()
             : 0.0;
}

}  // namespace genrebench::testing
