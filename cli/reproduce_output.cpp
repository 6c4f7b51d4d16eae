#include "cli/reproduce_output.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "cli/console.hpp"
#include "harness/records/short_id.hpp"

namespace genrebench::cli {
namespace {

constexpr std::size_t kShown = 20;
constexpr std::size_t kWidth = 60;

std::string in_words(const std::string& what, const Origin& origin) {
  if (origin.n_cached == 0) return what + " were computed anew";
  if (origin.n_computed == 0) return what + " were taken from the cache";
  return fmt::format("{} of {} were taken from the cache, of {} computed anew", what,
                     counted(origin.n_cached, "track"), origin.n_computed);
}

std::string shortened(const std::string& text) {
  return text.size() <= kWidth ? text : text.substr(0, kWidth - 3) + "...";
}

/// Fingerprints in full are for programs.
std::string shortened(const Circumstance& one, const std::string& text) {
  return one.decides ? short_id(text, kLongerId) : shortened(text);
}

}  // namespace

std::string in_words(const Origin& features, const Origin& sections) {
  std::vector<std::string> parts;
  if (features.any()) parts.push_back(in_words("features", features));
  if (sections.any()) parts.push_back(in_words("sections", sections));
  return fmt::format("{}", fmt::join(parts, "; "));
}

Table circumstance_table(const std::vector<Circumstance>& circumstances) {
  Table table{.title = "Then and now", .columns = {"what", "then", "now", "same"}};
  for (const Circumstance& one : circumstances)
    table.rows.push_back({{.text = one.what},
                          {.text = shortened(one, one.then)},
                          {.text = shortened(one, one.now)},
                          {.text = one.same() ? "yes" : "NO", .caution = !one.same()}});
  return table;
}

Table difference_table(const ResultComparison& comparison) {
  Table table{.title = "What differs", .columns = {"what", "then", "now", "by"}};
  for (std::size_t i = 0; i < std::min(kShown, comparison.differences.size()); ++i) {
    const ResultDifference& one = comparison.differences[i];
    const std::string by =
        one.size > 0.0 && std::isfinite(one.size) ? fmt::format("{:.3g}", one.size) : "";
    table.rows.push_back({{.text = one.what},
                          {.text = shortened(one.then)},
                          {.text = shortened(one.now)},
                          {.text = by, .numeric = true}});
  }
  if (comparison.differences.size() > kShown)
    table.notes.push_back(fmt::format("{} of {}; --json prints all", kShown,
                                      counted(comparison.differences.size(), "difference")));
  return table;
}

double largest_difference(const ResultComparison& comparison) {
  double largest = 0.0;
  for (const ResultDifference& one : comparison.differences)
    if (std::isfinite(one.size)) largest = std::max(largest, one.size);
  return largest;
}

nlohmann::ordered_json to_json(const std::vector<Circumstance>& circumstances) {
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  for (const Circumstance& one : circumstances)
    rows.push_back(
        {{"what", one.what}, {"then", one.then}, {"now", one.now}, {"same", one.same()}});
  return rows;
}

nlohmann::ordered_json to_json(const Origin& origin) {
  return {{"from_cache", origin.n_cached}, {"computed", origin.n_computed}};
}

void add_json(nlohmann::ordered_json& document, const ResultComparison& comparison) {
  document["identical"] = comparison.identical();
  document["metrics"] = comparison.n_metrics;
  document["predictions"] = comparison.n_predictions;
  document["facts"] = comparison.n_facts;
  document["files"] = comparison.n_files;
  document["differences"] = nlohmann::ordered_json::array();
  for (const ResultDifference& one : comparison.differences) {
    nlohmann::ordered_json row = {{"what", one.what}, {"then", one.then}, {"now", one.now}};
    if (std::isfinite(one.size)) row["size"] = one.size;
    document["differences"].push_back(std::move(row));
  }
}

}  // namespace genrebench::cli
