#pragma once
// Charts of each kind, and what pictures are checked with.

#include <cmath>
#include <limits>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "reports/charts/charts.hpp"
#include "reports/example_runs.hpp"

namespace genrebench::testing {

inline constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

/// What is wrong with a text as XML: tags that do not match, attributes that are not quoted or
/// repeat, a bare `&` or `]]>`, ids that repeat, references to ids that are not there. Empty:
/// nothing. It knows what gnuplot's SVG has, not all of XML.
inline std::string xml_error(const std::string& xml) {
  std::vector<std::string> open;
  std::set<std::string> ids, references;
  if (contains(xml, "]]>")) return "]]>";
  for (std::size_t at = 0; (at = xml.find('&', at)) != std::string::npos; ++at)
    if (const std::size_t end = xml.find_first_of("; <", at);
        end == std::string::npos || xml[end] != ';')
      return "a bare &";
  for (std::size_t at = 0; (at = xml.find('<', at)) != std::string::npos;) {
    const std::size_t end = xml.find('>', at);
    if (end == std::string::npos) return "a tag without end";
    const std::string tag = xml.substr(at + 1, end - at - 1);
    at = end;
    if (tag.starts_with("?") || tag.starts_with("!--") || tag.starts_with("!DOCTYPE")) continue;
    if (tag.starts_with("/")) {
      if (open.empty() || open.back() != tag.substr(1)) return "an end without start: " + tag;
      open.pop_back();
      continue;
    }
    const std::string name = tag.substr(0, tag.find_first_of(" \t\n/"));
    std::set<std::string> attributes;
    for (std::size_t a = name.size();
         (a = tag.find_first_not_of(" \t\n", a)) != std::string::npos && tag[a] != '/';) {
      const std::size_t equals = tag.find('=', a);
      if (equals == std::string::npos || equals + 1 >= tag.size())
        return "an attribute without value: " + tag;
      const std::string attribute = tag.substr(a, equals - a);
      const std::size_t begin = tag.find_first_of("'\"", equals);
      if (begin == std::string::npos) return "an attribute without quotes: " + tag;
      const std::size_t close = tag.find(tag[begin], begin + 1);
      if (close == std::string::npos) return "a quote without end: " + tag;
      if (!attributes.insert(attribute).second) return "an attribute twice: " + tag;
      const std::string value = tag.substr(begin + 1, close - begin - 1);
      if (attribute == "id" && !ids.insert(value).second) return "an id twice: " + value;
      if (value.starts_with("#") && attribute.ends_with("href")) references.insert(value.substr(1));
      a = close + 1;
    }
    if (!tag.ends_with("/")) open.push_back(name);
  }
  if (!open.empty()) return "a start without end: " + open.back();
  for (const std::string& reference : references)
    if (!ids.contains(reference)) return "a reference to nothing: " + reference;
  return "";
}

inline std::set<std::string> ids_of(const std::string& svg) {
  std::set<std::string> result;
  for (const std::string start : {" id='", " id=\""})
    for (std::size_t at = 0; (at = svg.find(start, at)) != std::string::npos;) {
      at += start.size();
      result.insert(svg.substr(at, svg.find_first_of("'\"", at) - at));
    }
  return result;
}

inline std::pair<int, int> png_size(const std::string& png) {
  const auto integer = [&](std::size_t at) {
    int value = 0;
    for (std::size_t i = 0; i < 4; ++i)
      value = value * 256 + static_cast<unsigned char>(png.at(at + i));
    return value;
  };
  return {integer(16), integer(20)};
}

inline LineChart line_chart() {
  return {.x_label = "Epoch",
          .y_label = "Loss",
          .series = {{.name = "train",
                      .x = {1, 2, 3},
                      .y = {3, 2, 1},
                      .low = {2.5, 1.5, kNaN},
                      .high = {3.5, 2.5, kNaN}},
                     {.name = "validation", .x = {1, 2, 3}, .y = {3, 2.5, 2.4}}}};
}

inline HeatMap heat_map(Eigen::Index n = 20) {
  HeatMap chart{.x = {.label = "Time (s)", .high = 60, .seconds = true},
                .y = {.label = "Time (s)", .high = 60, .seconds = true},
                .colour_label = "Distance"};
  chart.values = Eigen::MatrixXd::NullaryExpr(
      n, n, [](Eigen::Index r, Eigen::Index c) { return std::abs(static_cast<double>(r - c)); });
  return chart;
}

inline Waveform waveform() {
  return {.minimum = {-0.5f, -0.2f, 0.0f, -1.0f},
          .maximum = {0.5f, 0.3f, 0.0f, 0.9f},
          .duration_s = 40.0,
          .sections = {{0, 10, 0}, {10, 20, 1}, {30, 40, 0}}};
}

inline TemporalGraph temporal_graph() {
  TemporalGraph chart{.x_label = "First", .y_label = "Second"};
  chart.points.resize(4, 2);
  chart.points << 0, 0, 1, 1, 2, 0, 3, 1;
  chart.clusters = {0, 1, 0, 1};
  return chart;
}

inline RankDiagram rank_diagram() {
  return {.methods = {{"worst", 2.9}, {"best", 1.1}, {"middle", 2.0}},
          .bars = {{1.1, 2.0}, {2.0, 2.9}},
          .critical_difference = 1.2};
}

inline ForestPlot forest_plot() {
  using Kind = ForestPlot::Kind;
  return {.x_label = "difference (points)",
          .region = 1.0,
          .rows = {{.kind = Kind::heading, .name = "one against other"},
                   {.name = "first", .value = 1, .low = 0, .high = 2, .weight = 0.6, .text = "+1"},
                   {.name = "second", .value = 3, .low = 1, .high = 5, .weight = 0.4, .text = "+3"},
                   {.kind = Kind::combined, .name = "all", .value = 1.8, .low = 0.5, .high = 3}}};
}

}  // namespace genrebench::testing
