#pragma once
// The configurations of an experiment, best first: what the leaderboard of `summary` shows.

#include <string>
#include <vector>

#include "harness/plugin/document.hpp"
#include "reports/support/measured.hpp"
#include "reports/support/tied_with_best.hpp"

namespace genrebench {

/// One configuration: runs that differ only in seed or fold.
struct LeaderboardEntry : RunGroup {
  Tally counts = {};
  Measured test_accuracy = {}, test_macro_f1 = {};
  Measured valid_accuracy = {};
  double mean_wall_s = 0.0;
  AgainstBest against_best = {};  ///< beside the best; `best` counts entries
};

struct Leaderboard {
  std::vector<std::string> keys = {};          ///< in which the configurations differ
  std::vector<LeaderboardEntry> entries = {};  ///< best first, leaky splits last
  bool by_validation = false;  ///< the order is by validation accuracy, else by test accuracy

  /// What the order is by: "validation accuracy" or "test accuracy".
  std::string order() const;
  /// That score; below 0 where there is none.
  double score_of(const LeaderboardEntry& entry) const;
  std::vector<AgainstBest> against_best() const;
};

/// Measures, orders and compares the configurations of the runs, which must outlive the result.
/// @param level  confidence of the intervals, and of the comparison with the best
Leaderboard make_leaderboard(const Scores& scores, const std::vector<RunRecord>& runs,
                             double level);

/// As a table, with rows for chance and the majority class, and its notes.
/// @param name  of the experiment
/// @param runs  all of the experiment
Table leaderboard_table(const Scores& scores, const Leaderboard& leaderboard,
                        const std::string& name, const Runs& runs, double level);

/// The column of these comparisons; a table has it where anything could be compared.
inline constexpr const char* kAgainstBest = "against best";

/// The data table of the comparisons with the best: differences, p-values, and all run ids.
Table comparisons_table();
/// Appends the comparisons of an experiment.
void add_comparisons(const Leaderboard& leaderboard, const std::string& experiment, double level,
                     Table& table);

}  // namespace genrebench
