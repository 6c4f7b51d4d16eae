#include "reports/charts/flame_graph.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include "base/clock.hpp"
#include "base/text.hpp"

namespace genrebench {
namespace {

// In pixels.
constexpr double kWidth = 900.0, kEdge = 8.0, kRow = 24.0, kTop = 34.0;
constexpr double kNarrowest = 0.5, kCharacter = 7.4;

/// Light enough for black text, apart from each other also without colour vision.
constexpr std::array<std::string_view, 8> kColours = {"#fdd9b5", "#cfe3f1", "#d5ecd9", "#f6d2e0",
                                                      "#fbeab0", "#dcd9ee", "#e4e4e4", "#e8d5c4"};

std::string escaped(const std::string& text) {
  return replace_each(single_line(text), [](char c) -> std::string_view {
    return c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '>' ? "&gt;" : std::string_view();
  });
}

/// The same for the same name, in every profile.
std::string_view colour_of(std::string_view name) {
  std::uint32_t sum = 2166136261u;
  for (const char c : name) sum = (sum ^ static_cast<unsigned char>(c)) * 16777619u;
  return kColours[sum % kColours.size()];
}

std::size_t depth_of(const ProfileNode& node) {
  std::size_t deepest = 0;
  for (const ProfileNode& one : node.within) deepest = std::max(deepest, depth_of(one));
  return deepest + 1;
}

class Writer {
 public:
  explicit Writer(double seconds) : pixels_per_s_((kWidth - 2 * kEdge) / seconds) {}

  std::string svg;

  void draw(const ProfileNode& node, double x, double y) {
    const double seconds = flame_seconds(node), width = seconds * pixels_per_s_;
    if (width < kNarrowest) return;
    const std::string text =
        fmt::format("{} {:.0f} %", node.name, 100.0 * width / (kWidth - 2 * kEdge));
    svg += fmt::format(
        "<g><title>{}: {}, {:.1f} %</title><rect x=\"{:.2f}\" y=\"{:.0f}\" width=\"{:.2f}\" "
        "height=\"{:.0f}\" rx=\"2\" fill=\"{}\" stroke=\"white\"/>",
        escaped(node.name), duration_text(seconds), 100.0 * width / (kWidth - 2 * kEdge), x, y,
        width, kRow - 2, colour_of(node.name));
    if (kCharacter * static_cast<double>(display_width(text)) + 8 < width)
      svg += fmt::format("<text x=\"{:.2f}\" y=\"{:.0f}\">{}</text>", x + 5, y + 16, escaped(text));
    else if (kCharacter * static_cast<double>(display_width(node.name)) + 8 < width)
      svg += fmt::format("<text x=\"{:.2f}\" y=\"{:.0f}\">{}</text>", x + 5, y + 16,
                         escaped(node.name));
    svg += "</g>\n";
    for (const ProfileNode& one : node.within) {
      draw(one, x, y + kRow);
      x += flame_seconds(one) * pixels_per_s_;
    }
  }

 private:
  double pixels_per_s_;
};

}  // namespace

double flame_seconds(const ProfileNode& node) {
  double within = 0.0;
  for (const ProfileNode& one : node.within) within += flame_seconds(one);
  return std::max(node.seconds, within);
}

std::string flame_svg(const ProfileNode& root, const std::string& title) {
  const double height = kTop + kRow * static_cast<double>(depth_of(root)) + kEdge;
  Writer writer(std::max(flame_seconds(root), 1e-9));
  writer.draw(root, kEdge, kTop);
  return fmt::format(
             "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0:.0f}\" height=\"{1:.0f}\" "
             "viewBox=\"0 0 {0:.0f} {1:.0f}\" font-family=\"sans-serif\" font-size=\"13\" "
             "fill=\"#222222\">\n<rect width=\"{0:.0f}\" height=\"{1:.0f}\" fill=\"white\"/>\n"
             "<text x=\"{2:.0f}\" y=\"22\" font-size=\"14\">{3}</text>\n",
             kWidth, height, kEdge, escaped(title)) +
         writer.svg + "</svg>\n";
}

}  // namespace genrebench
