#pragma once
// Tests of several methods over several datasets, by ranks. The datasets are the sample: one score
// of each method on each.

#include <cstddef>
#include <span>
#include <vector>

namespace genrebench {

/// Scores by dataset, then method: every row is as long.
using ScoreRows = std::vector<std::vector<double>>;

/// Ranks from 1 for the highest value. Values that differ by no more than `same` from the highest
/// of them are equal and share the mean of their ranks.
/// Checked against scipy.stats.rankdata
std::vector<double> ranks_from_highest(std::span<const double> values, double same = 0.0);

/// Friedman's test, corrected for ties, with Iman and Davenport's F, which is less conservative.
struct FriedmanTest {
  std::vector<double> mean_ranks = {};  ///< of each method
  double chi_square = 0.0;
  double degrees_of_freedom = 0.0;  ///< of chi_square
  double p = 1.0;
  double f = 0.0;  ///< Iman and Davenport's; infinite where all datasets rank alike
  double f_numerator = 0.0, f_denominator = 0.0;  ///< its degrees of freedom
  double f_p = 1.0;
};

/// Are the methods equally good? Where every dataset ties all methods the answer is p = 1. Where
/// all datasets rank alike F is infinite, and its p is the probability that independent rankings
/// agree.
/// @param scores  at least two rows of at least two scores; higher is better
/// @param same    as in ranks_from_highest()
/// Source: Friedman, JASA 32, 1937; Iman and Davenport, Communications in Statistics A9, 1980;
///         Demšar, JMLR 7, 2006; checked against scipy.stats.friedmanchisquare
FriedmanTest friedman(const ScoreRows& scores, double same = 0.0);

/// p of Nemenyi's test for a difference of two mean ranks, which allows for all pairs of the
/// methods.
/// Source: Nemenyi, Ph.D. thesis, Princeton 1963; checked against
///         scikit_posthocs.posthoc_nemenyi_friedman
double nemenyi_p(double rank_difference, std::size_t n_methods, std::size_t n_datasets);

/// The critical difference: mean ranks that are further apart differ at this level.
/// Source: Demšar, JMLR 7, 2006; checked against his table of q and autorank's
double nemenyi_critical_difference(double alpha, std::size_t n_methods, std::size_t n_datasets);

/// Wilcoxon's signed rank test of paired differences, two-sided.
struct WilcoxonTest {
  double positive = 0.0, negative = 0.0;  ///< sums of ranks of differences above and below 0
  std::size_t n_nonzero = 0;
  bool exact = true;
  double p = 1.0;
};

/// Zeros are ranked and then dropped, as Pratt proposed. With at most 50 other differences p is
/// exact: over all assignments of signs to the ranks, shared ones included. Beyond it is by the
/// normal approximation, without continuity correction. All zero gives p = 1.
/// @param same  differences up to this size are zero, and sizes that differ by it are equal
/// Source: Wilcoxon, Biometrics 1, 1945; Pratt, JASA 54, 1959; checked against scipy.stats.wilcoxon
WilcoxonTest wilcoxon(std::span<const double> differences, double same = 0.0);

/// Groups of neighbours in the order of their ranks of which no two differ: the bars of a diagram
/// of critical differences. Each is as large as it can be; none is within another.
struct TiedGroup {
  std::size_t first = 0, last = 0;  ///< places in `order`, last included
  bool operator==(const TiedGroup&) const = default;
};

/// @param order  of the methods, best first
/// @param p      of each pair of methods, corrected; symmetric
std::vector<TiedGroup> tied_groups(std::span<const std::size_t> order, const ScoreRows& p,
                                   double alpha);

}  // namespace genrebench
