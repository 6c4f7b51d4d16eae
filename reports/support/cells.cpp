#include "reports/support/cells.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "base/short_name.hpp"

namespace genrebench {
namespace {

/// One decimal, without the sign of a zero.
std::string one_decimal(double value) {
  const std::string text = fmt::format("{:.1f}", value);
  return text == "-0.0" ? "0.0" : text;
}

/// With its sign, "0.0" without one.
std::string signed_decimal(double value) {
  const std::string size = one_decimal(std::abs(value));
  return (size == "0.0" || std::isnan(value) ? "" : value < 0.0 ? "−" : "+") + size;
}

/// The mean is in the middle of the interval by the way in which it was made.
bool is_symmetric(const Estimate& estimate) {
  return (estimate.method == IntervalMethod::corrected_t ||
          estimate.method == IntervalMethod::corrected_welch) &&
         !estimate.cut_off;
}

}  // namespace

std::string to_string(const Tally& tally) {
  if (tally.planned == 0) return "–";
  std::string result = fmt::format("{}/{}", tally.done, tally.planned);
  std::string rest;
  if (tally.failed > 0) rest = fmt::format("{} failed", tally.failed);
  if (tally.skipped > 0)
    rest += fmt::format("{}{} skipped", rest.empty() ? "" : ", ", tally.skipped);
  if (tally.pruned > 0) rest += fmt::format("{}{} pruned", rest.empty() ? "" : ", ", tally.pruned);
  return rest.empty() ? result : result + " (" + rest + ")";
}

std::string format_percent(double fraction) { return one_decimal(100.0 * fraction) + " %"; }

std::string format_percent(const Estimate& estimate) {
  if (std::isnan(estimate.mean) && !estimate.interval) return {};
  const std::string centre = one_decimal(100.0 * estimate.mean);
  if (!estimate.interval) return centre + " %";
  if (is_symmetric(estimate))
    return fmt::format("{} ± {} %", centre, one_decimal(100.0 * estimate.interval->half_width()));
  return fmt::format("{} [{}, {}] %", centre, one_decimal(100.0 * estimate.interval->low),
                     one_decimal(100.0 * estimate.interval->high));
}

std::string format_points(const Estimate& difference) {
  const std::string centre = signed_decimal(100.0 * difference.mean);
  if (!difference.interval) return centre + " points";
  if (is_symmetric(difference))
    return fmt::format("{} ± {} points", centre,
                       one_decimal(100.0 * difference.interval->half_width()));
  return fmt::format("{} [{}, {}] points", centre, signed_decimal(100.0 * difference.interval->low),
                     signed_decimal(100.0 * difference.interval->high));
}

std::string format_score(const Estimate& estimate) {
  if (std::isnan(estimate.mean)) return {};
  if (!estimate.interval) return fmt::format("{:.3f}", estimate.mean);
  if (is_symmetric(estimate))
    return fmt::format("{:.3f} ± {:.3f}", estimate.mean, estimate.interval->half_width());
  return fmt::format("{:.3f} [{:.3f}, {:.3f}]", estimate.mean, estimate.interval->low,
                     estimate.interval->high);
}

std::string format_duration(double duration_s) {
  if (duration_s < 9.995) return fmt::format("{:.2f} s", duration_s);
  if (duration_s < 59.95) return fmt::format("{:.1f} s", duration_s);
  const auto seconds = static_cast<long>(std::lround(duration_s));
  if (seconds < 3600) return fmt::format("{} min {:02} s", seconds / 60, seconds % 60);
  const long minutes = (seconds + 30) / 60;
  return fmt::format("{} h {:02} min", minutes / 60, minutes % 60);
}

Cell text_cell(std::string text) { return {.text = std::move(text)}; }

Cell flag_cell(bool value) { return text_cell(value ? "true" : "false"); }

Cell number_cell(double value) {
  return {.text = std::isfinite(value) ? fmt::format("{}", value) : "", .numeric = true};
}

Cell number_cell(std::optional<double> value) {
  return value ? number_cell(*value) : Cell{.text = "", .numeric = true};
}

Cell count_cell(std::size_t value) { return {.text = fmt::format("{}", value), .numeric = true}; }

std::vector<Cell> interval_cells(const Estimate& estimate, double level) {
  const bool known = estimate.interval.has_value();
  return {number_cell(known ? std::optional(estimate.interval->low) : std::nullopt),
          number_cell(known ? std::optional(estimate.interval->high) : std::nullopt),
          number_cell(level), text_cell(estimate.method_id()),
          known ? count_cell(estimate.n_units) : number_cell(std::nullopt)};
}

std::vector<Cell> measured_cells(const Estimate& estimate, double level) {
  std::vector<Cell> cells = {number_cell(estimate.mean), number_cell(estimate.deviation)};
  append(cells, interval_cells(estimate, level));
  return cells;
}

std::vector<Cell> tally_cells(const Tally& tally) {
  return {count_cell(tally.done), count_cell(tally.planned), count_cell(tally.failed),
          count_cell(tally.skipped), count_cell(tally.pruned)};
}

std::vector<std::string> column_names(std::vector<std::string> first,
                                      std::span<const char* const> list,
                                      const std::vector<std::string>& more) {
  first.insert(first.end(), list.begin(), list.end());
  first.insert(first.end(), more.begin(), more.end());
  return first;
}

void append(std::vector<Cell>& row, std::vector<Cell> cells) {
  std::move(cells.begin(), cells.end(), std::back_inserter(row));
}

std::string run_ids(const Runs& runs) {
  std::string result;
  for (const RunRecord* run : runs) result += (result.empty() ? "" : " ") + run->id;
  return result;
}

Cell shown(std::string text, bool caution) { return {.text = std::move(text), .caution = caution}; }

Cell shown_number(std::string text, bool caution) {
  return {.text = std::move(text), .numeric = true, .caution = caution};
}

Cell shown_tally(const Tally& tally) {
  return shown_number(to_string(tally), /*caution=*/!tally.complete());
}

std::string slug(std::string_view text) {
  // Names of files end at 255 bytes, and the names of reports, figures and formats join this one.
  constexpr std::size_t kSlugBytes = 150;
  std::string result;
  for (const char c : text) {
    const bool kept = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (kept)
      result += c;
    else if (c >= 'A' && c <= 'Z')
      result += static_cast<char>(c - 'A' + 'a');
    else if (!result.empty() && result.back() != '_')
      result += '_';
  }
  while (!result.empty() && result.back() == '_') result.pop_back();
  if (result.empty()) return "unnamed";
  result = shortened_name(result, kSlugBytes, text);
  std::replace(result.begin(), result.end(), '-', '_');
  return result;
}

std::string unique_slug(std::string_view text, std::set<std::string>& taken) {
  std::string result = slug(text);
  while (!taken.insert(result).second) result += "_";
  return result;
}

Cell accuracy_cell(const Tally& runs, const Measured& accuracy, const Protocol& protocol) {
  if (runs.planned == 0) return shown_number("–");
  if (accuracy.values.empty()) {
    if (runs.failed > 0) return shown_number("failed", /*caution=*/true);
    if (runs.skipped > 0) return shown_number("skipped", /*caution=*/true);
    if (runs.pruned > 0) return shown_number("pruned", /*caution=*/true);
    return shown_number(runs.done > 0 ? "no accuracy" : "not run yet", /*caution=*/true);
  }
  const bool partial = is_partial(accuracy, runs);
  return shown_number(
      format_percent(accuracy) + (partial ? " *" : "") + std::string(mark(protocol)),
      /*caution=*/partial || !mark(protocol).empty());
}

}  // namespace genrebench
