#pragma once
// How far probabilities can be believed: proper scores, calibration errors, and what is gained by
// giving no answer where a method is not sure.
//
// Every function takes weights, one per track and not negative, so that a bootstrap can count a
// track twice or not at all; without weights each track counts once. A mean over no weight is NaN.

#include <Eigen/Core>
#include <limits>
#include <span>
#include <vector>

namespace genrebench {

/// What a method said of some tracks.
struct Forecasts {
  Eigen::MatrixXd probabilities = {};  ///< tracks x classes; each row sums to one
  std::vector<int> truth = {};         ///< class of each track, in [0, classes)
  std::vector<int> predicted = {};     ///< class that each track was given

  std::size_t size() const { return truth.size(); }
  bool right(std::size_t track) const { return truth[track] == predicted[track]; }
  /// The probability of the class that the track was given.
  double confidence(std::size_t track) const {
    return probabilities(static_cast<Eigen::Index>(track), predicted[track]);
  }
};

/// The confidence of each track.
std::vector<double> confidences(const Forecasts& forecasts);

using Weights = std::span<const double>;

/// Probabilities are taken to lie at least this far from 0 and 1 before their logarithm is taken:
/// the distance of 1 to the next number of single precision, in which the store keeps them.
inline constexpr double kClip = std::numeric_limits<float>::epsilon();

/// Share of the tracks whose class is the predicted one.
double share_right(const Forecasts& forecasts, Weights weights = {});

/// Mean confidence less the share of right answers: above 0 where a method is too sure of itself.
double overconfidence(const Forecasts& forecasts, Weights weights = {});

/// Mean of -log p over the tracks, natural logarithm, p the probability of the true class, clipped
/// to [kClip, 1 - kClip].
/// Source: scikit-learn's log_loss of probabilities in single precision
double log_loss(const Forecasts& forecasts, Weights weights = {});

/// Mean over the tracks of the squared distance between their probabilities and their class, summed
/// over the classes: from 0 to 2.
/// Source: Brier, Monthly Weather Review 78, 1950; scikit-learn's brier_score_loss of several
///         classes with scale_by_half=False
double brier_score(const Forecasts& forecasts, Weights weights = {});

/// Where bins of values begin: bin b holds the values above limits[b - 1], up to limits[b]. The
/// first begins at -infinity, the last ends at infinity.
using BinLimits = std::vector<double>;

/// At most n_bins bins of as equal numbers of values as can be; none is empty. Equal values are in
/// one bin.
/// @param values  any order
/// Source: Kumar, Liang and Ma, Verified uncertainty calibration, NeurIPS 2019 (their
/// get_equal_bins)
BinLimits equal_mass_bins(std::span<const double> values, int n_bins);

/// Bins of equal width between 0 and 1; some may be empty.
/// Source: Guo, Pleiss, Sun and Weinberger, ICML 2017
BinLimits equal_width_bins(int n_bins);

/// The bin of a value.
std::size_t bin_of(double value, const BinLimits& limits);

/// The tracks whose confidence is in one bin.
struct CalibrationBin {
  double n = 0.0;                                                 ///< their weight
  double confidence = std::numeric_limits<double>::quiet_NaN();   ///< mean
  double share_right = std::numeric_limits<double>::quiet_NaN();  ///< of them
};

/// One entry per bin, also of empty ones.
std::vector<CalibrationBin> calibration_bins(const Forecasts& forecasts, const BinLimits& limits,
                                             Weights weights = {});

/// Expected calibration error: the mean over the tracks of the distance between confidence and
/// share of right answers in their bin. Even that of a perfectly calibrated method is above 0,
/// because the shares of few tracks vary.
/// Source: Naeini, Cooper and Hauskrecht, AAAI 2015
double calibration_error(std::span<const CalibrationBin> bins);

/// The same less its bias: by how much it would grow on average if the share of right answers in
/// each bin of n tracks varied, once more, as a normal variable with the deviation
/// sqrt(share (1 - share) / n). May be below 0. A bin whose tracks are all right, or none of which
/// is, is taken not to vary. Of a perfectly calibrated method, whose error is all bias, two fifths
/// are taken off; where the true distances are larger than the deviations, nearly all.
/// Source: Kumar, Liang and Ma, NeurIPS 2019 (their normal_debiased_ce with power 1, whose mean
/// over
///         random draws is taken here in closed form)
double debiased_calibration_error(std::span<const CalibrationBin> bins);

/// The mean squared distance between confidence and share of right answers, without bias where bins
/// hold at least two tracks; others count 0. May be below 0.
/// Source: Kumar, Liang and Ma, NeurIPS 2019 (their unbiased_square_ce)
double debiased_square_error(std::span<const CalibrationBin> bins);

/// The Brier score as a sum: score = reliability - resolution + uncertainty.
struct BrierParts {
  double score = 0.0;
  /// How far the shares of a class in the bins are from the mean probabilities there: 0 is best.
  double reliability = 0.0;
  /// How far the shares in the bins are from the share of the class in all tracks, and how well
  /// probabilities within a bin tell the class: the more, the better. With bins alone the sum would
  /// not be exact.
  double resolution = 0.0;
  /// The score of a method that gives the shares of the classes to every track.
  double uncertainty = 0.0;
};

/// @param limits  one entry per class: bins of that class's probabilities
/// Source: Murphy, Journal of Applied Meteorology 12, 1973, class by class; Stephenson, Coelho and
///         Jolliffe, Weather and Forecasting 23, 2008, for the terms within bins ("generalised
///         resolution")
BrierParts brier_parts(const Forecasts& forecasts, const std::vector<BinLimits>& limits,
                       Weights weights = {});

/// equal_mass_bins() of the probabilities of each class.
std::vector<BinLimits> class_bins(const Forecasts& forecasts, int n_bins);

/// Tracks in order of falling confidence, as they are accepted when the least accepted confidence
/// falls. Tracks of equal confidence are accepted together.
class RiskCurve {
 public:
  explicit RiskCurve(const Forecasts& forecasts);

  /// The share of wrong answers among the most confident tracks: the fewest that are at least this
  /// share of all.
  /// @param coverage  in (0, 1]
  double risk(double coverage, Weights weights = {}) const;

  /// Those tracks.
  std::vector<std::size_t> accepted(double coverage) const;

  /// The area below the risk over coverages from 0 to 1: the less, the better.
  /// Source: Geifman and El-Yaniv, Selective classification for deep neural networks, NIPS 2017;
  ///         El-Yaniv and Wiener, JMLR 11, 2010
  double area(Weights weights = {}) const;

  /// The area above that of the best order, in which every right answer is surer than every wrong
  /// one: it does not depend on how many answers are wrong, but on their order.
  /// Source: Geifman, Uziel and El-Yaniv, Bias-reduced uncertainty estimation, ICLR 2019 (excess
  ///         area; the best area is taken here of the tracks and not of its limit for many)
  double excess_area(Weights weights = {}) const;

 private:
  struct Step {
    double weight = 0.0;
    double wrong = 0.0;
  };
  /// One step per distinct confidence.
  std::vector<Step> steps(Weights weights) const;

  std::vector<std::size_t> order_;  ///< tracks, the most confident first; equal ones as they lie
  std::vector<std::size_t> ends_;   ///< in order_, of each group of equal confidence
  std::vector<bool> right_;         ///< of each track
};

}  // namespace genrebench
