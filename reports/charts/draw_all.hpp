#pragma once
// Several charts drawn at the same time: most of the time of one goes to starting gnuplot.

#include <string>
#include <vector>

#include "base/parallel.hpp"
#include "reports/charts/charts.hpp"

namespace genrebench {

/// A chart with the id of its figure.
template <typename Chart>
struct NamedChart {
  std::string id;
  Chart chart;
};

/// @return  the drawing of each, in their order
/// @throws  as draw()
template <typename Chart>
std::vector<Drawing> draw_all(const std::vector<NamedChart<Chart>>& charts) {
  std::vector<Drawing> drawings(charts.size());
  parallel_for(charts.size(), {},
               [&](std::size_t i) { drawings[i] = draw(charts[i].chart, {.id = charts[i].id}); });
  return drawings;
}

}  // namespace genrebench
