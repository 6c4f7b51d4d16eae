#include "harness/run/temperature.hpp"

#include <cassert>
#include <cmath>

namespace genrebench {
namespace {

/// Halves an interval of log T, which is 7.6 wide, to less than its rounding.
constexpr int kHalvings = 60;

Eigen::MatrixXd log_probabilities(const Eigen::MatrixXd& probabilities) {
  return probabilities.array().max(kLeastScaledProbability).log().matrix();
}

/// The mean log loss, and its derivative by 1 / T.
struct Loss {
  double value = 0.0;
  double slope = 0.0;
};

/// @param logs  of the probabilities
Loss loss_at(const Eigen::MatrixXd& logs, std::span<const int> truth, double temperature) {
  Loss loss;
  const double n = static_cast<double>(truth.size());
  for (Eigen::Index i = 0; i < logs.rows(); ++i) {
    const double most = logs.row(i).maxCoeff();
    const double of_truth = logs(i, truth[static_cast<std::size_t>(i)]);
    double sum = 0.0, mean = 0.0;
    for (Eigen::Index c = 0; c < logs.cols(); ++c) {
      const double share = std::exp((logs(i, c) - most) / temperature);
      sum += share;
      mean += share * logs(i, c);
    }
    loss.value += ((most - of_truth) / temperature + std::log(sum)) / n;
    loss.slope += (mean / sum - of_truth) / n;
  }
  return loss;
}

}  // namespace

Eigen::MatrixXd at_temperature(const Eigen::MatrixXd& probabilities, double temperature) {
  assert(temperature > 0.0);
  if (temperature == 1.0) return probabilities;
  Eigen::MatrixXd result = log_probabilities(probabilities);
  for (Eigen::Index i = 0; i < result.rows(); ++i) {
    auto row = result.row(i);
    row = ((row.array() - row.maxCoeff()) / temperature).exp().matrix();
    row /= row.sum();
#ifndef NDEBUG
    Eigen::Index most = 0;
    probabilities.row(i).maxCoeff(&most);
    assert(row[most] == row.maxCoeff() && "scaling must not change the most probable class");
#endif
  }
  return result;
}

double fit_temperature(const Eigen::MatrixXd& probabilities, std::span<const int> truth) {
  assert(probabilities.rows() == std::ssize(truth));
  if (truth.empty()) return 1.0;
  const Eigen::MatrixXd logs = log_probabilities(probabilities);
  // The slope by 1 / T grows with 1 / T: it falls with T.
  double low = std::log(kLeastTemperature), high = std::log(kGreatestTemperature);
  double temperature = 1.0;
  if (loss_at(logs, truth, kLeastTemperature).slope <= 0.0) {
    temperature = kLeastTemperature;
  } else if (loss_at(logs, truth, kGreatestTemperature).slope >= 0.0) {
    temperature = kGreatestTemperature;
  } else {
    for (int i = 0; i < kHalvings; ++i) {
      const double middle = (low + high) / 2.0;
      (loss_at(logs, truth, std::exp(middle)).slope > 0.0 ? low : high) = middle;
    }
    temperature = std::exp((low + high) / 2.0);
  }
  return loss_at(logs, truth, temperature).value < loss_at(logs, truth, 1.0).value ? temperature
                                                                                   : 1.0;
}

}  // namespace genrebench
