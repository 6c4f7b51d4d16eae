#include "reports/support/skip_points.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <utility>

#include "reports/support/curves.hpp"

namespace genrebench::skip_length {
namespace {

std::string listed(const std::vector<long>& lengths) {
  return fmt::format("k = {}", fmt::join(lengths, ", "));
}

}  // namespace

std::vector<RunValue> Point::values(const Quantity& quantity) const {
  std::vector<RunValue> result;
  for (const RunAccuracies& run : scores)
    if (const auto value = quantity.of(run)) result.push_back({run.run, *value});
  return result;
}

Point make_point(const StoreReader& store, const SkipGroup& group) {
  Point point{.group = &group};
  for (const RunRecord* run : group.runs) {
    if (run->status != RunStatus::done) continue;
    const auto final = [&](const char* split) {
      return final_metric(store, *run, split, "accuracy");
    };
    RunAccuracies scores{
        .run = run, .train = final("train"), .valid = final("valid"), .test = final("test")};
    for (const RunCurves& curves : load_curves(store, {run})) {
      scores.train_last = curves.last("train", "accuracy");
      scores.valid_last = curves.last("valid", "accuracy");
    }
    point.scores.push_back(scores);
  }
  return point;
}

std::vector<Mode> make_modes(const StoreReader& store, const SkipFamily& family) {
  std::vector<Mode> modes;
  for (const std::string& combine : family.combines()) {
    Mode mode{.combine = combine};
    if (const SkipGroup* reference = family.reference()) {
      mode.has_reference = true;
      mode.points.push_back(make_point(store, *reference));
    }
    for (const SkipGroup& group : family.groups)
      if (group.length > 0 && group.combine == combine)
        mode.points.push_back(make_point(store, group));
    modes.push_back(std::move(mode));
  }
  return modes;
}

bool has_scores(const std::vector<Mode>& modes) {
  return std::any_of(modes.begin(), modes.end(), [](const Mode& mode) {
    return std::any_of(mode.points.begin(), mode.points.end(), [](const Point& point) {
      return std::any_of(kQuantities.begin(), kQuantities.end(),
                         [&](const Quantity& quantity) { return !point.values(quantity).empty(); });
    });
  });
}

Measured mean_of(const Scores& scores, const Point& point, const Quantity& quantity, double level) {
  const std::string part = quantity.part;
  if (part == "train")
    return measure_values(point.values(quantity), part, quantity.gap ? kDifference : kProportion,
                          level);
  return measure(scores, point.group->runs, part, "accuracy", level);
}

Change change_between(const Scores& scores, const Point& point, const Point& reference,
                      const Quantity& quantity, double level) {
  return change_of(scores, point.values(quantity), reference.values(quantity), quantity.part,
                   kDifference, level);
}

int sign_of(const Interval& interval) {
  return interval.high < 0.0 ? -1 : interval.low > 0.0 ? 1 : 0;
}

std::string verdict(const Scores& scores, const Mode& mode, const Quantity& quantity,
                    double level) {
  std::map<int, std::vector<long>> of_sign;
  std::vector<long> without;
  for (std::size_t i = 1; i < mode.points.size(); ++i) {
    const Change change =
        change_between(scores, mode.points[i], mode.points.front(), quantity, level);
    if (change.runs.empty()) continue;
    if (change.difference.interval)
      of_sign[sign_of(*change.difference.interval)].push_back(mode.points[i].group->length);
    else
      without.push_back(mode.points[i].group->length);
  }
  std::vector<std::string> parts;
  if (of_sign.contains(-1)) parts.push_back("lower for " + listed(of_sign[-1]));
  if (of_sign.contains(1)) parts.push_back("higher for " + listed(of_sign[1]));
  if (of_sign.contains(0)) parts.push_back("the interval includes 0 for " + listed(of_sign[0]));
  if (!without.empty()) parts.push_back("no interval for " + listed(without));
  return parts.empty()
             ? ""
             : fmt::format("{}, {}: {}.", mode.combine, quantity.title, fmt::join(parts, "; "));
}

}  // namespace genrebench::skip_length
