#pragma once
// Intervals from resampling: the BCa bootstrap over clusters, and the pigeonhole bootstrap.

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "reports/support/estimate.hpp"

namespace genrebench {

/// A bootstrap over clusters of several strata: each resample draws clusters within each stratum,
/// with replacement.
struct Resampling {
  std::vector<double> sizes;  ///< of each cluster, such as its number of tracks
  std::vector<int> strata;    ///< of each cluster; a stratum of a single one is not resampled
  std::string units;          ///< what the clusters are
  /// The score where cluster c counts weights[c] times; NaN where it is not defined.
  std::function<double(std::span<const int>)> score;
  std::uint64_t seed = 0;
};

constexpr int kResamples = 2000;

/// The BCa bootstrap (bias-corrected and accelerated), corrected for few clusters in two ways:
/// of the m clusters of a stratum m - 1 are drawn (Rao and Wu), since m draws vary too little by
/// m / (m - 1); and its ends are at the quantile of Student's t, not at the normal one
/// (Hesterberg). The degrees of freedom are Satterthwaite's over the strata, each with its
/// effective number of clusters, (sum of sizes)^2 / sum of squared sizes, less one.
/// @return  no interval for fewer than two clusters, or where no resample differs from the rest
/// Source: Efron, JASA 82, 1987 (BCa); Rao and Wu, JASA 83, 1988; Hesterberg, The American
///         Statistician 69, 2015; Field and Welsh, JRSS B 69, 2007 (clusters)
Estimate cluster_bootstrap(const Resampling& resampling, Bounds bounds, double level = 0.95);

/// Mean of the scores of things that are each made of several sources, which they share: medleys of
/// songs. The pigeonhole bootstrap resamples the sources, and a thing counts as often as the
/// product of its sources' numbers; the interval is between the percentiles. It is too wide rather
/// than too narrow. Where every thing has a source of its own, or several share their only one,
/// this is cluster_bootstrap().
/// @param sources  of each thing, at least one
/// @param units    what they are
/// Source: Owen, The pigeonhole bootstrap, Annals of Applied Statistics 1(2), 2007
Estimate pigeonhole_bootstrap(std::span<const double> scores,
                              std::span<const std::vector<std::string>> sources,
                              const std::string& units, Bounds bounds, std::uint64_t seed,
                              double level = 0.95);

}  // namespace genrebench
