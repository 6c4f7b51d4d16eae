#pragma once
// Tables of predictions that were made elsewhere, for the divisions of a plan.

#include <string>
#include <vector>

#include "base/csv.hpp"
#include "harness/plan/divisions.hpp"
#include "harness/plugin/method.hpp"
#include "harness/records/run_records.hpp"

namespace genrebench {

/// What a table predicts for one division.
struct DivisionPredictions {
  const PlannedDivision* division = nullptr;
  std::vector<int> tracks;  ///< of each row, as an index into the dataset's tracks
  Predictions predictions;  ///< one row per row; without probabilities in the table 1 for the label
  bool has_probabilities = false;

  /// The tracks of a part, with all their rows: indices of rows.
  std::vector<std::size_t> rows_of(Part part) const;
};

/// Reads a table of predictions. Its columns are:
///
/// - `id`: the track. Several rows of one track are predictions for parts of it, to be voted over;
/// - `predicted`: a genre by name; may be left out if there are probabilities: it is then the most
///   probable one;
/// - one column per genre, named after it: its probability; all of them or none;
/// - `split` and `seed` as division_table() has them; may be left out where the plan has one;
/// - the other columns of division_table(), which are ignored.
///
/// @param source  the plan, for messages: the experiment's file
/// @return        one entry per division that the table is about, in the order of `divisions`
/// @throws DataError  naming the row: a track that is unknown, in the training part or left out by
///                    the split; a split or seed that the plan does not have; an unknown genre;
///                    probabilities that are no numbers or do not sum to one. Or naming the
///                    column: it is unknown, or one is missing. Or: the table has no row
std::vector<DivisionPredictions> read_predictions(const CsvTable& table,
                                                  const std::vector<PlannedDivision>& divisions,
                                                  const std::string& source);

/// The predictions of a stored run as such a table.
/// @param predictions  of its parts
std::string predictions_csv(const RunRecord& run, const std::vector<PredictionRecord>& predictions);

}  // namespace genrebench
