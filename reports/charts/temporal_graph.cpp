#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "base/error.hpp"
#include "reports/charts/chart_data.hpp"
#include "reports/charts/plot.hpp"

namespace genrebench {

namespace {

using charts::number;
using charts::Plot;

constexpr int kCircle = 7;  // gnuplot's point type

/// The finite points in gnuplot's language.
struct Places {
  std::string path;                       ///< all, in their order
  std::map<int, std::string> of_cluster;  ///< those of each cluster
  std::string numbers;                    ///< all, each with its number
  std::vector<double> x, y;
};

Places places_of(const TemporalGraph& chart) {
  const Eigen::Index n = chart.points.rows();
  if (n == 0 || chart.points.cols() != 2)
    throw ConfigError(
        fmt::format("temporal graph: expected points as an n x 2 matrix with n > 0, got {} x {}", n,
                    chart.points.cols()));
  if (std::ssize(chart.clusters) != n)
    throw ConfigError(
        fmt::format("temporal graph: expected a cluster for each of {} points, got {}", n,
                    chart.clusters.size()));
  Places result;
  for (Eigen::Index i = 0; i < n; ++i) {
    if (!chart.points.row(i).allFinite()) continue;
    const int cluster = chart.clusters[static_cast<std::size_t>(i)];
    if (cluster < 0)
      throw ConfigError(
          fmt::format("temporal graph: expected clusters counted from 0, got {}", cluster));
    const std::string place = number(chart.points(i, 0)) + " " + number(chart.points(i, 1));
    result.path += place + "\n";
    result.of_cluster[cluster] += place + "\n";
    result.numbers += place + fmt::format(" {}\n", i + 1);
    result.x.push_back(chart.points(i, 0));
    result.y.push_back(chart.points(i, 1));
  }
  if (result.x.empty()) throw ConfigError("temporal graph: no point is finite");
  return result;
}

/// One scale for both axes: distances are what the picture shows.
void set_axes(const Places& places, const charts::Box& box, Plot& plot) {
  const charts::Range wide = charts::padded_range(places.x, 0.05);
  const charts::Range high = charts::padded_range(places.y, 0.05);
  const double scale =
      std::max((wide.high - wide.low) / box.width, (high.high - high.low) / box.height);
  const auto set_axis = [&](const char* axis, const charts::Range& range, int n_pixels,
                            std::string_view tick_options) {
    const double middle = 0.5 * (range.low + range.high);
    const charts::Range shown{middle - 0.5 * scale * n_pixels, middle + 0.5 * scale * n_pixels};
    plot.add(fmt::format("set {}range [{}:{}]", axis, number(shown.low), number(shown.high)));
    plot.add_ticks(axis, charts::round_ticks(shown, 6), tick_options);
  };
  set_axis("x", wide, box.width, charts::kBelow);
  set_axis("y", high, box.height, charts::kBeside);
}

}  // namespace

Drawing draw(const TemporalGraph& chart, const DrawOptions& options) {
  const Places places = places_of(chart);
  std::vector<charts::LegendEntry> legend;
  for (const auto& [cluster, lines] : places.of_cluster)
    legend.push_back({fmt::format("cluster {}", cluster + 1), cluster_colour(cluster), kCircle});
  const charts::Box box{.height = 390};
  Plot plot(chart.title, legend, box);
  plot.add_x_label(chart.x_label);
  plot.add_y_label(chart.y_label);
  set_axes(places, box, plot);

  plot.add_data("path", places.path);
  std::vector<std::string> elements = {
      "$path using 1:2 with lines linecolor rgb '#a0a0a0' linewidth 0.6 notitle"};
  const bool numbered = static_cast<Eigen::Index>(places.x.size()) <= chart.max_numbered;
  const double size = numbered ? 1.7 : places.x.size() <= 200 ? 0.8 : 0.55;
  for (const auto& [cluster, lines] : places.of_cluster) {
    plot.add_data(fmt::format("c{}", cluster), lines);
    elements.push_back(fmt::format(
        "$c{} using 1:2 with points pointtype {} pointsize {} linecolor rgb '{}' notitle", cluster,
        kCircle, size, cluster_colour(cluster)));
  }
  if (numbered) {
    plot.add_data("numbers", places.numbers);
    elements.emplace_back(
        "$numbers using 1:2:(sprintf('%d', $3)) with labels font small_font textcolor rgb 'white' "
        "notitle");
  }
  Drawing drawing = plot.draw(elements, options);
  drawing.chart = chart_data(chart);
  return drawing;
}

}  // namespace genrebench
