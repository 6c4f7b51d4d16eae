#pragma once
// What charts show, as JSON: a page with scripts draws them from it
// (reports/render/page/charts.js), with values under the pointer, series to switch off and a part
// to zoom into.
//
// Each is an object whose "kind" names the chart. Numbers have five significant digits; what is not
// finite is null. Texts are not escaped for HTML.

#include <string>

#include "reports/charts/charts.hpp"

namespace genrebench {

/// {"kind": "line", "x", "y", "log_x", "band", "categories", "series": [{"name", "colour", "line",
/// "markers", "dashed", "x", "y", "low", "high"}]}
std::string chart_data(const LineChart& chart);

/// {"kind": "heat", "x": {"label", "low", "high", "names"}, "y", "colour", "low", "high", "bottom",
/// "values": [[row]], "counts": [[row]], "averaged"}. Large matrices are averaged down.
/// @param low, high  the values of the darkest and the brightest colour
std::string chart_data(const HeatMap& chart, double low, double high);

/// {"kind": "waveform", "duration", "low", "high", "sections": [{"start", "end", "cluster",
/// "colour"}]}; clusters are counted from 1.
std::string chart_data(const Waveform& chart);

/// {"kind": "graph", "x", "y", "points": [[x, y]], "clusters", "colours"}; clusters are counted
/// from 1, and colours are one per point.
std::string chart_data(const TemporalGraph& chart);

/// {"kind": "rank", "methods": [{"name", "rank"}], "bars": [{"low", "high"}],
/// "critical_difference"}
std::string chart_data(const RankDiagram& chart);

/// {"kind": "forest", "x", "region", "rows": [{"kind": "heading" | "effect" | "combined", "name",
/// "value", "low", "high", "weight", "text"}]}
std::string chart_data(const ForestPlot& chart);

}  // namespace genrebench
