#pragma once
// Which of several things are not beaten in both of two measures.

#include <span>
#include <vector>

namespace genrebench {

/// For each thing whether no other one costs at most as much and is worth at least as much, with
/// one of the two strictly. Equal things do not beat each other. A NaN is beaten and beats nothing.
/// @param costs   lower is better
/// @param values  higher is better; as many as costs
std::vector<bool> non_dominated(std::span<const double> costs, std::span<const double> values);

}  // namespace genrebench
