#include "signal/segmentation/affinity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include "base/error.hpp"

namespace genrebench {
namespace {

using Eigen::Index;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kSmallestLog = -100.0 * std::numbers::ln10;  // of 1e-100

void require_square(const Eigen::MatrixXd& matrix, const char* what) {
  if (matrix.rows() != matrix.cols()) {
    throw DataError(fmt::format("{}: expected a square matrix, got {} x {}", what, matrix.rows(),
                                matrix.cols()));
  }
}

[[noreturn]] void reject(const char* what, Index i, Index j, const char* expected, double found) {
  throw DataError(fmt::format("{} ({}, {}): expected {}, got {}", what, i, j, expected, found));
}

double median(const Eigen::MatrixXd& matrix) {
  std::vector<double> values(matrix.data(), matrix.data() + matrix.size());
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return 0.5 * (*std::max_element(values.begin(), middle) + *middle);
}

/// (distance / scale)^2, with the limits where the scale is 0 or infinite.
double scaled_square(double distance, double scale) {
  if (std::isinf(distance)) return kInfinity;
  if (distance == 0.0) return 0.0;
  const double ratio = distance / scale;
  return ratio * ratio;
}

/// Each window's own scale; positive wherever the window has a positive finite distance.
Eigen::VectorXd self_tuning_scales(const Eigen::MatrixXd& distances, int neighbour) {
  const Index n = distances.rows();
  Eigen::VectorXd scales = Eigen::VectorXd::Ones(n);
  std::vector<double> others;
  for (Index i = 0; i < n; ++i) {
    others.clear();
    for (Index j = 0; j < n; ++j) {
      if (j != i && std::isfinite(distances(j, i))) others.push_back(distances(j, i));
    }
    if (others.empty()) continue;
    const auto rank = std::min<std::ptrdiff_t>(neighbour, std::ssize(others)) - 1;
    std::nth_element(others.begin(), others.begin() + rank, others.end());
    double scale = others[static_cast<std::size_t>(rank)];
    if (scale == 0.0) {
      scale = kInfinity;
      for (const double distance : others) {
        if (distance > 0.0) scale = std::min(scale, distance);
      }
    }
    scales[i] = scale;
  }
  return scales;
}

/// Calls value(i, j) for i > j and writes it to both halves.
template <typename Value>
void fill_symmetric(Eigen::MatrixXd& matrix, const Value& value) {
  for (Index j = 0; j < matrix.cols(); ++j) {
    for (Index i = j + 1; i < matrix.rows(); ++i) matrix(i, j) = matrix(j, i) = value(i, j);
  }
}

}  // namespace

Eigen::MatrixXd symmetrise(const Eigen::MatrixXd& distances) {
  require_square(distances, "distances");
  const auto at = [&](Index i, Index j) {
    const double value = distances(i, j);
    if (value < 0.0) reject("distance", i, j, "at least 0", value);
    return std::isnan(value) ? kInfinity : value;
  };
  Eigen::MatrixXd result(distances.rows(), distances.cols());
  fill_symmetric(result, [&](Index i, Index j) { return 0.5 * at(i, j) + 0.5 * at(j, i); });
  for (Index i = 0; i < result.rows(); ++i) result(i, i) = at(i, i);
  return result;
}

Eigen::MatrixXd affinity_exponents(const Eigen::MatrixXd& symmetric,
                                   const AffinityOptions& options) {
  if (options.neighbour < 1)
    throw ConfigError(fmt::format("neighbour: expected at least 1, got {}", options.neighbour));
  require_square(symmetric, "distances");
  for (Index j = 0; j < symmetric.cols(); ++j) {
    for (Index i = j; i < symmetric.rows(); ++i) {
      if (!(symmetric(i, j) >= 0.0)) reject("distance", i, j, "at least 0", symmetric(i, j));
      if (symmetric(i, j) != symmetric(j, i))
        reject("distance", j, i, "a symmetric matrix", symmetric(j, i));
    }
  }
  Eigen::MatrixXd exponents =
      Eigen::MatrixXd::Constant(symmetric.rows(), symmetric.cols(), kInfinity);
  if (options.scale == AffinityScale::self_tuning) {
    const Eigen::VectorXd scales = self_tuning_scales(symmetric, options.neighbour);
    fill_symmetric(exponents, [&](Index i, Index j) {
      const double distance = symmetric(i, j);
      if (std::isinf(distance)) return kInfinity;
      return distance == 0.0 ? 0.0 : (distance / scales[i]) * (distance / scales[j]);
    });
    return exponents;
  }
  const double scale =
      options.scale == AffinityScale::median && symmetric.size() > 0 ? median(symmetric) : 1.0;
  fill_symmetric(exponents,
                 [&](Index i, Index j) { return scaled_square(symmetric(i, j), scale); });
  return exponents;
}

Eigen::MatrixXd adjacency(const Eigen::MatrixXd& exponents) {
  require_square(exponents, "exponents");
  Eigen::MatrixXd result = exponents.unaryExpr([](double t) { return std::exp(-t); });
  result.diagonal().setZero();
  return result;
}

Eigen::MatrixXd normalised_laplacian(const Eigen::MatrixXd& exponents) {
  require_square(exponents, "exponents");
  const Index n = exponents.rows();

  // half_log_degree[i] = l_i / 2; infinite at isolated vertices, whose entries are then
  // exp(-infinity) = 0.
  Eigen::VectorXd half_log_degree(n);
  Eigen::VectorXd lift(n);
  for (Index i = 0; i < n; ++i) {
    double smallest = kInfinity;
    for (Index j = 0; j < n; ++j) {
      if (j == i) continue;
      if (std::isnan(exponents(j, i))) reject("exponent", j, i, "a number", exponents(j, i));
      smallest = std::min(smallest, exponents(j, i));
    }
    double sum = 0.0;
    for (Index j = 0; j < n && smallest < kInfinity; ++j) {
      if (j != i) sum += std::exp(smallest - exponents(j, i));
    }
    half_log_degree[i] = smallest < kInfinity ? 0.5 * (std::log(sum) - smallest) : kInfinity;
  }

  const auto log_entry = [&](Index i, Index j) {
    return -exponents(i, j) - (half_log_degree[i] + half_log_degree[j]);
  };
  for (Index i = 0; i < n; ++i) {
    double largest = -kInfinity;
    for (Index j = 0; j < n && largest < kSmallestLog; ++j) {
      if (j != i) largest = std::max(largest, log_entry(j, i));
    }
    lift[i] = std::isfinite(largest) ? std::max(0.0, kSmallestLog - largest) : 0.0;
  }

  Eigen::MatrixXd laplacian = Eigen::MatrixXd::Zero(n, n);
  fill_symmetric(laplacian, [&](Index i, Index j) {
    return std::exp(log_entry(i, j) + std::max(lift[i], lift[j]));
  });
  for (Index i = 0; i < n; ++i) {
    if (half_log_degree[i] == kInfinity) laplacian(i, i) = 1.0;
  }
  return laplacian;
}

Eigen::MatrixXd normalised_laplacian_of_adjacency(const Eigen::MatrixXd& affinity) {
  require_square(affinity, "affinity");
  const Index n = affinity.rows();
  Eigen::VectorXd factors(n);
  for (Index i = 0; i < n; ++i) {
    const double degree = affinity.col(i).sum();
    if (!(degree >= 0.0 && degree < kInfinity))
      reject("sum of affinities of row", i, i, "finite, at least 0", degree);
    factors[i] = degree > 0.0 ? 1.0 / std::sqrt(degree) : 0.0;
  }
  Eigen::MatrixXd laplacian(n, n);
  for (Index j = 0; j < n; ++j) {
    laplacian.col(j) = affinity.col(j).cwiseProduct(factors * factors[j]);
    if (factors[j] == 0.0) laplacian(j, j) = 1.0;
  }
  return laplacian;
}

}  // namespace genrebench
