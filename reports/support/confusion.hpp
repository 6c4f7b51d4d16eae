#pragma once
// Which genres are taken for which: test tracks by truth and prediction, over the runs of one
// configuration.

#include <Eigen/Core>
#include <array>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "harness/plugin/document.hpp"
#include "harness/run/evaluation.hpp"
#include "reports/support/runs.hpp"

namespace genrebench {

/// The number of tracks of one genre that were taken for one, or for itself.
struct ConfusedTracks {
  int truth = 0, predicted = 0;
  int n = 0;
};

/// Counts of test tracks, rows by truth and columns by prediction. A track counts once in each run
/// that tests it.
struct Confusion {
  std::vector<std::string> genres = {};  ///< in class order; "class 7" for those that no fact names
  Eigen::MatrixXi total = {};            ///< genres x genres, over all runs; empty for too many
  /// By run id, of each pair of truth and prediction that occurs, in their order; runs that are
  /// done and have predictions.
  std::map<std::string, std::vector<ConfusedTracks>> by_run = {};

  bool empty() const { return by_run.empty(); }
  bool has_matrix() const { return genres.size() <= kMostShownGenres; }
};

Confusion count_confusion(const StoreReader& store, const Runs& runs);

/// What is said in place of a matrix that has too many genres.
std::string no_matrix_note(const Confusion& confusion);

/// The counts with each genre's number of tracks and recall; notes say over how many runs they are
/// summed, how many are missing, and the protocol.
Table confusion_table(const Confusion& confusion, const RunGroup& group, std::string id,
                      std::string title);

/// Columns and rows of the data behind it, run by run: configuration, run_id, truth, predicted,
/// n_tracks; pairs that do not occur are left out.
inline constexpr std::array<const char*, 5> kConfusionColumns = {"configuration", "run_id", "truth",
                                                                 "predicted", "n_tracks"};
std::vector<std::vector<Cell>> confusion_rows(const Confusion& confusion,
                                              const std::string& configuration);

/// The same summed over the runs: configuration, truth, predicted, n_tracks, n_runs.
inline constexpr std::array<const char*, 5> kSummedConfusionColumns = {
    "configuration", "truth", "predicted", "n_tracks", "n_runs"};
std::vector<std::vector<Cell>> summed_confusion_rows(const Confusion& confusion,
                                                     const std::string& configuration);

}  // namespace genrebench
