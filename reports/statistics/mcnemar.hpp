#pragma once
// McNemar's test of two methods' answers for the same tracks.

#include <cstddef>

namespace genrebench {

/// Tracks that exactly one of two methods recognises; the others say nothing of which is better.
struct Discordant {
  std::size_t n_first = 0;   ///< only the first is right
  std::size_t n_second = 0;  ///< only the second is right
};

/// The exact two-sided p-value: the discordant tracks are independent throws of a fair coin.
/// Tracks of one artist are not independent, so that it is too small where artists have several.
/// @return  1 where no track is discordant
/// Source: McNemar, Psychometrika 12(2), 1947; checked against
/// statsmodels.stats.contingency_tables.mcnemar(..., exact=True)
double mcnemar_exact(const Discordant& tracks);

/// The mid-p-value: half the probability of the observed numbers is left out of each tail, so that
/// it is not conservative for few discordant tracks.
/// Source: Fagerland, Lydersen and Laake, BMC Medical Research Methodology 13:91, 2013
double mcnemar_mid_p(const Discordant& tracks);

}  // namespace genrebench
