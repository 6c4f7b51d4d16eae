#pragma once
// The curves of a run in the order and under the names in which other tools get them.

#include <cstdint>
#include <string>
#include <vector>

#include "harness/records/run_records.hpp"

namespace genrebench {

/// A point of a curve.
struct TimedPoint {
  std::string tag;  ///< "loss/train": charts of one metric stand together, whatever the part
  std::int64_t step = 0;
  double time = 0.0;  ///< seconds since 1970
  double value = 0.0;
};

/// The points of all curves, epoch by epoch, so that later epochs are at the end. The store holds
/// no times of epochs: a point has that of the run's start, plus the seconds of the epochs up to it
/// where the run recorded them (the curve train/seconds).
std::vector<TimedPoint> curve_points(const std::vector<MetricRecord>& metrics, double start);

/// The name of a final value: "test/accuracy".
std::string final_tag(const MetricRecord& metric);

}  // namespace genrebench
