#include "reports/support/segmentation_figures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "base/error.hpp"
#include "reports/support/cells.hpp"
#include "reports/support/notes.hpp"

namespace genrebench {
namespace {

std::string seconds_text(double value) { return fmt::format("{:.2f}", value); }

std::string cluster_text(int cluster) { return fmt::format("{}", cluster + 1); }

void check(const SegmentationPicture& picture) {
  if (!(picture.duration_s > 0.0) || !std::isfinite(picture.duration_s))
    throw ConfigError(
        fmt::format("segmentation: expected a positive duration, got {} s", picture.duration_s));
  const auto n = std::ssize(picture.window_starts_s);
  const auto expect = [n](std::string_view what, Eigen::Index rows, Eigen::Index columns,
                          Eigen::Index expected_columns) {
    if (rows * columns != 0 && (rows != n || columns != expected_columns))
      throw ConfigError(
          fmt::format("segmentation: expected {} of {} x {} for {} windows, got {} x {}", what, n,
                      expected_columns, n, rows, columns));
  };
  expect("distances", picture.distances.rows(), picture.distances.cols(), n);
  expect("an adjacency", picture.adjacency.rows(), picture.adjacency.cols(), n);
  expect("MDS points", picture.points.rows(), picture.points.cols(), 2);
  expect("labels", std::ssize(picture.labels), 1, 1);
  expect("a novelty", std::ssize(picture.novelty), 1, 1);
  if (picture.points.size() != 0 && picture.labels.empty())
    throw ConfigError("segmentation: MDS points need labels for their colours");
}

/// Draws a chart as a figure whose ids in the SVG start with the figure's.
template <typename Chart>
Figure make_figure(const std::string& id, const std::string& title, const Chart& chart,
                   std::vector<std::string> notes = {}) {
  return to_figure(id, title, draw(chart, {.id = id}), std::move(notes));
}

HeatMap matrix(const SegmentationPicture& picture, const Eigen::MatrixXd& values,
               const std::string& colour_label) {
  // Windows are equally long; the last one's end is where the next would start.
  const std::vector<double>& starts = picture.window_starts_s;
  const double hop_s =
      starts.size() > 1 ? (starts.back() - starts.front()) / static_cast<double>(starts.size() - 1)
                        : picture.duration_s;
  const HeatMap::Axis time{
      .label = "Time (s)", .low = starts.front(), .high = starts.back() + hop_s, .seconds = true};
  return {.x = time, .y = time, .colour_label = colour_label, .values = averaged_down(values)};
}

LineChart eigenvalue_chart(const std::vector<double>& eigenvalues) {
  LineChart::Series series{.line = false};
  for (std::size_t i = 0; i < eigenvalues.size(); ++i) {
    series.x.push_back(static_cast<double>(i + 1));
    series.y.push_back(eigenvalues[i]);
  }
  return {.x_label = "Index", .y_label = "Eigenvalue", .series = {std::move(series)}};
}

LineChart novelty_chart(const SegmentationPicture& picture) {
  return {.x_label = "Time (s)",
          .y_label = "Novelty",
          .series = {{.x = picture.window_starts_s, .y = picture.novelty, .markers = false}}};
}

Figure distance_figure(const SegmentationPicture& picture, const std::string& of) {
  if (!picture.distance_name.empty())
    return make_figure(picture.id + "_distances", "Distances between the windows" + of,
                       matrix(picture, picture.distances, picture.distance_name));
  // Distances span many powers of ten: a fade-out alone is 1e6 times farther than the rest.
  const Eigen::MatrixXd levels =
      picture.distances.unaryExpr([](double s) { return s > 0.0 ? std::log10(s) : std::nan(""); });
  HeatMap chart = matrix(picture, levels, "SEM distance, log10");
  chart.clip_percentile = 99.0;
  return make_figure(picture.id + "_distances", "Statistical distance S between the windows" + of,
                     chart);
}

void add_figures(const SegmentationPicture& picture, Document& document) {
  const std::string of = " of " + picture.title;
  const Waveform waveform{
      .minimum = picture.minimum, .maximum = picture.maximum, .duration_s = picture.duration_s};
  const auto add_waveform = [&](const std::string& id, const std::string& title,
                                const Waveform& chart) {
    Figure figure = make_figure(id, title, chart);
    figure.audio = picture.audio;
    figure.audio_start_s = picture.audio_start_s;
    document.body.emplace_back(std::move(figure));
  };
  if (!picture.minimum.empty()) add_waveform(picture.id + "_waveform", "Signal" + of, waveform);
  if (picture.distances.size() > 0) document.body.emplace_back(distance_figure(picture, of));
  if (!picture.novelty.empty())
    document.body.emplace_back(
        make_figure(picture.id + "_novelty", "Novelty of each place between two windows" + of,
                    novelty_chart(picture), {"Boundaries are at its peaks."}));
  if (picture.adjacency.size() > 0)
    document.body.emplace_back(make_figure(picture.id + "_adjacency",
                                           "Adjacency A of the graph of the windows" + of,
                                           matrix(picture, picture.adjacency, "Similarity")));
  if (!picture.eigenvalues.empty())
    document.body.emplace_back(
        make_figure(picture.id + "_eigenvalues", "Largest eigenvalues of the Laplacian" + of,
                    eigenvalue_chart(picture.eigenvalues),
                    {"As many eigenvalues near 1 as there are distinct groups of windows."}));
  if (picture.points.size() > 0) {
    const TemporalGraph graph{.x_label = "First MDS dimension",
                              .y_label = "Second MDS dimension",
                              .points = picture.points,
                              .clusters = picture.labels};
    document.body.emplace_back(
        make_figure(picture.id + "_graph", "Graph of the windows" + of, graph,
                    {"Points are windows, placed by multidimensional scaling; lines join windows "
                     "that follow each other. Clusters are found in more dimensions than two, so "
                     "that they may overlap here."}));
  }
  if (!picture.minimum.empty() && !picture.sections.empty()) {
    Waveform coloured = waveform;
    coloured.sections = picture.sections;
    add_waveform(picture.id + "_clusters", "Sections" + of, coloured);
  }
}

struct ClusterTotals {
  double duration_s = 0.0;
  std::size_t n_sections = 0;
};

Table cluster_table(const SegmentationPicture& picture) {
  Table result{.id = picture.id + "_summary",
               .title = "Clusters of " + picture.title,
               .columns = {"cluster", "seconds", "share", "sections"},
               .rows = {},
               .notes = {}};
  std::map<int, ClusterTotals> totals;
  for (const ClusterSpan& section : picture.sections) {
    totals[section.label].duration_s += section.end_s - section.start_s;
    ++totals[section.label].n_sections;
  }
  for (const auto& [cluster, total] : totals) {
    std::vector<Cell> row = {shown_number(cluster_text(cluster)),
                             shown_number(seconds_text(total.duration_s)),
                             shown_number(format_percent(total.duration_s / picture.duration_s)),
                             count_cell(total.n_sections)};
    if (cluster == picture.largest_cluster)
      for (Cell& cell : row) cell.strong = true;
    result.rows.push_back(std::move(row));
  }
  if (totals.contains(picture.largest_cluster))
    result.notes.push_back(
        fmt::format("The largest cluster is {}.", cluster_text(picture.largest_cluster)));
  return result;
}

Table section_table(const SegmentationPicture& picture) {
  Table result{.id = picture.id + "_sections",
               .title = "Sections of " + picture.title,
               .columns = {"section", "start (s)", "end (s)", "seconds", "cluster"},
               .rows = {},
               .notes = {}};
  for (const ClusterSpan& section : picture.sections)
    result.rows.push_back({count_cell(result.rows.size() + 1),
                           shown_number(seconds_text(section.start_s)),
                           shown_number(seconds_text(section.end_s)),
                           shown_number(seconds_text(section.end_s - section.start_s)),
                           shown_number(cluster_text(section.label))});
  return result;
}

Table settings_table(const SegmentationPicture& picture) {
  Table result{.id = picture.id + "_settings",
               .title = "Settings",
               .columns = {"setting", "value"},
               .rows = {},
               .notes = {}};
  for (const auto& [name, value] : picture.settings)
    result.rows.push_back({shown(name), shown(value)});
  return result;
}

Table window_table(const SegmentationPicture& picture) {
  Table result{.id = picture.id + "_windows",
               .title = "Every window of " + picture.title,
               .columns = {"window", "start_s", "cluster", "mds_1", "mds_2"},
               .rows = {},
               .notes = {"Windows and clusters are counted from 1."}};
  for (std::size_t i = 0; i < picture.window_starts_s.size(); ++i) {
    std::vector<Cell> row = {count_cell(i + 1), number_cell(picture.window_starts_s[i])};
    row.push_back(picture.labels.empty() ? text_cell("")
                                         : shown_number(cluster_text(picture.labels[i])));
    for (Eigen::Index column = 0; column < picture.points.cols(); ++column)
      row.push_back(number_cell(picture.points(static_cast<Eigen::Index>(i), column)));
    result.rows.push_back(std::move(row));
  }
  return result;
}

}  // namespace

Document segmentation_document(const SegmentationPicture& picture) {
  check(picture);
  Document document{
      .name = picture.id, .title = "Segmentation of " + picture.title, .body = {}, .data = {}};
  if (!picture.sections.empty()) document.body.emplace_back(cluster_table(picture));
  add_figures(picture, document);
  if (!picture.sections.empty()) document.body.emplace_back(section_table(picture));
  if (!picture.settings.empty()) document.body.emplace_back(settings_table(picture));
  if (!picture.window_starts_s.empty()) document.data.push_back(window_table(picture));
  return document;
}

}  // namespace genrebench
