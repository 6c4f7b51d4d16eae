#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "reports/charts/plot.hpp"

namespace genrebench {
namespace {

using charts::Plot;

constexpr Eigen::Index kSide = 320;  ///< of a panel, in cells at most
constexpr int kPanelHeight = 122;    ///< with its name, in pixels
constexpr double kGap = 0.03;        ///< left and right of a panel, in widths
constexpr double kNameHeight = 0.2;  ///< in heights

charts::Range common_range(const std::vector<Eigen::MatrixXd>& panels) {
  std::vector<double> ends;
  for (const Eigen::MatrixXd& values : panels)
    for (const double value : values.reshaped())
      if (std::isfinite(value)) {
        if (ends.empty()) ends = {value, value};
        ends[0] = std::min(ends[0], value);
        ends[1] = std::max(ends[1], value);
      }
  return charts::padded_range(ends, /*part=*/0.0);
}

}  // namespace

Drawing draw(const Panels& chart, const DrawOptions& options) {
  if (chart.panels.empty() || chart.columns < 1)
    throw ConfigError("panels: expected one or more, got none");
  std::vector<Eigen::MatrixXd> values;
  for (const Panels::Panel& panel : chart.panels) {
    if (panel.values.size() == 0)
      throw ConfigError(
          fmt::format("panels: expected a matrix with at least one cell for '{}', got an empty one",
                      panel.name));
    values.push_back(averaged_down(panel.values, kSide));
  }
  const int n_columns = std::min(chart.columns, static_cast<int>(values.size()));
  const int n_rows = (static_cast<int>(values.size()) + n_columns - 1) / n_columns;

  Plot plot(chart.title, {},
            {.left = 12,
             .width = charts::kWidth - 24,
             .height = n_rows * kPanelHeight,
             .below = chart.x_label.empty() ? 12 : 36});
  plot.add_x_label(chart.x_label);
  const charts::Range range = common_range(values);
  plot.add(fmt::format("set palette defined ({})", charts::kViridis));
  plot.add(
      fmt::format("set cbrange [{}:{}]", charts::number(range.low), charts::number(range.high)));
  for (const char* what : {"colorbox", "border", "xtics", "ytics"})
    plot.add(fmt::format("unset {}", what));
  plot.add(fmt::format("set xrange [0:{}]", n_columns));
  plot.add(fmt::format("set yrange [0:{}]", n_rows));

  std::vector<std::string> elements;
  const auto room = static_cast<std::size_t>(charts::kWidth / n_columns / charts::kCharacterWidth);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double left = static_cast<double>(static_cast<int>(i) % n_columns) + kGap;
    const double bottom = static_cast<double>(n_rows - 1 - static_cast<int>(i) / n_columns);
    const double dx = (1.0 - 2.0 * kGap) / static_cast<double>(values[i].cols()),
                 dy = (1.0 - kNameHeight) / static_cast<double>(values[i].rows());
    const std::string file = fmt::format("panel{}.bin", i);
    plot.add_file(file, charts::pixels(values[i], 1, 1));
    plot.add(fmt::format("set label {} at first {},{} left textcolor rgb '{}'",
                         charts::quote(charts::elide(chart.panels[i].name, room)), left,
                         bottom + 1.0 - kNameHeight / 2.5, charts::kInk));
    elements.push_back(fmt::format(
        "'{}' binary array=({},{}) format='%float64' origin=({},{}) dx={} dy={} with image notitle",
        file, values[i].cols(), values[i].rows(), left + dx / 2, bottom + dy / 2, dx, dy));
  }
  return plot.draw(elements, options);
}

}  // namespace genrebench
