#pragma once
// Temperature scaling: one number, fitted on validation data, that makes probabilities more or less
// sure of themselves.

#include <Eigen/Core>
#include <limits>
#include <span>

namespace genrebench {

/// Temperatures are fitted between these. A method that is right on every track would ask for
/// probabilities of 0 and 1, and one that knows nothing for equal ones.
inline constexpr double kLeastTemperature = 0.05, kGreatestTemperature = 100.0;

/// Probabilities below count as this one: no temperature changes a probability of zero. Reports
/// clip probabilities there too, before they take the log loss.
inline constexpr double kLeastScaledProbability = std::numeric_limits<float>::epsilon();

/// Probabilities raised to the power 1 / T and divided by their sum, which is softmax(log p / T).
/// The most probable class of a row stays the most probable one. T = 1 changes nothing.
/// @param probabilities  n x n_classes
/// @param temperature    positive; above 1 the probabilities become more equal
/// Source: Guo, Pleiss, Sun and Weinberger, On calibration of modern neural networks, ICML 2017
Eigen::MatrixXd at_temperature(const Eigen::MatrixXd& probabilities, double temperature);

/// The temperature at which the probabilities have their least mean log loss. The loss is convex in
/// 1 / T, so there is one; bisection finds it to the last bits.
/// @param probabilities  n x n_classes
/// @param truth          n classes
/// @return  from kLeastTemperature to kGreatestTemperature; 1 where no other has a lower loss, or
///          there are no rows
double fit_temperature(const Eigen::MatrixXd& probabilities, std::span<const int> truth);

}  // namespace genrebench
