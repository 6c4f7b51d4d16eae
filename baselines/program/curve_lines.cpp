#include "baselines/program/curve_lines.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <string_view>

#include "base/error.hpp"
#include "base/text.hpp"

namespace genrebench {
namespace {

using nlohmann::json;

constexpr std::size_t kLongestLine = std::size_t{1} << 16;  // that can be a point
constexpr std::size_t kMostPoints = 1'000'000;
constexpr std::size_t kLongestName = 100;
constexpr std::size_t kShownBytes = 120;

/// The line with null in the place of numbers that JSON does not have. They stand behind a colon.
std::string without_special_numbers(std::string line) {
  for (const std::string_view word : {"NaN", "-Infinity", "Infinity"})
    for (std::size_t at = line.find(word); at != std::string::npos; at = line.find(word, at + 1)) {
      const std::size_t before = line.find_last_not_of(" \t", at == 0 ? 0 : at - 1);
      if (before != std::string::npos && before < at && line[before] == ':')
        line.replace(at, word.size(), "null");
    }
  return line;
}

json parsed(const std::string& line) {
  json value = json::parse(line, nullptr, /*allow_exceptions=*/false);
  if (value.is_discarded())
    value = json::parse(without_special_numbers(line), nullptr, /*allow_exceptions=*/false);
  return value;
}

}  // namespace

std::optional<CurvePoint> curve_point_in(const std::string& line, const std::string& method) {
  const std::size_t begin = line.find_first_not_of(" \t");
  if (begin == std::string::npos || line[begin] != '{' || line.size() > kLongestLine)
    return std::nullopt;
  const json value = parsed(line);
  if (!value.is_object() || !value.contains("epoch") || !value.contains("metric"))
    return std::nullopt;
  const auto refuse = [&](const std::string& expected) -> DataError {
    return DataError(fmt::format("{}: a printed point of a curve: expected {}, found {}", method,
                                 expected, single_line(line.substr(0, kShownBytes))));
  };
  CurvePoint point;
  if (!value["epoch"].is_number_integer() || value["epoch"].get<std::int64_t>() < 0)
    throw refuse("'epoch' to be a whole number of at least 0");
  point.epoch = value["epoch"].get<std::int64_t>();
  const auto split = value.find("split");
  if (split != value.end() && split->is_string()) point.split = split->get<std::string>();
  if (point.split != "train" && point.split != "valid")
    throw refuse("'split' to be train or valid, as the program has no labels of the test part");
  if (value["metric"].is_string()) point.metric = single_line(value["metric"].get<std::string>());
  if (point.metric.empty() || point.metric.size() > kLongestName)
    throw refuse("'metric' to be a short name");
  const auto number = value.find("value");
  if (number == value.end() || (!number->is_number() && !number->is_null()))
    throw refuse("'value' to be a number");
  point.value =
      number->is_null() ? std::numeric_limits<double>::quiet_NaN() : number->get<double>();
  if (const auto epochs = value.find("epochs"); epochs != value.end()) {
    if (!epochs->is_number_integer() || epochs->get<std::int64_t>() < 1)
      throw refuse("'epochs' to be a whole number of at least 1");
    point.epochs = epochs->get<std::int64_t>();
  }
  return point;
}

std::string CurveLines::take(const std::string& output) {
  std::string rest;
  unread_ += output;
  std::size_t begin = 0;
  for (std::size_t end = unread_.find('\n'); end != std::string::npos;
       end = unread_.find('\n', begin)) {
    const std::string line = unread_.substr(begin, end - begin);
    begin = end + 1;
    if (const auto point = curve_point_in(line, method_))
      report(*point);
    else
      rest += line + '\n';
  }
  unread_.erase(0, begin);
  // A line that never ends is no point, and must not fill the memory.
  if (unread_.size() > kLongestLine) {
    rest += unread_;
    unread_.clear();
  }
  return rest;
}

std::string CurveLines::finish() {
  std::string rest;
  if (const auto point = curve_point_in(unread_, method_))
    report(*point);
  else
    rest = unread_;
  unread_.clear();
  publish();
  return rest;
}

void CurveLines::report(const CurvePoint& point) {
  if (last_ && last_->epoch != point.epoch) publish();
  if (seen_.size() >= kMostPoints)
    throw DataError(
        fmt::format("{}: expected at most {} points of curves, found more", method_, kMostPoints));
  if (!seen_.emplace(point.split, point.metric, point.epoch).second)
    throw DataError(fmt::format("{}: expected one {} of the {} part for epoch {}, found a second",
                                method_, point.metric, point.split, point.epoch));
  if (context_ != nullptr) context_->curve(point.metric, point.split, point.epoch, point.value);
  last_ = point;
}

void CurveLines::publish() {
  if (!last_) return;
  const CurvePoint point = *last_;
  last_.reset();
  if (context_ == nullptr) return;
  const auto done = static_cast<std::size_t>(point.epoch);
  const auto total = static_cast<std::size_t>(
      std::max<std::int64_t>(point.epochs.value_or(point.epoch), point.epoch));
  context_->progress(done, total,
                     fmt::format("{} of {} {:.4g}", point.metric, point.split, point.value));
}

}  // namespace genrebench
