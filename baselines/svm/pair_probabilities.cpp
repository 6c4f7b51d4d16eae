#include "baselines/svm/pair_probabilities.hpp"

#include <Eigen/LU>
#include <algorithm>

namespace genrebench {

SigmoidFit fit_sigmoid(const std::vector<double>& values, const std::vector<bool>& first) {
  const double n_first = double(std::count(first.begin(), first.end(), true));
  const double n_second = double(first.size()) - n_first;
  const double high = (n_first + 1.0) / (n_first + 2.0);
  const double low = 1.0 / (n_second + 2.0);
  const auto objective = [&](const Sigmoid& s) {
    double sum = 0.0;
    for (std::size_t i = 0; i < values.size(); ++i) {
      const double z = values[i] * s.a + s.b;
      const double target = first[i] ? high : low;
      sum += z >= 0.0 ? target * z + std::log1p(std::exp(-z))
                      : (target - 1.0) * z + std::log1p(std::exp(z));
    }
    return sum;
  };

  Sigmoid s{.a = 0.0, .b = std::log((n_second + 1.0) / (n_first + 1.0))};
  double value = objective(s);
  for (int iteration = 0; iteration < 100; ++iteration) {
    double h11 = 1e-12, h22 = 1e-12, h21 = 0.0, g1 = 0.0, g2 = 0.0;
    for (std::size_t i = 0; i < values.size(); ++i) {
      const double p = s(values[i]);
      const double d2 = p * (1.0 - p);
      const double d1 = (first[i] ? high : low) - p;
      h11 += values[i] * values[i] * d2;
      h22 += d2;
      h21 += values[i] * d2;
      g1 += values[i] * d1;
      g2 += d1;
    }
    if (std::abs(g1) < 1e-5 && std::abs(g2) < 1e-5) return {.sigmoid = s, .converged = true};
    const double determinant = h11 * h22 - h21 * h21;
    const double da = -(h22 * g1 - h21 * g2) / determinant;
    const double db = -(-h21 * g1 + h11 * g2) / determinant;
    const double slope = g1 * da + g2 * db;
    double length = 1.0;
    for (; length >= 1e-10; length /= 2.0) {
      const Sigmoid next{.a = s.a + length * da, .b = s.b + length * db};
      const double next_value = objective(next);
      if (next_value < value + 1e-4 * length * slope) {
        s = next;
        value = next_value;
        break;
      }
    }
    if (length < 1e-10) return {.sigmoid = s, .converged = false};
  }
  return {.sigmoid = s, .converged = false};
}

Eigen::VectorXd couple(const Eigen::MatrixXd& pairwise) {
  const Eigen::Index k = pairwise.rows();
  Eigen::MatrixXd system = Eigen::MatrixXd::Zero(k + 1, k + 1);
  for (Eigen::Index i = 0; i < k; ++i)
    for (Eigen::Index j = 0; j < k; ++j)
      if (i != j) {
        system(i, i) += pairwise(j, i) * pairwise(j, i);
        system(i, j) = -pairwise(j, i) * pairwise(i, j);
      }
  system.row(k).head(k).setOnes();
  system.col(k).head(k).setOnes();
  Eigen::VectorXd right = Eigen::VectorXd::Zero(k + 1);
  right(k) = 1.0;
  Eigen::VectorXd p = system.partialPivLu().solve(right).head(k).cwiseMax(0.0);  // below zero by
                                                                                 // rounding only
  return p / p.sum();
}

}  // namespace genrebench
