#pragma once
// The probabilities that runs gave to the tracks of a part, and means of scores of them with their
// intervals.

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "reports/statistics/calibration.hpp"
#include "reports/support/measured.hpp"

namespace genrebench {

/// What one run said of a part.
struct RunForecasts {
  const RunRecord* run = nullptr;
  Forecasts forecasts = {};
  /// The cluster of each track, such as its artist; tracks of unknown cluster are one each. Numbers
  /// from 0, the same in all runs of a set.
  std::vector<int> clusters = {};
  std::string division = {};  ///< a number for division_of(), in their order
  double test_ratio = 0.0;    ///< test_ratio()
};

/// The forecasts of runs of one configuration.
class ForecastSet {
 public:
  /// A score of one run, by its place in runs(), in which each track has a weight; none: each
  /// counts once. NaN where it is not defined.
  using Score = std::function<double(std::size_t, Weights)>;

  /// Reads the predictions of the runs that are done.
  /// @param part  "valid" or "test"
  /// @throws DataError  if the tracks of a run have different numbers of probabilities, or a class
  ///                    has none
  ForecastSet(const StoreReader& store, const Runs& runs, std::string part);

  /// Those with probabilities.
  const std::vector<RunForecasts>& runs() const { return runs_; }
  /// How many runs are done and have predictions, but no probabilities: imported ones may.
  std::size_t n_without() const { return n_without_; }
  /// The runs behind runs().
  Runs records() const;

  /// The mean over divisions with its interval: over divisions, or, where there is one only, a
  /// bootstrap over the clusters of its tracks within each genre, as estimate_score().
  /// @param resample  false: no bootstrap, as its price is too high for this score
  Measured measure(const Score& score, Bounds bounds, double level, bool resample = true) const;

  /// The share of right answers among some tracks of each run, with the interval of
  /// estimate_score(). Runs without a track do not count.
  /// @param selected  for each run the tracks, as places in its forecasts
  Estimate share_right(const std::vector<std::vector<std::size_t>>& selected, double level) const;

 private:
  Estimate bootstrap(const Score& score, Bounds bounds, double level) const;

  std::string part_;
  std::string units_;  ///< what the clusters are: "artists", "tracks"
  bool known_ = false;
  std::vector<RunForecasts> runs_;
  std::size_t n_without_ = 0;
};

}  // namespace genrebench
