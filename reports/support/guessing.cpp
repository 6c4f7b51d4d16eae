#include "reports/support/guessing.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <map>

#include "harness/experiment/run_options.hpp"
#include "harness/records/facts.hpp"
#include "harness/records/short_id.hpp"
#include "reports/support/cells.hpp"
#include "reports/support/notes.hpp"

namespace genrebench {
namespace {

constexpr const char* kExplanation =
    "chance: a genre drawn evenly from those that have training tracks. majority class: always the "
    "genre with the most training tracks. A method must beat both.";

/// Colours of the two lines: the lighter and the darker shade of the palette's grey.
constexpr int kChanceColour = 14, kMajorityColour = 22;

/// The numbers of a fact that counts tracks by genre; empty where one is malformed.
std::vector<double> counts_in(const RunRecord& run, const Fact<TextList>& fact) {
  std::vector<double> counts;
  for (const std::string& text : fact.of(run)) {
    const std::optional<std::size_t> count = count_of(text);
    if (!count) return {};
    counts.push_back(static_cast<double>(*count));
  }
  return counts;
}

/// Number of scored tracks by genre.
std::vector<double> scored_by_genre(const Scores& scores, const RunRecord& run,
                                    const std::string& part, std::size_t n_genres) {
  if (part == "test") return counts_in(run, facts::kTestByGenre);
  std::vector<double> counts(n_genres);
  for (const Answer& answer : scores.answers(run, part))
    if (static_cast<std::size_t>(answer.truth) < n_genres)
      counts[static_cast<std::size_t>(answer.truth)] += 1.0;
  return counts;
}

/// Two values that tables and legends write alike.
bool look_alike(const Guessing& guessing) {
  return format_percent(guessing.chance) == format_percent(guessing.majority);
}

/// The ends of the chart's x axis that its series use; nothing where it is empty.
std::optional<std::pair<double, double>> width_of(const LineChart& chart) {
  if (chart.series.empty()) return std::nullopt;
  if (!chart.categories.empty())
    return std::pair(-0.5, static_cast<double>(chart.categories.size()) - 0.5);
  double low = std::numeric_limits<double>::infinity(), high = -low;
  for (const LineChart::Series& series : chart.series)
    for (const double x : series.x) {
      if (!std::isfinite(x)) continue;
      low = std::min(low, x);
      high = std::max(high, x);
    }
  return low <= high ? std::optional(std::pair(low, high)) : std::nullopt;
}

/// The datasets of the runs by fingerprint, each with what tells its rows from those of others: ",
/// GTZAN", or nothing where there is one.
std::map<std::string, std::string> datasets_of(const std::vector<AccuracyColumn>& columns) {
  std::map<std::string, std::string> titles;
  for (const AccuracyColumn& column : columns)
    for (const RunRecord* run : column.runs)
      if (run->status == RunStatus::done)
        titles.emplace(run->dataset_fingerprint, dataset_title(run->parameters));
  std::map<std::string, std::string> suffixes;
  for (const auto& [fingerprint, title] : titles) {
    const auto n_alike =
        std::count_if(titles.begin(), titles.end(),
                      [&title = title](const auto& other) { return other.second == title; });
    suffixes[fingerprint] = titles.size() == 1 ? ""
                            : n_alike == 1     ? fmt::format(", {}", title)
                                           : fmt::format(", {} {}", title, short_id(fingerprint));
  }
  return suffixes;
}

}  // namespace

bool is_guess(const RunRecord& run) {
  const std::string method = run.parameter("method.name");
  return method == "majority" || method == "stratified_random";
}

bool is_permuted(const RunRecord& run) {
  return run.parameter(std::string(kPermuteLabels)) == "true";
}

std::optional<Guessing> guessing_of(const Scores& scores, const RunRecord& run,
                                    const std::string& part, const std::set<int>& genres) {
  if (run.status != RunStatus::done) return std::nullopt;
  const std::vector<double> trained = counts_in(run, facts::kTrainByGenre);
  if (trained.empty()) return std::nullopt;
  const std::vector<double> scored = scored_by_genre(scores, run, part, trained.size());
  if (scored.size() != trained.size()) return std::nullopt;
  const auto most =
      static_cast<std::size_t>(std::max_element(trained.begin(), trained.end()) - trained.begin());
  double n_trained_genres = 0.0, n_scored = 0.0, n_of_trained = 0.0, n_of_most = 0.0;
  for (std::size_t genre = 0; genre < trained.size(); ++genre) {
    n_trained_genres += trained[genre] > 0.0;
    if (!genres.empty() && !genres.contains(static_cast<int>(genre))) continue;
    n_scored += scored[genre];
    if (trained[genre] > 0.0) n_of_trained += scored[genre];
    if (genre == most) n_of_most = scored[genre];
  }
  if (n_trained_genres == 0.0 || n_scored == 0.0) return std::nullopt;
  return Guessing{.chance = n_of_trained / n_scored / n_trained_genres,
                  .majority = n_of_most / n_scored};
}

std::optional<Guessing> mean_guessing(const Scores& scores, const Runs& runs,
                                      const std::string& part, const std::set<int>& genres) {
  Guessing sum;
  double n = 0.0;
  for (const RunRecord* run : runs)
    if (const std::optional<Guessing> one = guessing_of(scores, *run, part, genres)) {
      sum.chance += one->chance;
      sum.majority += one->majority;
      n += 1.0;
    }
  if (n == 0.0) return std::nullopt;
  return Guessing{.chance = sum.chance / n, .majority = sum.majority / n};
}

std::optional<Guessing> guessing_of_curves(const Scores& scores, const Runs& runs) {
  const auto of_valid = mean_guessing(scores, runs, "valid");
  return of_valid ? of_valid : mean_guessing(scores, runs, "test");
}

std::size_t column_named(const Table& table, const std::string& name) {
  return static_cast<std::size_t>(std::find(table.columns.begin(), table.columns.end(), name) -
                                  table.columns.begin());
}

std::vector<AccuracyColumn> columns_named(
    const Table& table, const std::vector<std::pair<std::string, std::string>>& names,
    const Runs& runs) {
  std::vector<AccuracyColumn> columns;
  for (const auto& [name, part] : names)
    columns.push_back({.column = column_named(table, name), .runs = runs, .part = part});
  return columns;
}

void add_guessing_rows(const Scores& scores, const std::vector<AccuracyColumn>& columns,
                       Table& table) {
  bool any = false;
  for (const auto& [fingerprint, suffix] : datasets_of(columns)) {
    std::vector<Cell> chance(table.columns.size()), majority = chance;
    bool told = false;
    for (const AccuracyColumn& column : columns) {
      if (column.column >= chance.size()) continue;
      Runs runs = column.runs;
      std::erase_if(runs, [&fingerprint = fingerprint](const RunRecord* run) {
        return run->dataset_fingerprint != fingerprint;
      });
      const auto guessing = mean_guessing(scores, runs, column.part, column.genres);
      if (!guessing) continue;
      told = true;
      chance[column.column] = shown_number(format_percent(guessing->chance));
      majority[column.column] = shown_number(format_percent(guessing->majority));
    }
    if (!told) continue;
    any = true;
    chance.front() = shown(fmt::format("chance{}", suffix));
    majority.front() = shown(fmt::format("majority class{}", suffix));
    table.rows.push_back(std::move(chance));
    table.rows.push_back(std::move(majority));
  }
  if (any) add_note(table.notes, kExplanation);
}

std::string guessing_note(const Scores& scores, const Runs& runs, const std::string& part) {
  const std::optional<Guessing> guessing = mean_guessing(scores, runs, part);
  if (!guessing) return {};
  return fmt::format("Guessing: chance {}, majority class {}.", format_percent(guessing->chance),
                     format_percent(guessing->majority));
}

void add_guessing_lines(const std::optional<Guessing>& guessing, LineChart& chart) {
  const auto width = width_of(chart);
  if (!guessing || !width) return;
  const auto add = [&](const char* name, double accuracy, int colour) {
    LineChart::Series line{.name = name,
                           .x = {width->first, width->second},
                           .y = {100.0 * accuracy, 100.0 * accuracy}};
    line.markers = width->first == width->second;
    line.dashed = true;
    line.colour = colour;
    chart.series.push_back(std::move(line));
  };
  if (look_alike(*guessing)) return add("chance, majority class", guessing->chance, kChanceColour);
  add("chance", guessing->chance, kChanceColour);
  add("majority class", guessing->majority, kMajorityColour);
}

}  // namespace genrebench
