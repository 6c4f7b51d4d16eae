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

constexpr int kUncovered = -1;

struct Envelope {
  std::vector<float> low;
  std::vector<float> high;
};

void check(const Waveform& chart) {
  if (chart.minimum.empty() || chart.minimum.size() != chart.maximum.size())
    throw ConfigError(
        fmt::format("waveform: expected as many minima as maxima and at least one, got {} and {}",
                    chart.minimum.size(), chart.maximum.size()));
  if (!(chart.duration_s > 0.0) || !std::isfinite(chart.duration_s))
    throw ConfigError(
        fmt::format("waveform: expected a positive duration, got {} s", chart.duration_s));
  for (const ClusterSpan& section : chart.sections)
    if (!(section.end_s > section.start_s) || section.label < 0)
      throw ConfigError(
          fmt::format("waveform: expected sections that end after their start, of clusters counted "
                      "from 0, got {} s to {} s of {}",
                      section.start_s, section.end_s, section.label));
}

/// The range of the samples in at most as many columns as a picture has pixels.
Envelope shrunk(const Waveform& chart) {
  constexpr std::size_t kColumns = 1000;
  const std::size_t n = chart.minimum.size();
  const std::size_t n_columns = std::min(n, kColumns);
  Envelope result;
  for (std::size_t c = 0; c < n_columns; ++c) {
    const auto begin = static_cast<std::ptrdiff_t>(c * n / n_columns);
    const auto end = static_cast<std::ptrdiff_t>((c + 1) * n / n_columns);
    result.low.push_back(
        *std::min_element(chart.minimum.begin() + begin, chart.minimum.begin() + end));
    result.high.push_back(
        *std::max_element(chart.maximum.begin() + begin, chart.maximum.begin() + end));
  }
  return result;
}

int cluster_at(const Waveform& chart, double time_s) {
  for (const ClusterSpan& section : chart.sections)
    if (time_s >= section.start_s && time_s < section.end_s) return section.label;
  return kUncovered;
}

/// Outlines of the envelope by cluster: runs of columns of one cluster, with an empty line after
/// each.
std::map<int, std::string> outlines(const Waveform& chart, const Envelope& envelope) {
  const std::size_t n = envelope.low.size();
  const double width_s = chart.duration_s / static_cast<double>(n);
  std::map<int, std::string> result;
  const auto add = [&](int cluster, double column, std::size_t of) {
    result[cluster] += fmt::format("{:.6g} {} {}\n", column * width_s, number(envelope.low[of]),
                                   number(envelope.high[of]));
  };
  for (std::size_t begin = 0; begin < n;) {
    const auto cluster_of = [&](std::size_t column) {
      return cluster_at(chart, (static_cast<double>(column) + 0.5) * width_s);
    };
    const int cluster = cluster_of(begin);
    std::size_t end = begin;
    add(cluster, static_cast<double>(begin), begin);
    for (; end < n && cluster_of(end) == cluster; ++end)
      add(cluster, static_cast<double>(end) + 0.5, end);
    add(cluster, static_cast<double>(end), end - 1);
    result[cluster] += "\n";
    begin = end;
  }
  return result;
}

}  // namespace

Drawing draw(const Waveform& chart, const DrawOptions& options) {
  check(chart);
  const Envelope envelope = shrunk(chart);
  double loudest = 0.0;
  for (std::size_t c = 0; c < envelope.low.size(); ++c)
    for (const float value : {envelope.low[c], envelope.high[c]})
      if (std::isfinite(value)) loudest = std::max(loudest, std::abs(static_cast<double>(value)));

  std::map<int, double> seconds;
  for (const ClusterSpan& section : chart.sections)
    seconds[section.label] += section.end_s - section.start_s;
  std::vector<charts::LegendEntry> legend;
  for (const auto& [cluster, duration_s] : seconds)
    legend.push_back(
        {fmt::format("cluster {} ({:.0f} s)", cluster + 1, duration_s), cluster_colour(cluster)});
  Plot plot(chart.title, legend, {.height = 140});
  plot.add_x_label("Time (s)");
  plot.add_y_label("Amplitude");
  const double limit = loudest > 0.0 ? 1.05 * loudest : 1.0;
  plot.add(fmt::format("set xrange [0:{}]", number(chart.duration_s)));
  plot.add(fmt::format("set yrange [{}:{}]", number(-limit), number(limit)));
  plot.add_ticks("x", charts::round_ticks({0.0, chart.duration_s}, 9, /*seconds=*/true),
                 charts::kBelow);
  plot.add_ticks("y", charts::round_ticks({-limit, limit}, 5), charts::kBeside);

  std::vector<std::string> elements;
  const std::map<int, std::string> shapes = outlines(chart, envelope);
  for (const auto& [cluster, lines] : shapes) {
    const std::string name = cluster == kUncovered ? "rest" : fmt::format("c{}", cluster);
    const std::string colour = !chart.sections.empty() && cluster == kUncovered
                                   ? std::string(charts::kNeutral)
                                   : cluster_colour(std::max(cluster, 0));
    plot.add_data(name, lines);
    // The border keeps columns of constant samples visible, which have no area.
    elements.push_back(
        fmt::format("${} using 1:2:3 with filledcurves fillcolor rgb '{}' fillstyle solid border "
                    "linecolor rgb '{}' linewidth 0.5 notitle",
                    name, colour, colour));
  }
  Drawing drawing = plot.draw(elements, options);
  Waveform shown = chart;
  shown.minimum.assign(envelope.low.begin(), envelope.low.end());
  shown.maximum.assign(envelope.high.begin(), envelope.high.end());
  drawing.chart = chart_data(shown);
  return drawing;
}

}  // namespace genrebench
