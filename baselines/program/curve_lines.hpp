#pragma once
// The lines of JSON by which a program reports how it learns, among whatever else it prints.

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <tuple>

#include "harness/plugin/method.hpp"

namespace genrebench {

/// One point of a curve, as a program prints it:
/// {"epoch": 3, "split": "valid", "metric": "loss", "value": 0.71, "epochs": 40}.
struct CurvePoint {
  std::int64_t epoch = 0;
  std::string split;  ///< "train" or "valid"
  std::string metric;
  double value = 0.0;                       ///< NaN where the program prints NaN or null
  std::optional<std::int64_t> epochs = {};  ///< how many there will be, if it says so
};

/// The point that a line holds; nothing if the line is no JSON object with `epoch` and `metric`.
/// Python's NaN and Infinity, which are no JSON, are understood.
/// @param method  for messages: "method command"
/// @throws DataError  if it is one and cannot be used: another part than train and valid, an epoch
///                    that is no whole number, a value that is no number
std::optional<CurvePoint> curve_point_in(const std::string& line, const std::string& method);

/// Takes the standard output of a program apart: points go to the method's context, the rest is its
/// log.
class CurveLines {
 public:
  /// @param context  null: points are checked and dropped
  CurveLines(std::string method, FitContext* context)
      : method_(std::move(method)), context_(context) {}

  /// Reports the points of all whole lines. Those of an epoch become visible to others when a point
  /// of another epoch comes.
  /// @return  the other lines
  /// @throws NotFinite  by the context, at the first value that is not finite
  /// @throws DataError  as curve_point_in(); also for a second value of one point
  /// @throws Pruned     by the context
  std::string take(const std::string& output);

  /// The end of the output. @return  a line without an end, unless it is a point
  std::string finish();

 private:
  void report(const CurvePoint& point);
  void publish();

  std::string method_;
  FitContext* context_;
  std::string unread_;
  std::optional<CurvePoint> last_ = {};  ///< of the points that are not visible yet
  std::set<std::tuple<std::string, std::string, std::int64_t>> seen_;
};

}  // namespace genrebench
