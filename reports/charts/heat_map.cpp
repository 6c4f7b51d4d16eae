#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>

#include "base/error.hpp"
#include "reports/charts/chart_data.hpp"
#include "reports/charts/plot.hpp"

namespace genrebench {
namespace {

using charts::Plot;

/// The first cell of block `block` of `n_blocks` among n cells.
Eigen::Index block_start(Eigen::Index block, Eigen::Index n_blocks, Eigen::Index n) {
  return block * n / n_blocks;
}

std::vector<double> finite_values(const Eigen::MatrixXd& values) {
  std::vector<double> result;
  result.reserve(static_cast<std::size_t>(values.size()));
  for (const double value : values.reshaped())
    if (std::isfinite(value)) result.push_back(value);
  return result;
}

/// The smallest value that `percentile` percent of the values do not exceed (nearest rank).
double percentile_of(std::vector<double> values, double percentile) {
  const auto rank = static_cast<std::ptrdiff_t>(
                        std::ceil(percentile / 100.0 * static_cast<double>(values.size()))) -
                    1;
  const auto place = values.begin() + std::clamp<std::ptrdiff_t>(rank, 0, std::ssize(values) - 1);
  std::nth_element(values.begin(), place, values.end());
  return *place;
}

void check(const HeatMap& chart) {
  const auto expect = [&](const std::vector<std::string>& names, Eigen::Index n, const char* what) {
    if (!names.empty() && std::ssize(names) != n)
      throw ConfigError(fmt::format("heat map: expected a name for each of {} {}, got {}", n, what,
                                    names.size()));
  };
  expect(chart.x.names, chart.values.cols(), "columns");
  expect(chart.y.names, chart.values.rows(), "rows");
  if (chart.counts.size() > 0 &&
      (chart.counts.rows() != chart.values.rows() || chart.counts.cols() != chart.values.cols()))
    throw ConfigError(fmt::format("heat map: expected counts for {} x {} cells, got {} x {}",
                                  chart.values.rows(), chart.values.cols(), chart.counts.rows(),
                                  chart.counts.cols()));
}

std::vector<charts::Tick> number_ticks(const HeatMap::Axis& axis, int at_most) {
  return charts::round_ticks({std::min(axis.low, axis.high), std::max(axis.low, axis.high)},
                             at_most, axis.seconds);
}

/// Numbers on the cells, light on dark colours; none where the widest would not fit.
void add_counts(const HeatMap& chart, const HeatMap::Axis& x, const HeatMap::Axis& y,
                const charts::Box& box, Plot& plot, std::vector<std::string>& elements) {
  if (chart.counts.size() == 0) return;
  const double room = box.width / static_cast<double>(chart.values.cols());
  const auto digits = static_cast<double>(fmt::format("{}", chart.counts.maxCoeff()).size());
  constexpr double kSmallDigit = 5.8, kMiddleDigit = 7.7;  // in pixels
  if (digits * kSmallDigit > room) {
    plot.notes.emplace_back("The cells are too small for their counts.");
    return;
  }
  const charts::Range range = charts::padded_range(finite_values(chart.values), /*part=*/0.0);
  const double dx = (x.high - x.low) / static_cast<double>(chart.values.cols());
  const double dy = (y.high - y.low) / static_cast<double>(chart.values.rows());
  std::string dark, light;
  for (Eigen::Index r = 0; r < chart.counts.rows(); ++r)
    for (Eigen::Index c = 0; c < chart.counts.cols(); ++c) {
      if (chart.counts(r, c) == 0) continue;
      constexpr double kBright = 0.55;  // of viridis
      const bool on_bright = chart.values(r, c) > range.low + kBright * (range.high - range.low);
      (on_bright ? dark : light) +=
          fmt::format("{} {} {}\n", x.low + (static_cast<double>(c) + 0.5) * dx,
                      y.low + (static_cast<double>(r) + 0.5) * dy, chart.counts(r, c));
    }
  for (const auto& [name, lines, colour] :
       {std::tuple("dark", &dark, charts::kInk),
        std::tuple("light", &light, std::string_view("white"))}) {
    if (lines->empty()) continue;
    plot.add_data(name, *lines);
    elements.push_back(fmt::format(
        "${} using 1:2:(sprintf('%d', $3)) with labels font {} textcolor rgb '{}' notitle", name,
        digits * kMiddleDigit <= room ? "middle_font" : "small_font", colour));
  }
}

/// @return  the values of the darkest and the brightest colour
charts::Range set_colours(const HeatMap& chart, const Eigen::MatrixXd& values, Plot& plot) {
  const std::vector<double> finite = finite_values(values);
  charts::Range range = charts::padded_range(finite, /*part=*/0.0);
  if (chart.clip_percentile && !finite.empty()) {
    const double limit = percentile_of(finite, *chart.clip_percentile);
    if (limit < range.high && limit > range.low) {
      plot.notes.push_back(
          fmt::format("Values above {:.4g}, the {:g}th percentile, have the brightest colour; the "
                      "highest is {:.4g}.",
                      limit, *chart.clip_percentile, range.high));
      range.high = limit;
    }
  }
  if (finite.size() < static_cast<std::size_t>(values.size()))
    plot.notes.emplace_back("Grey cells have no finite value.");
  plot.add(fmt::format("set palette defined ({})", charts::kViridis));
  // Rectangles that overlap, over gnuplot's, between which viewers of PDF show seams.
  constexpr int kShades = 128;
  for (int shade = 0; shade < kShades; ++shade)
    plot.add(fmt::format(
        "set object rectangle from graph 1.03, graph {} to graph 1.07, graph 1 front noclip "
        "fillcolor palette fraction {} fillstyle solid noborder",
        shade / double(kShades), (shade + 0.5) / kShades));
  plot.add(
      fmt::format("set cbrange [{}:{}]", charts::number(range.low), charts::number(range.high)));
  plot.add_ticks("cb", charts::round_ticks(range, 8), "offset -0.6,0");
  plot.add_upright(chart.colour_label, charts::kWidth - 12);
  return range;
}

HeatMap::Axis with_limits(HeatMap::Axis axis, Eigen::Index n) {
  if (axis.low == axis.high || !axis.names.empty()) {
    axis.low = 0.0;
    axis.high = static_cast<double>(n);
  }
  return axis;
}

}  // namespace

Eigen::MatrixXd averaged_down(const Eigen::Ref<const Eigen::MatrixXd>& values, Eigen::Index side) {
  const Eigen::Index n_rows = std::min(values.rows(), side);
  const Eigen::Index n_columns = std::min(values.cols(), side);
  if (n_rows == values.rows() && n_columns == values.cols()) return values;
  Eigen::MatrixXd result(n_rows, n_columns);
  for (Eigen::Index c = 0; c < n_columns; ++c)
    for (Eigen::Index r = 0; r < n_rows; ++r) {
      double sum = 0.0;
      Eigen::Index n = 0;
      for (Eigen::Index column = block_start(c, n_columns, values.cols());
           column < block_start(c + 1, n_columns, values.cols()); ++column)
        for (Eigen::Index row = block_start(r, n_rows, values.rows());
             row < block_start(r + 1, n_rows, values.rows()); ++row) {
          if (!std::isfinite(values(row, column))) continue;
          sum += values(row, column);
          ++n;
        }
      result(r, c) =
          n > 0 ? sum / static_cast<double>(n) : std::numeric_limits<double>::quiet_NaN();
    }
  return result;
}

Drawing draw(const HeatMap& chart, const DrawOptions& options) {
  if (chart.values.size() == 0)
    throw ConfigError("heat map: expected a matrix with at least one cell, got an empty one");
  if (chart.clip_percentile && !(*chart.clip_percentile > 0.0 && *chart.clip_percentile <= 100.0))
    throw ConfigError(
        fmt::format("heat map: expected a percentile in (0, 100], got {}", *chart.clip_percentile));
  check(chart);
  const HeatMap::Axis x = with_limits(chart.x, chart.values.cols());
  const HeatMap::Axis y = with_limits(chart.y, chart.values.rows());
  const Eigen::MatrixXd values = averaged_down(chart.values);

  const bool square = chart.values.rows() == chart.values.cols();
  const charts::Names y_names = charts::name_ticks(y.names, y.low + 0.5, /*width=*/0);
  constexpr int kRight = 456;  // of the axes: the colours and their label follow
  charts::Box box;
  if (!y.names.empty())
    box.left = 40 + static_cast<int>(charts::kCharacterWidth * static_cast<double>(y_names.widest));
  box.width = kRight - box.left;
  box.height = square ? box.width : 230;
  const charts::Names x_names = charts::name_ticks(x.names, x.low + 0.5, box.width);
  box.below += x_names.room_below();
  Plot plot(chart.title, {}, box);
  plot.add_x_label(x.label);
  plot.add_y_label(y.label);
  plot.add_ticks("x", x.names.empty() ? number_ticks(x, 6) : x_names.ticks,
                 x.names.empty() ? std::string(charts::kBelow) : x_names.options());
  plot.add_ticks("y", y.names.empty() ? number_ticks(y, square ? 6 : 4) : y_names.ticks,
                 charts::kBeside);
  plot.add("set border 15");
  plot.add("set colorbox user origin graph 1.03, graph 0 size graph 0.04, graph 1 noborder");
  const charts::Range colours = set_colours(chart, values, plot);
  plot.add(fmt::format(
      "set object 1 rectangle from graph 0,0 to graph 1,1 behind fillcolor rgb '{}' fillstyle "
      "solid noborder",
      charts::kNeutral));
  plot.add(fmt::format("set xrange [{}:{}]", charts::number(x.low), charts::number(x.high)));
  plot.add(fmt::format("set yrange [{}:{}]", charts::number(chart.origin_bottom ? y.low : y.high),
                       charts::number(chart.origin_bottom ? y.high : y.low)));

  constexpr Eigen::Index kEnough = 500;
  const auto repeat = [](Eigen::Index n) { return n < kEnough ? (kEnough + n - 1) / n : 1; };
  const Eigen::Index n_rows = values.rows() * repeat(values.rows());
  const Eigen::Index n_columns = values.cols() * repeat(values.cols());
  plot.add_file("cells.bin", charts::pixels(values, repeat(values.rows()), repeat(values.cols())));
  const double dx = (x.high - x.low) / static_cast<double>(n_columns);
  const double dy = (y.high - y.low) / static_cast<double>(n_rows);
  std::vector<std::string> elements = {
      fmt::format("'cells.bin' binary array=({},{}) format='%float64' origin=({},{}) dx={} dy={} "
                  "with image notitle",
                  n_columns, n_rows, x.low + dx / 2, y.low + dy / 2, dx, dy)};
  add_counts(chart, x, y, box, plot, elements);
  Drawing drawing = plot.draw(elements, options);
  drawing.chart = chart_data(chart, colours.low, colours.high);
  return drawing;
}

}  // namespace genrebench
