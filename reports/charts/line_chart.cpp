#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "base/error.hpp"
#include "base/text.hpp"
#include "reports/charts/chart_data.hpp"
#include "reports/charts/plot.hpp"

namespace genrebench {
namespace {

using charts::number;
using charts::Plot;

/// gnuplot's filled and open shapes, in turn, so that series can be told apart without colours.
constexpr std::array<int, 8> kMarkers = {7, 5, 9, 13, 11, 6, 4, 8};

int marker(std::size_t series) { return kMarkers[series % kMarkers.size()]; }

std::string colour(const LineChart::Series& series, std::size_t place) {
  return cluster_colour(series.colour.value_or(static_cast<int>(place)));
}

bool is_marked(const LineChart::Series& series) { return series.markers || !series.line; }

void check(const LineChart& chart) {
  std::size_t n_points = 0;
  for (const LineChart::Series& series : chart.series) {
    const auto fail = [&](const std::string& what) {
      throw ConfigError("line chart: the series '" + series.name + "' " + what);
    };
    if (series.x.size() != series.y.size())
      fail(fmt::format("has {} x and {} y; expected as many", series.x.size(), series.y.size()));
    if (series.low.size() != series.high.size() ||
        (!series.low.empty() && series.low.size() != series.y.size()))
      fail(fmt::format("has {} low and {} high ends of intervals; expected {} or none",
                       series.low.size(), series.high.size(), series.y.size()));
    if (chart.log_x &&
        std::any_of(series.x.begin(), series.x.end(), [](double x) { return x <= 0.0; }))
      fail("has an x that is not positive, which a logarithmic axis cannot show");
    for (std::size_t i = 0; i < series.x.size(); ++i)
      n_points += std::isfinite(series.x[i]) && std::isfinite(series.y[i]);
  }
  if (n_points == 0) throw ConfigError("line chart: there is no finite point to draw");
}

/// "10⁻⁶"
std::string power_of_ten(int exponent) {
  constexpr std::array<const char*, 10> kDigits = {"⁰", "¹", "²", "³", "⁴",
                                                   "⁵", "⁶", "⁷", "⁸", "⁹"};
  std::string text = exponent < 0 ? "10⁻" : "10";
  for (const char digit : fmt::format("{}", std::abs(exponent)))
    text += kDigits[static_cast<std::size_t>(digit - '0')];
  return text;
}

std::vector<charts::Tick> powers_of_ten(const charts::Range& range) {
  std::vector<charts::Tick> ticks;
  const bool dense = range.high / range.low < 300.0;
  // Texts with many zeros, or with an "e", are hard to compare.
  const bool as_powers = !dense && (range.low < 1e-4 || range.high > 1e6);
  for (double power = std::floor(std::log10(range.low)); power <= std::log10(range.high); ++power)
    for (const double factor : {1.0, 2.0, 5.0}) {
      const double value = factor * std::pow(10.0, power);
      if ((factor == 1.0 || dense) && value >= range.low && value <= range.high)
        ticks.push_back({value, as_powers ? power_of_ten(static_cast<int>(std::lround(power)))
                                          : charts::tick_text(value)});
    }
  return ticks;
}

/// Ticks of a logarithmic axis; of a short one that no power of ten is in, at round values.
std::vector<charts::Tick> logarithmic_ticks(const charts::Range& range) {
  std::vector<charts::Tick> ticks = powers_of_ten(range);
  return ticks.size() < 2 ? charts::round_ticks(range, 5) : ticks;
}

/// Whole, or of at most three digits, and written without an exponent.
bool is_short(double value) {
  if (charts::tick_text(value).find('e') != std::string::npos) return false;
  return value == std::round(value) ||
         std::abs(value - std::stod(fmt::format("{:.3g}", value))) < 1e-9 * std::abs(value);
}

/// Ticks at the values themselves where they are few, short and not too close; else at round
/// values.
std::vector<charts::Tick> number_ticks(const LineChart& chart, const charts::Range& range) {
  std::set<double> values;
  for (const LineChart::Series& series : chart.series)
    for (const double x : series.x)
      if (std::isfinite(x)) values.insert(x);
  const auto place = [&](double x) {
    return chart.log_x ? std::log(x / range.low) / std::log(range.high / range.low)
                       : (x - range.low) / (range.high - range.low);
  };
  const auto round_values = [&] {
    return chart.log_x ? logarithmic_ticks(range) : charts::round_ticks(range, 7);
  };
  if (!std::ranges::all_of(values, is_short)) return round_values();
  std::vector<charts::Tick> ticks;
  double end = -1.0;
  constexpr double kCharacter = 0.017;  // of the axis
  for (const double value : values) {
    const std::string text = charts::tick_text(value);
    const double half_width = 0.5 * kCharacter * static_cast<double>(display_width(text));
    if (place(value) - half_width < end) return round_values();
    end = place(value) + half_width + kCharacter;
    ticks.push_back({value, text});
  }
  return ticks;
}

charts::Range x_range(const LineChart& chart) {
  if (!chart.categories.empty()) return {-0.5, static_cast<double>(chart.categories.size()) - 0.5};
  std::vector<double> all;
  for (const LineChart::Series& series : chart.series)
    for (const double x : series.x) all.push_back(chart.log_x ? std::log(x) : x);
  const charts::Range range = charts::padded_range(all, 0.04);
  return chart.log_x ? charts::Range{std::exp(range.low), std::exp(range.high)} : range;
}

charts::Range y_range(const LineChart& chart) {
  std::vector<double> all;
  for (const LineChart::Series& series : chart.series)
    for (const std::vector<double>* values : {&series.y, &series.low, &series.high})
      all.insert(all.end(), values->begin(), values->end());
  return charts::padded_range(all, 0.06);
}

/// A single series has no legend, nor has a series without a name.
std::vector<charts::LegendEntry> legend_of(const LineChart& chart) {
  std::vector<charts::LegendEntry> legend;
  for (std::size_t s = 0; chart.series.size() > 1 && s < chart.series.size(); ++s) {
    const LineChart::Series& series = chart.series[s];
    if (series.name.empty()) continue;
    legend.push_back({charts::elide(series.name, 56), colour(series, s),
                      is_marked(series) ? marker(s) : 0, series.line, series.dashed});
  }
  return legend;
}

/// Leaves room for the tick texts beside the upright label.
charts::Box box_beside(const std::vector<charts::Tick>& y_ticks) {
  charts::Box box;
  for (const charts::Tick& tick : y_ticks)
    box.left =
        std::max(box.left, 42 + static_cast<int>(charts::kCharacterWidth *
                                                 static_cast<double>(display_width(tick.text))));
  box.width = charts::kWidth - 20 - box.left;
  return box;
}

/// Lines of a data block: x, y, low, high.
std::string data_lines(const LineChart& chart, std::size_t s, const charts::Range& x) {
  const LineChart::Series& series = chart.series[s];
  // Error bars of several series stand side by side instead of over each other.
  const double shift =
      !series.low.empty() && !chart.band && chart.side_by_side
          ? static_cast<double>(s) - 0.5 * static_cast<double>(chart.series.size() - 1)
          : 0.0;
  std::string lines;
  for (std::size_t i = 0; i < series.x.size(); ++i) {
    const double place = chart.log_x ? series.x[i] * std::pow(x.high / x.low, 0.012 * shift)
                                     : series.x[i] + 0.012 * shift * (x.high - x.low);
    lines += number(place) + " " + number(series.y[i]);
    lines += series.low.empty() ? " NaN NaN\n"
                                : " " + number(series.low[i]) + " " + number(series.high[i]) + "\n";
  }
  return lines;
}

/// The intervals of a series, behind all curves.
std::string intervals_element(const LineChart& chart, std::size_t s) {
  const std::string rgb = colour(chart.series[s], s);
  return chart.band ? fmt::format(
                          "$s{} using 1:3:4 with filledcurves fillcolor rgb '{}' fillstyle "
                          "transparent solid 0.2 noborder notitle",
                          s, rgb)
                    : fmt::format(
                          "$s{} using 1:3:(0):($4-$3) with vectors heads size screen 0.008,90 "
                          "linecolor rgb '{}' linewidth 1.3 notitle",
                          s, rgb);
}

std::string curve_element(const LineChart::Series& series, std::size_t s) {
  const char* style = series.line ? (series.markers ? "linespoints" : "lines") : "points";
  return fmt::format("$s{} using 1:2 with {} {}linecolor rgb '{}' linewidth 2 {} notitle", s, style,
                     is_marked(series) ? fmt::format("pointtype {} pointsize 0.7 ", marker(s)) : "",
                     colour(series, s), series.dashed ? charts::kDashes : "");
}

}  // namespace

Drawing draw(const LineChart& chart, const DrawOptions& options) {
  check(chart);
  const charts::Range x = x_range(chart);
  const charts::Range y = y_range(chart);
  const std::vector<charts::Tick> y_ticks = charts::round_ticks(y, 8);
  charts::Box box = box_beside(y_ticks);
  const charts::Names categories = charts::name_ticks(chart.categories, /*first=*/0.0, box.width);
  box.below += categories.room_below();
  Plot plot(chart.title, legend_of(chart), box);
  plot.add_x_label(chart.x_label);
  plot.add_y_label(chart.y_label);
  plot.add(fmt::format("set xrange [{}:{}]", number(x.low), number(x.high)));
  plot.add(fmt::format("set yrange [{}:{}]", number(y.low), number(y.high)));
  plot.add("set grid ytics linetype 1 linecolor rgb '#e4e4e4' linewidth 1");
  if (chart.log_x) plot.add("set logscale x");
  plot.add_ticks("y", y_ticks, charts::kBeside);
  if (chart.categories.empty())
    plot.add_ticks("x", number_ticks(chart, x), charts::kBelow);
  else
    plot.add_ticks("x", categories.ticks, categories.options());

  std::vector<std::string> elements, curves;
  for (std::size_t s = 0; s < chart.series.size(); ++s) {
    plot.add_data(fmt::format("s{}", s), data_lines(chart, s, x));
    if (!chart.series[s].low.empty()) elements.push_back(intervals_element(chart, s));
    curves.push_back(curve_element(chart.series[s], s));
  }
  elements.insert(elements.end(), curves.begin(), curves.end());
  Drawing drawing = plot.draw(elements, options);
  drawing.chart = chart_data(chart);
  return drawing;
}

}  // namespace genrebench
