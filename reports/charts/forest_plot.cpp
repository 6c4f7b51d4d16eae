#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/text.hpp"
#include "reports/charts/chart_data.hpp"
#include "reports/charts/plot.hpp"

namespace genrebench {
namespace {

using charts::number;
using charts::Plot;
using Kind = ForestPlot::Kind;

constexpr int kRowHeight = 21;
constexpr std::size_t kNameColumns = 26, kMaxLabelWidth = 24;  ///< in columns

std::size_t widest(const ForestPlot& chart, std::string ForestPlot::Row::*text, Kind except,
                   std::size_t limit) {
  std::size_t result = 0;
  for (const ForestPlot::Row& row : chart.rows)
    if (row.kind != except)
      result = std::max(result, display_width(charts::elide(row.*text, limit)));
  return result;
}

int pixels_of(std::size_t columns) {
  return static_cast<int>(charts::kCharacterWidth * static_cast<double>(columns));
}

/// All intervals of effects, and zero. A combination of few effects may be so wide that these could
/// not be read: it is cut off at half the width of the others on either side.
charts::Range range_of(const ForestPlot& chart) {
  std::vector<double> effects = {0.0, chart.region, -chart.region}, all = effects;
  for (const ForestPlot::Row& row : chart.rows)
    for (const double value : {row.value, row.low, row.high}) {
      all.push_back(value);
      if (row.kind == Kind::effect) effects.push_back(value);
    }
  const charts::Range narrow = charts::padded_range(effects, 0.5);
  const charts::Range wide = charts::padded_range(all, 0.05);
  return {std::max(narrow.low, wide.low), std::min(narrow.high, wide.high)};
}

void add_text(Plot& plot, std::string_view text, double x, std::size_t row, std::string_view side) {
  plot.add(fmt::format("set label {} at first {}, first {} {} textcolor rgb '{}'",
                       charts::quote(text), number(x), row, side, charts::kInk));
}

std::string colour_of(Kind kind) { return cluster_colour(kind == Kind::combined ? 1 : 0); }

/// The parts of the picture that are data: intervals, marks, combinations.
struct Marks {
  std::string intervals = {};  ///< x, y, length
  std::string points = {};     ///< x, y, size
  std::string diamonds = {};   ///< corners, with empty lines between them
  bool cut_off = false;
};

void add_arrow(Plot& plot, double from, double to, std::size_t row, Kind kind) {
  plot.add(fmt::format(
      "set arrow from first {0}, first {2} to first {1}, first {2} head filled size screen "
      "0.014,20 linecolor rgb '{3}' linewidth 1.3",
      number(from), number(to), row, colour_of(kind)));
}

Marks marks_of(const ForestPlot& chart, const charts::Range& range, Plot& plot) {
  Marks marks;
  for (std::size_t i = 0; i < chart.rows.size(); ++i) {
    const ForestPlot::Row& row = chart.rows[i];
    if (row.kind == Kind::heading || !std::isfinite(row.value)) continue;
    const double low = std::clamp(row.low, range.low, range.high);
    const double high = std::clamp(row.high, range.low, range.high);
    if (std::isfinite(row.low) && std::isfinite(row.high)) {
      if (low != row.low) add_arrow(plot, row.value, range.low, i, row.kind);
      if (high != row.high) add_arrow(plot, row.value, range.high, i, row.kind);
      marks.cut_off = marks.cut_off || low != row.low || high != row.high;
      if (row.kind == Kind::effect)
        marks.intervals += fmt::format("{} {} {}\n", number(low), i, number(high - low));
    }
    if (row.kind == Kind::effect)
      marks.points += fmt::format("{} {} {}\n", number(row.value), i,
                                  number(0.5 + 0.9 * std::sqrt(std::clamp(row.weight, 0.0, 1.0))));
    else if (std::isfinite(row.low) && std::isfinite(row.high))
      marks.diamonds +=
          fmt::format("{} {}\n{} {}\n{} {}\n{} {}\n{} {}\n\n", number(low), i, number(row.value),
                      static_cast<double>(i) - 0.3, number(high), i, number(row.value),
                      static_cast<double>(i) + 0.3, number(low), i);
    else
      marks.points += fmt::format("{} {} 1.2\n", number(row.value), i);
  }
  return marks;
}

void set_axes(const ForestPlot& chart, const charts::Range& range, Plot& plot) {
  plot.add_x_label(chart.x_label);
  plot.add("set border 1");
  plot.add("unset ytics");
  plot.add(fmt::format("set xrange [{}:{}]", number(range.low), number(range.high)));
  plot.add(fmt::format("set yrange [{}:-0.5]", static_cast<double>(chart.rows.size()) - 0.5));
  plot.add_ticks("x", charts::round_ticks(range, 5), charts::kBelow);
  if (chart.region > 0.0)
    plot.add(fmt::format(
        "set object rectangle from first {}, graph 0 to first {}, graph 1 behind fillcolor rgb "
        "'#ececec' fillstyle solid noborder",
        number(std::max(-chart.region, range.low)), number(std::min(chart.region, range.high))));
  plot.add(fmt::format(
      "set arrow from first 0, graph 0 to first 0, graph 1 nohead back linecolor rgb '#888888' "
      "linewidth 1"));
}

}  // namespace

Drawing draw(const ForestPlot& chart, const DrawOptions& options) {
  if (std::none_of(chart.rows.begin(), chart.rows.end(), [](const ForestPlot::Row& row) {
        return row.kind != Kind::heading && std::isfinite(row.value);
      }))
    throw ConfigError("forest plot: there is no finite effect to draw");
  const int left =
      18 + pixels_of(widest(chart, &ForestPlot::Row::name, Kind::heading, kNameColumns));
  const int right =
      16 + pixels_of(widest(chart, &ForestPlot::Row::text, Kind::heading, kMaxLabelWidth));
  const charts::Box box{.left = left,
                        .width = charts::kWidth - left - right,
                        .height = kRowHeight * static_cast<int>(chart.rows.size())};
  Plot plot(chart.title, {}, box);
  const charts::Range range = range_of(chart);
  set_axes(chart, range, plot);
  const double pixel = (range.high - range.low) / box.width;
  for (std::size_t i = 0; i < chart.rows.size(); ++i) {
    const ForestPlot::Row& row = chart.rows[i];
    const bool heading = row.kind == Kind::heading;
    const double name_at = range.low - (left - (heading ? 4.0 : 12.0)) * pixel;
    add_text(plot, charts::elide(row.name, heading ? 70 : kNameColumns), name_at, i, "left");
    if (!row.text.empty())
      add_text(plot, charts::elide(row.text, kMaxLabelWidth), range.high + (right - 6.0) * pixel, i,
               "right");
  }
  const Marks marks = marks_of(chart, range, plot);
  if (marks.cut_off)
    plot.notes.emplace_back("An interval with an arrow goes on beyond the picture.");

  std::vector<std::string> elements;
  const auto add = [&](const char* name, const std::string& lines, const std::string& style) {
    if (lines.empty()) return;
    plot.add_data(name, lines);
    elements.push_back(fmt::format("${} using {} notitle", name, style));
  };
  add("intervals", marks.intervals,
      fmt::format("1:2:3:(0) with vectors nohead linecolor rgb '{}' linewidth 1.5",
                  cluster_colour(0)));
  add("diamonds", marks.diamonds,
      fmt::format("1:2 with filledcurves closed fillcolor rgb '{}' fillstyle solid noborder",
                  cluster_colour(1)));
  add("points", marks.points,
      fmt::format("1:2:3 with points pointtype 5 pointsize variable linecolor rgb '{}'",
                  cluster_colour(0)));
  Drawing drawing = plot.draw(elements, options);
  drawing.chart = chart_data(chart);
  return drawing;
}

}  // namespace genrebench
