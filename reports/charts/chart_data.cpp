#include "reports/charts/chart_data.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <span>
#include <utility>

namespace genrebench {
namespace {

using Json = nlohmann::ordered_json;

/// Rows and columns of a matrix in a page: what a screen can show with room for the pointer.
constexpr Eigen::Index kSide = 150;

Json number(double value) {
  if (!std::isfinite(value)) return nullptr;
  return std::strtod(fmt::format("{:.5g}", value).c_str(), nullptr);
}

template <typename Number>
Json numbers(const std::vector<Number>& values) {
  Json result = Json::array();
  for (const Number value : values) result.push_back(number(static_cast<double>(value)));
  return result;
}

template <typename Matrix, typename Convert>
Json rows_of(const Matrix& matrix, Convert convert) {
  Json result = Json::array();
  for (Eigen::Index r = 0; r < matrix.rows(); ++r) {
    Json row = Json::array();
    for (Eigen::Index c = 0; c < matrix.cols(); ++c) row.push_back(convert(matrix(r, c)));
    result.push_back(std::move(row));
  }
  return result;
}

Json axis(const HeatMap::Axis& of, Eigen::Index n) {
  const bool counted = of.low == of.high || !of.names.empty();
  return {{"label", of.label},
          {"low", counted ? Json(0) : number(of.low)},
          {"high", counted ? Json(n) : number(of.high)},
          {"names", of.names}};
}

/// Texts are the user's: what is no UTF-8 is replaced.
std::string text_of(const Json& json) {
  return json.dump(-1, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace);
}

}  // namespace

std::string chart_data(const LineChart& chart) {
  Json series = Json::array();
  for (std::size_t s = 0; s < chart.series.size(); ++s) {
    const LineChart::Series& one = chart.series[s];
    series.push_back({{"name", one.name},
                      {"colour", cluster_colour(one.colour.value_or(static_cast<int>(s)))},
                      {"line", one.line},
                      {"markers", one.markers || !one.line},
                      {"dashed", one.dashed},
                      {"x", numbers(one.x)},
                      {"y", numbers(one.y)},
                      {"low", numbers(one.low)},
                      {"high", numbers(one.high)}});
  }
  return text_of({{"kind", "line"},
                  {"x", chart.x_label},
                  {"y", chart.y_label},
                  {"log_x", chart.log_x},
                  {"band", chart.band},
                  {"side_by_side", chart.side_by_side},
                  {"categories", chart.categories},
                  {"series", std::move(series)}});
}

std::string chart_data(const HeatMap& chart, double low, double high) {
  const Eigen::MatrixXd values = averaged_down(chart.values, kSide);
  const bool averaged = values.size() < chart.values.size();
  const auto count = [](int n) { return Json(n); };
  return text_of({{"kind", "heat"},
                  {"x", axis(chart.x, chart.values.cols())},
                  {"y", axis(chart.y, chart.values.rows())},
                  {"colour", chart.colour_label},
                  {"low", number(low)},
                  {"high", number(high)},
                  {"bottom", chart.origin_bottom},
                  {"averaged", averaged},
                  {"values", rows_of(values, number)},
                  {"counts", averaged ? Json::array() : rows_of(chart.counts, count)}});
}

std::string chart_data(const Waveform& chart) {
  Json sections = Json::array();
  for (const ClusterSpan& section : chart.sections)
    sections.push_back({{"start", number(section.start_s)},
                        {"end", number(section.end_s)},
                        {"cluster", section.label + 1},
                        {"colour", cluster_colour(section.label)}});
  return text_of({{"kind", "waveform"},
                  {"duration", number(chart.duration_s)},
                  {"low", numbers(chart.minimum)},
                  {"high", numbers(chart.maximum)},
                  {"sections", std::move(sections)}});
}

std::string chart_data(const TemporalGraph& chart) {
  Json clusters = Json::array(), colours = Json::array();
  for (const int cluster : chart.clusters) {
    clusters.push_back(cluster + 1);
    colours.push_back(cluster_colour(cluster));
  }
  return text_of({{"kind", "graph"},
                  {"x", chart.x_label},
                  {"y", chart.y_label},
                  {"points", rows_of(chart.points, number)},
                  {"clusters", std::move(clusters)},
                  {"colours", std::move(colours)}});
}

std::string chart_data(const RankDiagram& chart) {
  Json methods = Json::array(), bars = Json::array();
  for (const RankDiagram::Method& method : chart.methods)
    methods.push_back({{"name", method.name}, {"rank", number(method.rank)}});
  for (const RankDiagram::Bar& bar : chart.bars)
    bars.push_back({{"low", number(bar.low)}, {"high", number(bar.high)}});
  return text_of({{"kind", "rank"},
                  {"methods", std::move(methods)},
                  {"bars", std::move(bars)},
                  {"critical_difference",
                   chart.critical_difference ? number(*chart.critical_difference) : Json()}});
}

std::string chart_data(const ForestPlot& chart) {
  Json rows = Json::array();
  for (const ForestPlot::Row& row : chart.rows)
    rows.push_back({{"kind", row.kind == ForestPlot::Kind::heading  ? "heading"
                             : row.kind == ForestPlot::Kind::effect ? "effect"
                                                                    : "combined"},
                    {"name", row.name},
                    {"value", number(row.value)},
                    {"low", number(row.low)},
                    {"high", number(row.high)},
                    {"weight", number(row.weight)},
                    {"text", row.text}});
  return text_of({{"kind", "forest"},
                  {"x", chart.x_label},
                  {"region", number(chart.region)},
                  {"rows", std::move(rows)}});
}

}  // namespace genrebench
