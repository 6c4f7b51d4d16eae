#pragma once
// Runs that differ in the size of their training part, and the power law that their errors follow.

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "reports/statistics/power_law.hpp"
#include "reports/support/measured.hpp"
#include "reports/support/runs.hpp"
#include "reports/support/scores.hpp"

namespace genrebench {

/// What the runs of one size trained on.
struct TrainedOn {
  double tracks = 0.0;  ///< per genre: the mean over runs and over genres with training tracks
  std::size_t fewest = 0, most = 0;    ///< tracks of one genre in one run
  std::optional<double> artists = {};  ///< per genre, likewise; or what the clusters are
};

/// Runs of one configuration and one size of the training part.
struct SizePoint {
  std::string asked = {};  ///< "10", or "all"
  RunGroup group = {};
  std::optional<TrainedOn> used = {};  ///< nothing where no run is done, or none tells
};

/// Runs that differ in the size of their training part alone.
struct SizeSeries {
  Parameters shared = {};  ///< without the size
  Protocol protocol = {};
  bool by_artists = false;             ///< the sizes are numbers of artists
                                       ///< (split.train_size.artists_per_genre)
  std::string title = {};              ///< what tells it from the series beside it
  std::vector<SizePoint> points = {};  ///< smallest first, `all` last
};

/// Series on one dataset and division.
struct SizeFamily {
  std::string title = {};
  std::vector<SizeSeries> series = {};
};

/// The series of the runs that have two sizes or more, in order of appearance. `all` is the last
/// point of both series where tracks and artists were counted.
std::vector<SizeFamily> size_families(const std::vector<RunRecord>& runs);

/// What a run trained on, by its facts; nothing where they do not tell.
std::optional<TrainedOn> trained_on(const RunRecord& run);

/// The law of a series, with its uncertainty.
struct SizeFit {
  PowerLaw law = {};
  double largest = 0.0;  ///< training tracks per genre of the last point
  std::size_t n_sizes = 0;
  std::size_t n_divisions = 0;           ///< that have runs of all sizes
  std::vector<PowerLaw> resamples = {};  ///< empty for fewer than two divisions
  Runs runs = {};                        ///< all that it comes from

  /// Over the resamples; nothing where there are none.
  /// @param value  of one law
  template <typename Value>
  std::optional<Interval> interval(double level, const Value& value) const {
    if (resamples.empty()) return std::nullopt;
    std::vector<double> values;
    for (const PowerLaw& law_of_one : resamples) values.push_back(value(law_of_one));
    return percentile_interval(std::move(values), level);
  }
};

/// Fits the law to the mean errors of the sizes, over the divisions that have runs of all sizes.
/// Runs of one seed (or, with split.seed, of one such seed) and fold share a division, whatever
/// their size. Where fewer than two divisions are complete, all runs count and there are no
/// resamples.
/// @return  nothing for fewer than kFewestSizes sizes with results
std::optional<SizeFit> fit_sizes(const StoreReader& store, const SizeSeries& series);

}  // namespace genrebench
