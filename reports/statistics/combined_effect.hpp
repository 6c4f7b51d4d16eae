#pragma once
// One effect from the effects on several datasets: random-effects meta-analysis.

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "reports/statistics/basic.hpp"

namespace genrebench {

/// An effect on one dataset, such as a difference of accuracies.
struct Effect {
  double value = 0.0;
  double standard_error = 0.0;  ///< positive
};

/// The mean effect over datasets of the kind.
struct CombinedEffect {
  double value = kNotANumber;
  double standard_error = kNotANumber;
  double between = 0.0;              ///< standard deviation of true effects between datasets (tau)
  double heterogeneity = 0.0;        ///< Cochran's Q
  double inconsistency = 0.0;        ///< I^2: share of the variation that sampling does not explain
  std::vector<double> weights = {};  ///< of each effect; they sum to 1
  std::optional<Interval> interval = {};    ///< of the mean effect; none for a single effect
  std::optional<Interval> prediction = {};  ///< of the true effect on another dataset; needs three
  double p = 1.0;                           ///< two-sided, of no mean effect
};

/// The variance between datasets is Paule and Mandel's. The interval is Hartung and Knapp's with
/// Student's t over one less than the datasets, and never narrower than by the variances of the
/// effects alone. With Paule and Mandel's variance this is the t interval with the usual standard
/// error. The prediction interval is Higgins, Thompson and Spiegelhalter's.
/// @param effects  at least one
/// Source: Paule and Mandel, J. Res. NBS 87, 1982; Hartung and Knapp, Statistics in Medicine 20,
///         2001; Röver, Knapp and Friede, BMC Medical Research Methodology 15, 2015; Higgins et
///         al., JRSS A 172, 2009; checked against statsmodels.stats.meta_analysis
CombinedEffect combine_effects(std::span<const Effect> effects, double level = 0.95);

}  // namespace genrebench
