#include "reports/charts/flame_graph.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include "base/clock.hpp"
#include "base/text.hpp"
#include "reports/charts/output_formats.hpp"

namespace genrebench {
namespace {

/// Sizes in pixels.
constexpr double kPage = 900.0, kMargin = 8.0, kBoxHeight = 24.0, kFirstBox = 34.0;
constexpr double kNarrowest = 0.5, kLetter = 7.4;

/// Light enough for black text, apart from each other also without colour vision.
constexpr std::array<std::string_view, 8> kFlameColours = {
    "#fdd9b5", "#cfe3f1", "#d5ecd9", "#f6d2e0", "#fbeab0", "#dcd9ee", "#e4e4e4", "#e8d5c4"};

/// The same for the same name, in every profile.
std::string_view flame_colour(std::string_view name) {
  std::uint32_t sum = 2166136261u;
  for (const char c : name) sum = (sum ^ static_cast<unsigned char>(c)) * 16777619u;
  return kFlameColours[sum % kFlameColours.size()];
}

std::size_t n_levels(const ProfileNode& node) {
  std::size_t deepest = 0;
  for (const ProfileNode& one : node.within) deepest = std::max(deepest, n_levels(one));
  return deepest + 1;
}

class FlameWriter {
 public:
  explicit FlameWriter(double seconds) : pixels_per_s_((kPage - 2 * kMargin) / seconds) {}

  std::string svg;

  void draw(const ProfileNode& node, double x, double y) {
    const double seconds = flame_seconds(node), width = seconds * pixels_per_s_;
    if (width < kNarrowest) return;
    const std::string text =
        fmt::format("{} {:.0f} %", node.name, 100.0 * width / (kPage - 2 * kMargin));
    svg += fmt::format(
        "<g><title>{}: {}, {:.1f} %</title><rect x=\"{:.2f}\" y=\"{:.0f}\" width=\"{:.2f}\" "
        "height=\"{:.0f}\" rx=\"2\" fill=\"{}\" stroke=\"white\"/>",
        charts::escape_xml(single_line(node.name)), duration_text(seconds),
        100.0 * width / (kPage - 2 * kMargin), x, y, width, kBoxHeight - 2,
        flame_colour(node.name));
    if (kLetter * static_cast<double>(display_width(text)) + 8 < width)
      svg += fmt::format("<text x=\"{:.2f}\" y=\"{:.0f}\">{}</text>", x + 5, y + 16,
                         charts::escape_xml(single_line(text)));
    else if (kLetter * static_cast<double>(display_width(node.name)) + 8 < width)
      svg += fmt::format("<text x=\"{:.2f}\" y=\"{:.0f}\">{}</text>", x + 5, y + 16,
                         charts::escape_xml(single_line(node.name)));
    svg += "</g>\n";
    for (const ProfileNode& one : node.within) {
      draw(one, x, y + kBoxHeight);
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
  const double height = kFirstBox + kBoxHeight * static_cast<double>(n_levels(root)) + kMargin;
  FlameWriter writer(std::max(flame_seconds(root), 1e-9));
  writer.draw(root, kMargin, kFirstBox);
  return fmt::format(
             "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0:.0f}\" height=\"{1:.0f}\" "
             "viewBox=\"0 0 {0:.0f} {1:.0f}\" font-family=\"sans-serif\" font-size=\"13\" "
             "fill=\"#222222\">\n<rect width=\"{0:.0f}\" height=\"{1:.0f}\" fill=\"white\"/>\n"
             "<text x=\"{2:.0f}\" y=\"22\" font-size=\"14\">{3}</text>\n",
             kPage, height, kMargin, charts::escape_xml(single_line(title))) +
         writer.svg + "</svg>\n";
}

}  // namespace genrebench
