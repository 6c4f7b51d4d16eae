#pragma once
// The data tables of the report `calibration`.

#include "harness/plugin/document.hpp"
#include "reports/support/cells.hpp"

namespace genrebench {

/// They begin empty.
struct CalibrationTables {
  Table runs{.id = "calibration_runs",
             .title = "Every run",
             .columns = {"data", "configuration", "protocol", "leaky", "seed", "fold", "run_id",
                         "n_tracks", "temperature"},
             .notes = {"Of the test part; natural logarithms; bins as docs/explanation/"
                       "calibration.md says."}};
  Table scores{
      .id = "calibration_scores",
      .title = "Every score",
      .columns = column_names(
          column_names({"data", "configuration", "protocol", "leaky", "score"}, kMeasuredColumns),
          kTallyColumns, {"run_ids"}),
      .notes = {"Means over divisions; ci_method made the interval."}};
  Table bins{.id = "calibration_bins",
             .title = "Reliability diagrams",
             .columns = column_names({"data", "configuration", "protocol", "leaky", "bin", "above",
                                      "up_to", "n_tracks", "mean_confidence", "share_right"},
                                     kIntervalColumns, {"run_ids"}),
             .notes = {"Bins of equal numbers of tracks, over all runs of a configuration; "
                       "fractions."}};
  Table risks{
      .id = "calibration_risks",
      .title = "Risk against coverage",
      .columns = column_names({"data", "configuration", "protocol", "leaky", "coverage", "risk"},
                              kIntervalColumns, {"run_ids"}),
      .notes = {"The share of wrong answers among the most confident tracks; fractions."}};
};

}  // namespace genrebench
