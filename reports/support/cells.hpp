#pragma once
// How reports write numbers, and the cells and columns of their tables.

#include <array>
#include <cstddef>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/plugin/document.hpp"
#include "reports/support/measured.hpp"

namespace genrebench {

/// "5/5", "3/5", "3/5 (1 failed, 1 skipped, 2 pruned)"; "–" where nothing is planned.
std::string to_string(const Tally& tally);

/// A fraction as percent with one decimal: "45.7 %".
std::string format_percent(double fraction);

/// "45.7 ± 3.2 %" for a symmetric interval over divisions, "81.4 [74.0, 87.2] %" for any other;
/// "45.7 %" without an interval; an empty text without a mean.
std::string format_percent(const Estimate& estimate);

/// A difference of fractions in percentage points, with its sign: "+3.1 ± 0.9 points", "−2.0 [−5.1,
/// +0.4] points".
std::string format_points(const Estimate& difference);

/// A score that is not a percentage: "0.904 ± 0.031", "0.904 [0.840, 0.951]".
std::string format_score(const Estimate& estimate);

/// "0.42 s", "12.3 s", "4 min 05 s", "2 h 03 min"
std::string format_duration(double duration_s);

/// The whole ids of runs, with spaces between.
std::string run_ids(const Runs& runs);

/// A word as a part of a file name: lower-case letters, digits and underscores. That of a long text
/// is its beginning and a hash of the whole.
std::string slug(std::string_view text);

/// A slug that is not among those taken, and is then added to them: texts that differ in
/// punctuation alone get ids of their own.
std::string unique_slug(std::string_view text, std::set<std::string>& taken);

/// Cells of data tables, which hold numbers in full precision.
Cell text_cell(std::string text);
Cell flag_cell(bool value);  ///< "true" or "false"
Cell number_cell(double value);
Cell number_cell(std::optional<double> value);  ///< empty where there is none
Cell count_cell(std::size_t value);

/// Columns of data tables for an interval: its ends, its confidence, which method made it
/// ("corrected_t", "bootstrap_artists", "wilson", ...) and over how many divisions, artists or
/// tracks; and their cells.
inline constexpr std::array<const char*, 5> kIntervalColumns = {"ci_low", "ci_high", "ci_level",
                                                                "ci_method", "ci_n"};
std::vector<Cell> interval_cells(const Estimate& estimate, double level);

/// Columns of data tables for a mean: mean, deviation between divisions, and its interval; and
/// their cells.
inline constexpr std::array<const char*, 7> kMeasuredColumns = {
    "mean", "sd", "ci_low", "ci_high", "ci_level", "ci_method", "ci_n"};
std::vector<Cell> measured_cells(const Estimate& estimate, double level);

/// Columns of data tables for numbers of runs, and their cells.
inline constexpr std::array<const char*, 5> kTallyColumns = {"n_done", "n_planned", "n_failed",
                                                             "n_skipped", "n_pruned"};
std::vector<Cell> tally_cells(const Tally& tally);

/// Column names: `first`, one of the lists above, then `more`.
std::vector<std::string> column_names(std::vector<std::string> first,
                                      std::span<const char* const> list,
                                      const std::vector<std::string>& more = {});

/// Appends cells to a row.
void append(std::vector<Cell>& row, std::vector<Cell> cells);

/// The data tables of a document. A list in braces would copy each of their cells.
template <typename... Tables>
std::vector<Table> data_tables(Tables&&... tables) {
  std::vector<Table> result;
  result.reserve(sizeof...(tables));
  (result.push_back(std::forward<Tables>(tables)), ...);
  return result;
}

/// Cells of tables for readers.
Cell shown(std::string text, bool caution = false);         ///< aligned left
Cell shown_number(std::string text, bool caution = false);  ///< aligned right
Cell shown_tally(const Tally& tally);  ///< to_string() of it, with caution where runs are missing

/// An accuracy as tables show it: mean and interval in percent with " *" where runs are missing and
/// the protocol's mark, or why there is none ("failed", "skipped", "pruned", "not run yet", "–"
/// where nothing is planned).
Cell accuracy_cell(const Tally& runs, const Measured& accuracy, const Protocol& protocol);

}  // namespace genrebench
