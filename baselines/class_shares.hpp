#pragma once
// What methods that ignore the music know: how many training tracks each class has.

#include <fmt/format.h>

#include <Eigen/Core>
#include <cassert>
#include <set>
#include <string_view>
#include <utility>

#include "base/error.hpp"
#include "harness/plugin/method.hpp"

namespace genrebench {

/// Each class's share of the training tracks. A track of many excerpts counts once; without tracks
/// each example counts.
/// @return  n_classes values that sum to one
/// @throws ConfigError  if there is no example
inline Eigen::RowVectorXd class_shares(const Examples& train, std::string_view method) {
  assert(train.labels.size() == train.size());
  if (train.size() == 0)
    throw ConfigError(
        fmt::format("method {}, fit: expected at least one training example, got none", method));
  std::set<std::pair<int, int>> counted;  // label, track
  for (std::size_t i = 0; i < train.size(); ++i)
    counted.emplace(train.labels[i], train.tracks.empty() ? static_cast<int>(i) : train.tracks[i]);
  Eigen::RowVectorXd shares = Eigen::RowVectorXd::Zero(train.n_classes);
  for (const auto& [label, track] : counted) shares[label] += 1.0;
  return shares / static_cast<double>(counted.size());
}

}  // namespace genrebench
