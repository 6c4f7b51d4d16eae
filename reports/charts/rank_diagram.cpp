#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>

#include "base/error.hpp"
#include "base/text.hpp"
#include "reports/charts/chart_data.hpp"
#include "reports/charts/plot.hpp"

namespace genrebench {
namespace {

constexpr double kRounding = 1e-9;  // of a mean of ranks

using charts::number;
using charts::Plot;

// Heights in pixels, from above.
constexpr double kTickRoom = 22.0;        ///< for the texts above the axis
constexpr double kDifferenceRoom = 34.0;  ///< for the critical difference above these
constexpr double kBarStep = 9.0;
constexpr double kRowStep = 21.0;

constexpr std::size_t kMaxNameWidth = 24;  ///< in columns

/// Where everything is: x in ranks, y in pixels below the top of the box.
struct Layout {
  charts::Box box;
  double axis = 0.0;   ///< height of the line of ranks
  double rows = 0.0;   ///< height of the first row of names
  double pixel = 0.0;  ///< in ranks
  double last = 0.0;   ///< the worst rank
};

/// Room for the names of methods beside the line, in pixels: letters of names are wider than those
/// of other texts.
int room_for(std::span<const RankDiagram::Method> methods) {
  std::size_t widest = 0;
  for (const RankDiagram::Method& method : methods)
    widest = std::max(widest, display_width(charts::elide(method.name, kMaxNameWidth)));
  return 24 + static_cast<int>(1.12 * charts::kCharacterWidth * static_cast<double>(widest));
}

/// Bars of which none touches another at the same level.
std::vector<std::size_t> levels_of(const std::vector<RankDiagram::Bar>& bars, double gap) {
  std::vector<double> ends;
  std::vector<std::size_t> levels;
  for (const RankDiagram::Bar& bar : bars) {
    std::size_t level = 0;
    while (level < ends.size() && ends[level] + gap > bar.low) ++level;
    if (level == ends.size()) ends.push_back(0.0);
    ends[level] = bar.high;
    levels.push_back(level);
  }
  return levels;
}

void draw_line(Plot& plot, std::pair<double, double> from, std::pair<double, double> to,
               std::string_view colour, double width) {
  plot.add(fmt::format(
      "set arrow from first {}, first {} to first {}, first {} nohead linecolor rgb '{}' "
      "linewidth {}",
      number(from.first), number(from.second), number(to.first), number(to.second), colour, width));
}

void draw_text(Plot& plot, std::string_view what, double x, double y, std::string_view side) {
  plot.add(fmt::format("set label {} at first {}, first {} {} textcolor rgb '{}'",
                       charts::quote(what), number(x), number(y), side, charts::kInk));
}

void add_axis(Plot& plot, const Layout& layout) {
  draw_line(plot, {1.0, layout.axis}, {layout.last, layout.axis}, charts::kInk, 1.0);
  // Whole ranks, as many as their texts have room for.
  const auto n_texts = static_cast<int>(1 + layout.box.width / 28);
  const int step = (static_cast<int>(layout.last) - 1 + n_texts - 1) / n_texts;
  for (int rank = 1; rank <= static_cast<int>(layout.last); rank += std::max(step, 1)) {
    draw_line(plot, {rank, layout.axis}, {rank, layout.axis - 5.0}, charts::kInk, 1.0);
    draw_text(plot, charts::tick_text(rank), rank, layout.axis - 14.0, "center");
  }
}

void add_critical_difference(Plot& plot, const Layout& layout, double difference) {
  constexpr double kHeight = 24.0;
  const double end = 1.0 + difference;
  draw_line(plot, {1.0, kHeight}, {end, kHeight}, charts::kInk, 1.5);
  for (const double x : {1.0, end})
    draw_line(plot, {x, kHeight - 4.0}, {x, kHeight + 4.0}, charts::kInk, 1.5);
  draw_text(plot, fmt::format("critical difference {:.2f}", difference), 1.0 - layout.pixel, 10.0,
            "left");
}

void add_bars(Plot& plot, const Layout& layout, const std::vector<RankDiagram::Bar>& bars) {
  const std::vector<std::size_t> levels = levels_of(bars, 12.0 * layout.pixel);
  for (std::size_t i = 0; i < bars.size(); ++i) {
    const double y = layout.axis + 12.0 + kBarStep * static_cast<double>(levels[i]);
    draw_line(plot, {bars[i].low - 4.0 * layout.pixel, y}, {bars[i].high + 4.0 * layout.pixel, y},
              cluster_colour(0), 4.0);
  }
}

/// The better half is named at the left, the others at the right, the worst one highest.
void add_names(Plot& plot, const Layout& layout, const std::vector<RankDiagram::Method>& methods) {
  const std::size_t n_left = (methods.size() + 1) / 2;
  for (std::size_t i = 0; i < methods.size(); ++i) {
    const bool left = i < n_left;
    const auto row = static_cast<double>(left ? i : methods.size() - 1 - i);
    const double y = layout.rows + kRowStep * row;
    const double edge = left ? 1.0 - 8.0 * layout.pixel : layout.last + 8.0 * layout.pixel;
    draw_line(plot, {methods[i].rank, layout.axis}, {methods[i].rank, y}, "#888888", 1.0);
    draw_line(plot, {methods[i].rank, y}, {edge, y}, "#888888", 1.0);
    draw_text(plot, charts::elide(methods[i].name, kMaxNameWidth),
              edge + (left ? -4.0 : 4.0) * layout.pixel, y, left ? "right" : "left");
  }
}

void check(const RankDiagram& chart) {
  if (chart.methods.size() < 2)
    throw ConfigError(
        fmt::format("rank diagram: expected two methods or more, got {}", chart.methods.size()));
  for (const RankDiagram::Method& method : chart.methods)
    if (!(method.rank >= 1.0 - kRounding &&
          method.rank <= static_cast<double>(chart.methods.size()) + kRounding))
      throw ConfigError(
          fmt::format("rank diagram: expected mean ranks from 1 to {}, got {} for '{}'",
                      chart.methods.size(), method.rank, method.name));
}

}  // namespace

Drawing draw(const RankDiagram& chart, const DrawOptions& options) {
  check(chart);
  std::vector<RankDiagram::Method> methods = chart.methods;
  std::stable_sort(methods.begin(), methods.end(),
                   [](const auto& a, const auto& b) { return a.rank < b.rank; });
  std::vector<RankDiagram::Bar> bars = chart.bars;
  std::stable_sort(bars.begin(), bars.end(),
                   [](const auto& a, const auto& b) { return a.low < b.low; });
  const std::size_t n_left = (methods.size() + 1) / 2;
  const int left = room_for({methods.begin(), n_left});
  const int right = room_for({methods.begin() + std::ptrdiff_t(n_left), methods.end()});
  Layout layout{.box = {.left = left, .width = charts::kWidth - left - right, .below = 12}};
  layout.last = static_cast<double>(methods.size());
  layout.pixel = (layout.last - 1.0) / layout.box.width;
  layout.axis = kTickRoom + (chart.critical_difference ? kDifferenceRoom : 0.0);
  std::size_t n_levels = 0;
  for (const std::size_t level : levels_of(bars, 12.0 * layout.pixel))
    n_levels = std::max(n_levels, level + 1);
  layout.rows = layout.axis + 26.0 + kBarStep * static_cast<double>(n_levels);
  layout.box.height = static_cast<int>(layout.rows + kRowStep * static_cast<double>(n_left));

  Plot plot(chart.title, {}, layout.box);
  for (const char* what : {"border", "xtics", "ytics"}) plot.add(fmt::format("unset {}", what));
  plot.add(fmt::format("set xrange [1:{}]", number(layout.last)));
  plot.add(fmt::format("set yrange [{}:0]", layout.box.height));
  if (chart.critical_difference) add_critical_difference(plot, layout, *chart.critical_difference);
  add_axis(plot, layout);
  add_names(plot, layout, methods);
  add_bars(plot, layout, bars);
  std::string points;
  for (const RankDiagram::Method& method : methods)
    points += number(method.rank) + " " + number(layout.axis) + "\n";
  plot.add_data("ranks", points);
  Drawing drawing =
      plot.draw({fmt::format("$ranks using 1:2 with points pointtype 7 pointsize 0.6 linecolor "
                             "rgb '{}' notitle",
                             charts::kInk)},
                options);
  drawing.chart = chart_data(chart);
  return drawing;
}

}  // namespace genrebench
