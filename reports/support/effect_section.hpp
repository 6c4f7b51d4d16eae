#pragma once
// Fewer than five datasets: the difference of each method from a reference on each dataset, and
// over all of them.

#include <optional>

#include "reports/support/across_subject.hpp"
#include "reports/support/cells.hpp"

namespace genrebench {

/// The data table of all matrices.
struct EffectData {
  Table effects{
      .id = "across_effects",
      .title = "Every difference from the reference",
      .columns =
          column_names({"data", "method", "minus", "dataset", "difference"}, kIntervalColumns,
                       {"standard_error", "weight", "tau", "i_squared", "q", "p", "prediction_low",
                        "prediction_high", "run_ids", "minus_run_ids"}),
      .notes = {
          "Differences of mean accuracies, fractions. Rows without a dataset are the combined "
          "effect: random effects with Paule and Mandel's variance between datasets (tau "
          "squared) and Hartung and Knapp's interval; p is not corrected for several "
          "methods."}};
};

/// Appends paragraphs, a figure and a table to the document, and rows to the data.
void add_effect_section(const AcrossSubject& subject, Document& document, EffectData& data);

/// The standard error that an interval was made from. That of a bootstrap, which has no formula, is
/// half its width over the normal quantile; that is a little too large.
/// @return  nothing where there is no interval, or it has no width
std::optional<double> standard_error(const Estimate& estimate, double level);

}  // namespace genrebench
