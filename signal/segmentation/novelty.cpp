#include "signal/segmentation/novelty.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"

namespace genrebench {
namespace {

using Eigen::Index;

void expect_positive(const char* name, int value) {
  if (value < 1) throw ConfigError(fmt::format("{}: expected at least 1, got {}", name, value));
}

double median_around(const std::vector<double>& values, std::ptrdiff_t at, std::ptrdiff_t reach) {
  const std::ptrdiff_t from = std::max<std::ptrdiff_t>(0, at - reach);
  const std::ptrdiff_t to = std::min(std::ssize(values), at + reach + 1);
  std::vector<double> near(values.begin() + from, values.begin() + to);
  const auto middle = near.begin() + std::ssize(near) / 2;
  std::nth_element(near.begin(), middle, near.end());
  return *middle;
}

double standard_deviation(const std::vector<double>& values) {
  const Eigen::Map<const Eigen::ArrayXd> all(values.data(), std::ssize(values));
  return std::sqrt((all - all.mean()).square().mean());
}

}  // namespace

Eigen::MatrixXd cosine_similarity(const Eigen::MatrixXd& features) {
  Eigen::MatrixXd directions = features;
  for (Index i = 0; i < directions.cols(); ++i) {
    const double norm = directions.col(i).norm();
    if (norm > 0.0) directions.col(i) /= norm;
  }
  Eigen::MatrixXd similarity = (directions.transpose() * directions).cwiseMax(-1.0).cwiseMin(1.0);
  similarity.diagonal().setOnes();
  return similarity;
}

std::vector<double> checkerboard_novelty(const Eigen::MatrixXd& similarity, int half_width) {
  expect_positive("half_width", half_width);
  const Index n = similarity.rows();
  if (similarity.cols() != n)
    throw DataError(
        fmt::format("similarity: expected a square matrix, got {} x {}", n, similarity.cols()));
  // Weights by distance from the kernel's centre, which lies between two windows.
  Eigen::VectorXd taper(half_width);
  const double deviation = 2.0 * half_width / 3.0;
  for (Index i = 0; i < taper.size(); ++i)
    taper[i] = std::exp(-0.5 * std::pow((static_cast<double>(i) + 0.5) / deviation, 2));
  std::vector<double> novelty(static_cast<std::size_t>(n), 0.0);
  for (Index at = 1; at < n; ++at) {
    const Index before = std::min<Index>(half_width, at);
    const Index after = std::min<Index>(half_width, n - at);
    const Eigen::VectorXd past = taper.head(before).reverse() / taper.head(before).sum();
    const Eigen::VectorXd future = taper.head(after) / taper.head(after).sum();
    const auto mean = [&](Index row, const Eigen::VectorXd& rows, Index column,
                          const Eigen::VectorXd& columns) {
      return rows.dot(similarity.block(row, column, rows.size(), columns.size()) * columns);
    };
    novelty[static_cast<std::size_t>(at)] =
        0.5 * (mean(at - before, past, at - before, past) + mean(at, future, at, future)) -
        mean(at - before, past, at, future);
  }
  return novelty;
}

std::vector<int> novelty_peaks(const std::vector<double>& novelty, const PeakOptions& options) {
  expect_positive("apart", options.apart);
  expect_positive("around", options.around);
  if (!(options.threshold >= 0.0))
    throw ConfigError(fmt::format("threshold: expected at least 0, got {}", options.threshold));
  std::vector<int> peaks;
  if (novelty.empty()) return peaks;
  const double above = options.threshold * standard_deviation(novelty);
  const std::ptrdiff_t apart = options.apart;
  for (std::ptrdiff_t i = apart; i + apart <= std::ssize(novelty); ++i) {
    const auto here = novelty.begin() + i;
    const auto end = novelty.begin() + std::min(std::ssize(novelty), i + apart + 1);
    // max_element() gives the first of equals.
    if (std::max_element(here - apart, end) == here &&
        *here > median_around(novelty, i, options.around) + above)
      peaks.push_back(static_cast<int>(i));
  }
  return peaks;
}

}  // namespace genrebench
