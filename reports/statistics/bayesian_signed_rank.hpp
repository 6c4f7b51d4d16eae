#pragma once
// How probable it is that one method is better than another in practice, over datasets.

#include <cstddef>
#include <cstdint>
#include <vector>

namespace genrebench {

struct BayesianOptions {
  double rope = 0.01;   ///< differences up to this size are equivalent in practice; 0 or more
  int n_draws = 50000;  ///< from the posterior; the error of a probability is at most 0.0022
  std::uint64_t seed = 0;
};

/// Posterior probabilities that the most probable result on a new dataset is the first method
/// better by more than the region, a difference within it, or the second one better. They sum to 1.
struct BayesianSignedRank {
  double first = 0.0;
  double equivalent = 0.0;
  double second = 0.0;
};

/// Bayesian signed rank tests of several pairs over the same datasets. The prior is a Dirichlet
/// process: a pseudo-dataset on which nothing differs, with half the weight of a dataset. The
/// posterior is drawn with the same random numbers for all pairs, so that a pair's result does not
/// depend on the others.
/// @param differences  first - second by pair, then dataset; every row is as long
/// Source: Benavoli, Mangili, Corani, Zaffalon and Ruggeri, ICML 2014; Benavoli, Corani, Demšar and
///         Zaffalon, JMLR 18, 2017; checked against baycomp and a Python version with the same
///         random numbers
std::vector<BayesianSignedRank> bayesian_signed_rank(
    const std::vector<std::vector<double>>& differences, const BayesianOptions& options);

}  // namespace genrebench
