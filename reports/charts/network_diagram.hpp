#pragma once
// Draws a network as a column of boxes, from input to output.

#include <cstdint>
#include <string>
#include <vector>

#include "harness/plugin/network_outline.hpp"

namespace genrebench {

/// "3 x 224 x 224"
std::string shape_text(const std::vector<std::int64_t>& shape);

/// A number with blanks between groups of three digits: "14 714 688".
std::string grouped_digits(std::int64_t number);

/// A whole SVG file. Boxes are as wide as the layer has outputs, on a logarithmic scale; layers
/// that change the shape of images or end them have colours of their own.
std::string network_svg(const NetworkOutline& outline, const std::string& title);

}  // namespace genrebench
