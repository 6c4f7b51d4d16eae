#include "exports/curve_points.hpp"

#include <algorithm>
#include <map>
#include <tuple>

namespace genrebench {

std::vector<TimedPoint> curve_points(const std::vector<MetricRecord>& metrics, double start) {
  std::vector<MetricRecord> points;
  for (const MetricRecord& metric : metrics)
    if (metric.step >= 0) points.push_back(metric);
  std::sort(points.begin(), points.end(), [](const MetricRecord& a, const MetricRecord& b) {
    return std::tie(a.step, a.name, a.split) < std::tie(b.step, b.name, b.split);
  });
  std::map<std::int64_t, double> ends;
  double now = start;
  for (const MetricRecord& point : points)
    if (point.name == "seconds" && point.split == "train") ends[point.step] = now += point.value;
  now = start;
  std::vector<TimedPoint> result;
  for (const MetricRecord& point : points) {
    if (const auto end = ends.find(point.step); end != ends.end()) now = end->second;
    result.push_back({.tag = point.name + "/" + point.split,
                      .step = point.step,
                      .time = now,
                      .value = point.value});
  }
  return result;
}

std::string final_tag(const MetricRecord& metric) { return metric.split + "/" + metric.name; }

}  // namespace genrebench
