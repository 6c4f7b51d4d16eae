#pragma once
// What the report `compare` finds in one family of methods.

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "reports/support/compare_methods.hpp"
#include "reports/support/compare_pairs.hpp"

namespace genrebench::compare {

/// The options of the report.
struct CompareOptions {
  double level = 0.95;
  ScoreKind metric = ScoreKind::accuracy;  ///< that decides
  std::string reference = {};  ///< a method, as find_method() takes it; empty: best_method()
  double margin_points = 5.0;  ///< a difference that should be found, for the number of tracks
  double power = 0.8;          ///< the chance to find it
  int matrix = 12;             ///< the most methods of which all pairs are compared

  double alpha() const { return 1.0 - level; }
  ScoreKind other() const {
    return metric == ScoreKind::accuracy ? ScoreKind::macro_f1 : ScoreKind::accuracy;
  }
};

enum class Verdict {
  reference,
  tied,     ///< no difference from the reference was found
  worse,    ///< than the reference
  better,   ///< than the reference
  untested  ///< there is nothing to test with
};

/// "reference", "tied", "worse", "better", "not tested"
std::string to_string(Verdict verdict);

/// A method against the reference: method - reference.
struct Rival {
  std::size_t method = 0;
  Pair pair = {};
  std::optional<double> corrected = {}, corrected_other = {};  ///< p by Holm's correction, of the
                                                               ///< deciding and the other score
  Verdict verdict = Verdict::untested;
  std::optional<double> n_needed = {};  ///< tracks at which the margin would be found
};

/// All pairs of some methods.
struct AllPairs {
  std::vector<std::size_t> methods = {};                         ///< the highest score first
  std::vector<std::pair<std::size_t, std::size_t>> places = {};  ///< of each pair among `methods`
  std::vector<Pair> pairs = {};                                  ///< first - second
  std::vector<std::optional<double>> corrected = {};
  std::vector<std::string> letters = {};  ///< of each of `methods`; those that share one are tied
};

struct Outcome {
  Reference reference = {};
  std::vector<Rival> rivals = {};   ///< all other methods, the highest score first
  std::size_t n_tests = 0;          ///< p-values of rivals that there are
  std::size_t n_corrected_for = 0;  ///< the size of the family of Holm's correction
  AllPairs all = {};
  std::size_t n_not_in_matrix = 0;
};

/// The tests. The p-values of the rivals are corrected for their number; where the reference was
/// chosen by the test part itself, for all pairs, because any of these could have been looked at.
/// @param reference  as chosen
Outcome compare_family(const Family& family, const Reference& reference,
                       const CompareOptions& options);

/// Names of methods with this verdict, in the order of the rivals.
std::vector<const Rival*> with_verdict(const Outcome& outcome, Verdict verdict);

}  // namespace genrebench::compare
