#include "reports/support/ablation_lines.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <tuple>
#include <utility>

namespace genrebench::ablation {
namespace {

const std::vector<std::string_view> kNotOfStructure = {"split.", "features.", "method."};

std::optional<double> number_in(const std::string& text) {
  double value = 0.0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && rest == text.data() + text.size() && std::isfinite(value)
             ? std::optional(value)
             : std::nullopt;
}

/// The runs of one point that are counted: all of them; for the structure one run per seed, because
/// runs that differ in split, features or method repeat its scores.
Runs counted(const StoreReader& store, const Runs& runs, bool structure) {
  if (!structure) return runs;
  std::map<std::uint64_t, const RunRecord*> of_seed;
  const auto has_scores = [&](const RunRecord* run) {
    const std::vector<MetricRecord> metrics = store.metrics(run->id);
    return run->status == RunStatus::done &&
           std::any_of(metrics.begin(), metrics.end(), [](const MetricRecord& metric) {
             return metric.split == "structure" && metric.step == -1;
           });
  };
  for (const RunRecord* run : runs) {
    const auto [place, is_new] = of_seed.try_emplace(run->seed, run);
    if (!is_new && !has_scores(place->second) && has_scores(run)) place->second = run;
  }
  Runs result;
  for (const auto& [seed, run] : of_seed) result.push_back(run);
  return result;
}

/// Gives lines titles that say how they differ.
void name_lines(std::vector<Line>& lines) {
  std::vector<Parameters> shared;
  for (const Line& line : lines) shared.push_back(line.shared);
  std::vector<std::string> keys = varying_keys(shared);
  std::erase(keys, "split.leaky");  // the mark says these
  std::erase(keys, "split.unit");
  for (Line& line : lines) {
    line.title = keys.size() == 1 && line.shared.contains(keys.front())
                     ? line.shared.at(keys.front())
                     : describe(line.shared, keys);
    if (line.title.empty())
      line.title = line.shared.contains("method.name") ? line.shared.at("method.name") : "all runs";
    line.title += std::string(mark(line.protocol));
  }
}

}  // namespace

double Axis::place(const std::string& value) const {
  if (numeric) return *number_in(value);
  return static_cast<double>(std::find(values.begin(), values.end(), value) - values.begin());
}

Axis make_axis(const std::string& key, const std::vector<Parameters>& configurations) {
  Axis axis{.key = key};
  for (const Parameters& configuration : configurations)
    if (const auto found = configuration.find(key); found != configuration.end())
      if (std::find(axis.values.begin(), axis.values.end(), found->second) == axis.values.end())
        axis.values.push_back(found->second);
  // Numbers ascending, then words in order of appearance.
  std::stable_sort(axis.values.begin(), axis.values.end(),
                   [](const std::string& a, const std::string& b) {
                     const std::optional<double> x = number_in(a), y = number_in(b);
                     return x && y ? *x < *y : x.has_value() && !y.has_value();
                   });
  axis.numeric = std::all_of(axis.values.begin(), axis.values.end(),
                             [](const std::string& value) { return number_in(value).has_value(); });
  if (axis.numeric && !axis.values.empty()) {
    const double low = *number_in(axis.values.front()), high = *number_in(axis.values.back());
    axis.logarithmic = low > 0.0 && high > 10.0 * low;
  }
  return axis;
}

std::string find_key(const std::vector<Parameters>& configurations) {
  std::string best;
  std::tuple<bool, bool, std::size_t> best_rank;
  for (const std::string& key : varying_keys(configurations)) {
    // Data and protocols make lines: there are no values between them that an axis could show.
    if (key.starts_with("dataset.") || key.starts_with("split.")) continue;
    const bool option = !key.ends_with(".name") && !key.ends_with(".kind");
    const std::tuple rank(option, key != "method.name",
                          make_axis(key, configurations).values.size());
    if (best.empty() || rank > best_rank) {
      best = key;
      best_rank = rank;
    }
  }
  return best;
}

bool is_beside_structure(const std::string& key) {
  return std::any_of(kNotOfStructure.begin(), kNotOfStructure.end(),
                     [&](std::string_view prefix) { return key.starts_with(prefix); });
}

std::vector<Line> make_lines(const StoreReader& store, const std::vector<RunRecord>& runs,
                             const Axis& axis, bool structure) {
  const std::vector<Parameters> all = configurations(runs);
  const std::vector<Protocol> protocol = protocols(runs);
  std::vector<Line> lines;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const auto value = all[i].find(axis.key);
    if (value == all[i].end()) continue;
    Parameters shared = structure ? without_prefix(all[i], kNotOfStructure) : all[i];
    shared.erase(axis.key);
    const Protocol own = structure ? Protocol{} : protocol[i];
    auto line = std::find_if(lines.begin(), lines.end(), [&](const Line& l) {
      return l.shared == shared && l.protocol == own;
    });
    if (line == lines.end())
      line = lines.insert(
          lines.end(),
          Line{.shared = std::move(shared), .protocol = own, .title = {}, .points = {}});
    auto point = std::find_if(line->points.begin(), line->points.end(),
                              [&](const Point& p) { return p.value == value->second; });
    if (point == line->points.end())
      point = line->points.insert(line->points.end(), Point{.value = value->second, .runs = {}});
    point->runs.push_back(&runs[i]);
  }
  // Honest splits first; within a protocol in the plan's order.
  std::stable_sort(lines.begin(), lines.end(),
                   [](const Line& a, const Line& b) { return a.protocol < b.protocol; });
  name_lines(lines);
  for (Line& line : lines) {
    for (Point& point : line.points) point.runs = counted(store, point.runs, structure);
    std::sort(line.points.begin(), line.points.end(), [&](const Point& a, const Point& b) {
      return axis.place(a.value) < axis.place(b.value);
    });
  }
  return lines;
}

}  // namespace genrebench::ablation
