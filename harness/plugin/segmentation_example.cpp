#include "harness/plugin/segmentation_example.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/text.hpp"

namespace genrebench {
namespace {

using nlohmann::json;

double rounded(double value) {
  return std::isfinite(value) ? std::strtod(fmt::format("{:.5g}", value).c_str(), nullptr) : 0.0;
}

template <typename Values>
json numbers(const Values& values, std::size_t n) {
  json list = json::array();
  for (std::size_t i = 0; i < std::min(n, static_cast<std::size_t>(values.size())); ++i)
    list.push_back(rounded(static_cast<double>(values[i])));
  return list;
}

json rows(const Eigen::MatrixXd& matrix, Eigen::Index n_rows, Eigen::Index n_columns) {
  json list = json::array();
  const double largest =
      matrix.size() == 0
          ? 0.0
          : matrix.unaryExpr([](double v) { return std::isfinite(v) ? v : 0.0; }).maxCoeff();
  for (Eigen::Index i = 0; i < std::min(n_rows, matrix.rows()); ++i) {
    json row = json::array();
    for (Eigen::Index j = 0; j < std::min(n_columns, matrix.cols()); ++j)
      row.push_back(rounded(std::isfinite(matrix(i, j)) ? matrix(i, j) : largest));
    list.push_back(std::move(row));
  }
  return list;
}

[[noreturn]] void refuse(const std::string& what) {
  throw DataError(
      fmt::format("the stored example of a segmentation cannot be read: {}", single_line(what)));
}

Eigen::MatrixXd matrix_from(const json& list, const char* what) {
  const auto rows = list.get<std::vector<std::vector<double>>>();
  const std::size_t n_columns = rows.empty() ? 0 : rows.front().size();
  Eigen::MatrixXd matrix(static_cast<Eigen::Index>(rows.size()),
                         static_cast<Eigen::Index>(n_columns));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].size() != n_columns)
      refuse(fmt::format("{}: expected rows of {} numbers, found one of {}", what, n_columns,
                         rows[i].size()));
    for (std::size_t j = 0; j < n_columns; ++j)
      matrix(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)) = rows[i][j];
  }
  return matrix;
}

/// A cluster's number. @throws DataError  if it is none
int cluster_from(const json& number) {
  constexpr double kMostClusters = 10000;
  const double value = number;
  if (!(value >= 0.0 && value < kMostClusters && value == std::floor(value)))
    refuse(fmt::format("expected the number of a cluster, found {}", value));
  return static_cast<int>(value);
}

}  // namespace

std::string to_json(const SegmentationExample& e, int max_windows) {
  const auto n = static_cast<std::size_t>(max_windows);
  json sections = json::array();
  for (const ClusterSpan& s : e.sections) sections.push_back({s.start_s, s.end_s, s.label});
  json document = {{"track", e.track},
                   {"duration_s", e.duration_s},
                   {"minimum", numbers(e.minimum, e.minimum.size())},
                   {"maximum", numbers(e.maximum, e.maximum.size())},
                   {"window_starts_s", numbers(e.window_starts_s, n)},
                   {"distances", rows(e.distances, max_windows, max_windows)},
                   {"adjacency", rows(e.adjacency, max_windows, max_windows)},
                   {"labels", numbers(e.labels, n)},
                   {"sections", sections},
                   {"eigenvalues", numbers(e.eigenvalues, e.eigenvalues.size())},
                   {"points", rows(e.points, max_windows, 2)}};
  if (!e.distance_name.empty()) document["distance_name"] = e.distance_name;
  if (!e.novelty.empty()) document["novelty"] = numbers(e.novelty, n);
  return document.dump();
}

SegmentationExample segmentation_example_from_json(const std::string& text) {
  try {
    const json document = json::parse(text);
    SegmentationExample e;
    e.track = document.at("track");
    e.duration_s = document.at("duration_s");
    e.minimum = document.at("minimum").get<std::vector<float>>();
    e.maximum = document.at("maximum").get<std::vector<float>>();
    e.window_starts_s = document.at("window_starts_s").get<std::vector<double>>();
    e.distances = matrix_from(document.at("distances"), "distances");
    e.adjacency = matrix_from(document.at("adjacency"), "adjacency");
    for (const json& label : document.at("labels")) e.labels.push_back(cluster_from(label));
    for (const json& s : document.at("sections"))
      e.sections.push_back({s.at(0), s.at(1), cluster_from(s.at(2))});
    e.eigenvalues = document.at("eigenvalues").get<std::vector<double>>();
    e.points = matrix_from(document.at("points"), "points");
    e.distance_name = document.value("distance_name", std::string());
    e.novelty = document.value("novelty", std::vector<double>());
    return e;
  } catch (const json::exception&) {
    refuse("expected its numbers as JSON, found something else");
  }
}

}  // namespace genrebench
