#pragma once
// Which of several configurations are worse than the best one, and which cannot be told from it.

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "reports/support/scores.hpp"

namespace genrebench {

/// What is compared: runs of one configuration.
struct Contender {
  Runs runs = {};
  /// Contenders are compared within their family alone: of one dataset and one protocol.
  std::string family = {};
};

/// The family of runs of one dataset whose splits keep the same things apart.
std::string family_of(const RunGroup& group);

enum class Standing {
  best,    ///< the first of its family that has a score
  tied,    ///< the difference may be chance
  worse,   ///< than the best
  better,  ///< than the one that comes first: by validation accuracy, it was not the best on test
  unknown  ///< there is no test: no common division, or nothing that was drawn more than once
};

/// "best", "tied", "worse", "better", "–".
std::string to_string(Standing standing);

/// How a contender stands beside the best of its family.
struct AgainstBest {
  Standing standing = Standing::unknown;
  std::size_t best = 0;      ///< index of the one that it was compared with
  Estimate difference = {};  ///< of test accuracies, the best's minus its own; NaN: no common runs
  std::optional<double> p = {};       ///< two-sided, uncorrected
  std::optional<double> p_holm = {};  ///< corrected for all comparisons of the family
  Runs runs = {}, references = {};    ///< those that count: of common divisions
};

/// Compares the test accuracy of each contender with that of the best one of its family: paired,
/// over the divisions that both used (change_of()), so corrected_t() over several divisions and a
/// bootstrap over artists on a single one. Holm's correction covers the family, so that the chance
/// that any tied one is called worse or better is at most 1 - level.
/// @param contenders  the best of each family first; those without a test accuracy are not compared
std::vector<AgainstBest> compare_with_best(const Scores& scores,
                                           const std::vector<Contender>& contenders, double level);

/// True if any contender was compared.
bool any_compared(const std::vector<AgainstBest>& results);

/// What tables say of such comparisons: the tests, the correction, and how many comparisons it is
/// for.
/// @param order  by what the best is the best: "validation accuracy"
std::string against_best_note(const std::vector<AgainstBest>& results, const std::string& order,
                              double level);

/// The contenders that a table sets in bold.
struct TopContenders {
  std::vector<bool> is_top = {};  ///< one per contender: best of its family, or tied with it
  std::string note = {};          ///< empty where nothing could be compared; then none is top
};

/// The contenders with the highest mean test accuracy of their family, and those tied with them.
/// @param contenders  in any order
TopContenders top_contenders(const Scores& scores, const std::vector<Contender>& contenders,
                             double level);

}  // namespace genrebench
