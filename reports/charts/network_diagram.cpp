#include "reports/charts/network_diagram.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "reports/charts/output_formats.hpp"

namespace genrebench {
namespace {

// In pixels.
constexpr int kWidth = 720, kRow = 30, kTop = 44, kMiddle = 250, kLargest = 440;

std::int64_t size_of(const std::vector<std::int64_t>& shape) {
  std::int64_t size = 1;
  for (const std::int64_t side : shape) size *= side;
  return size;
}

std::string_view colour_of(const NetworkLayer& layer) {
  if (layer.kind.starts_with("fully")) return "#fde0c5";
  if (layer.kind.find("pool") != std::string::npos ||
      layer.kind.find("average") != std::string::npos)
    return "#b7d3ea";
  return "#dcebf7";
}

std::string text_at(int x, int y, std::string_view anchor, const std::string& text) {
  return fmt::format("<text x=\"{}\" y=\"{}\" text-anchor=\"{}\">{}</text>\n", x, y, anchor,
                     charts::escape_xml(text));
}

struct Row {
  std::string name, kind;
  const std::vector<std::int64_t>& output;
  std::string_view colour;
  std::string parameters;
};

/// The name, a box with what the layer is, the shape behind it and the parameters.
/// @param widest  logarithm of the largest output
std::string drawn(const Row& row, int y, double widest) {
  const double share = std::log2(static_cast<double>(size_of(row.output)) + 1.0) / widest;
  // A box is never narrower than its text.
  const int width = std::max(static_cast<int>(std::lround(kLargest * 0.5 * share)),
                             static_cast<int>(row.kind.size()) * 7 + 16);
  return text_at(118, y + 20, "end", row.name) +
         fmt::format(
             "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"4\" fill=\"{}\" "
             "stroke=\"#5b7f9d\"/>\n",
             kMiddle - width / 2, y + 2, width, kRow - 6, row.colour) +
         text_at(kMiddle, y + 19, "middle", row.kind) +
         text_at(530, y + 20, "end", shape_text(row.output)) +
         text_at(kWidth - 12, y + 20, "end", row.parameters);
}

}  // namespace

std::string shape_text(const std::vector<std::int64_t>& shape) {
  return fmt::format("{}", fmt::join(shape, " x "));
}

std::string grouped_digits(std::int64_t number) {
  std::string digits = std::to_string(number);
  for (std::ptrdiff_t at = std::ssize(digits) - 3; at > 0; at -= 3)
    digits.insert(static_cast<std::size_t>(at), " ");
  return digits;
}

std::string network_svg(const NetworkOutline& outline, const std::string& title) {
  double widest = std::log2(static_cast<double>(size_of(outline.input)) + 1.0);
  std::int64_t sum = 0;
  for (const NetworkLayer& layer : outline.layers) {
    widest = std::max(widest, std::log2(static_cast<double>(size_of(layer.output)) + 1.0));
    sum += layer.parameters;
  }
  const int height = kTop + kRow * (static_cast<int>(outline.layers.size()) + 3);
  std::string svg = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} "
      "{1}\" font-family=\"sans-serif\" font-size=\"13\" fill=\"#222222\">\n"
      "<rect width=\"{0}\" height=\"{1}\" fill=\"white\"/>\n",
      kWidth, height);
  svg += text_at(kMiddle, 24, "middle", title) + text_at(530, 24, "end", "output") +
         text_at(kWidth - 12, 24, "end", "parameters");
  int y = kTop;
  svg += drawn({"input", "input", outline.input, "#eeeeee", ""}, y, widest);
  for (const NetworkLayer& layer : outline.layers) {
    y += kRow;
    svg += drawn({layer.alias.empty() ? layer.name : layer.alias, layer.kind, layer.output,
                  colour_of(layer), grouped_digits(layer.parameters)},
                 y, widest);
  }
  svg += text_at(530, y + kRow + 22, "end", "all layers") +
         text_at(kWidth - 12, y + kRow + 22, "end", grouped_digits(sum));
  return svg + "</svg>\n";
}

}  // namespace genrebench
