#pragma once
// Draws where time went: a box for each piece of work, as wide as its share, below the work that it
// is a part of.

#include <string>

#include "base/profile.hpp"

namespace genrebench {

/// Seconds of a node in a flame graph: its own, or the sum of those within it where several threads
/// shared them.
double flame_seconds(const ProfileNode& node);

/// A whole SVG file. Boxes too narrow to be seen are left out; each tells its name, seconds and
/// share under the pointer. Source: Gregg, The Flame Graph, CACM 59 (6), 2016
std::string flame_svg(const ProfileNode& root, const std::string& title);

}  // namespace genrebench
