#pragma once
// What a learning-rate range test tells.

#include <vector>

#include "harness/plugin/method.hpp"

namespace genrebench {

/// The learning rate at which the smoothed loss falls fastest per step of the rate's logarithm.
/// Source: Smith, Cyclical Learning Rates for Training Neural Networks, WACV 2017, section 3.3
/// @param points  at least one, by growing rate
double steepest_learning_rate(const std::vector<GradientMethod::RangePoint>& points);

/// The learning rate at which the smoothed loss is lowest.
double lowest_loss_learning_rate(const std::vector<GradientMethod::RangePoint>& points);

}  // namespace genrebench
