#pragma once
// What guessing would give: the accuracy of a genre drawn at random, and of always the same genre.
// Tables and figures show both beside the accuracies of methods.

#include <algorithm>
#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "reports/charts/charts.hpp"
#include "reports/support/scores.hpp"

namespace genrebench {

/// Accuracies without any music, as fractions.
struct Guessing {
  double chance = 0.0;    ///< of a genre drawn evenly from those that have training tracks
  double majority = 0.0;  ///< of always the genre with the most training tracks; of several such
                          ///< the first one, as the method `majority` answers

  double higher() const { return std::max(chance, majority); }
};

/// True for runs of the methods that guess: `majority` and `stratified_random`.
bool is_guess(const RunRecord& run);

/// True for runs whose genres were permuted (`sanity.permute_labels`).
bool is_permuted(const RunRecord& run);

/// What guessing gives on a part of one run, by the facts that the run recorded and, for "valid",
/// by its answers.
/// @param part    "valid" or "test"
/// @param genres  whose tracks count; empty: all
/// @return        nothing where the run is not done, or does not say how many tracks each genre has
std::optional<Guessing> guessing_of(const Scores& scores, const RunRecord& run,
                                    const std::string& part, const std::set<int>& genres = {});

/// The means over several runs of what guessing gives, over those that tell.
std::optional<Guessing> mean_guessing(const Scores& scores, const Runs& runs,
                                      const std::string& part, const std::set<int>& genres = {});

/// What guessing gives where curves of the accuracy end: on the validation part, or on the test
/// part where there is none.
std::optional<Guessing> guessing_of_curves(const Scores& scores, const Runs& runs);

/// A column of a table that shows accuracies, and of what.
struct AccuracyColumn {
  std::size_t column = 0;
  Runs runs = {};
  std::string part = "test";
  std::set<int> genres = {};  ///< whose tracks count; empty: all
};

/// Appends two rows to a table, "chance" and "majority class", and a note that explains them; two
/// rows per dataset where the runs have several. Nothing is appended where no run tells.
void add_guessing_rows(const Scores& scores, const std::vector<AccuracyColumn>& columns,
                       Table& table);

/// The place of a column by its name; the number of columns where there is none, which no row gets.
std::size_t column_named(const Table& table, const std::string& name);

/// Columns of one table that show accuracies of the same runs.
/// @param names  of the columns, each with its part: {"test accuracy", "test"}
std::vector<AccuracyColumn> columns_named(
    const Table& table, const std::vector<std::pair<std::string, std::string>>& names,
    const Runs& runs);

/// "Guessing: chance 10.0 %, majority class 10.3 %."; empty where no run tells.
std::string guessing_note(const Scores& scores, const Runs& runs, const std::string& part);

/// Appends two horizontal lines to a chart of accuracies in percent, over the width of the other
/// series; one line where both are the same. Does nothing where the chart is empty.
void add_guessing_lines(const std::optional<Guessing>& guessing, LineChart& chart);

}  // namespace genrebench
