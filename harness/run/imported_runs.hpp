#pragma once
// Scores predictions that were made elsewhere, by the rules of our own runs.

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/csv.hpp"
#include "harness/plan/divisions.hpp"
#include "harness/plugin/registry.hpp"
#include "harness/store/run_store.hpp"

namespace genrebench {

/// A file of predictions.
struct PredictionFile {
  const CsvTable& table;
  std::string file_name;  ///< without folders
  std::string sha256;     ///< of its content
};

/// Scores predictions for the divisions of a plan.
class PredictionImport {
 public:
  /// The tracks that a run cannot use.
  using UnusableTracks = std::function<std::vector<BadTrackRecord>(const PlannedRun&)>;

  /// @param source    the plan, for messages: the experiment's file
  /// @param unusable  asked only if test tracks have no prediction. A track that no run of the
  ///                  division can use may be missing; it is recorded as a bad track
  PredictionImport(const Registry& registry, std::string source, UnusableTracks unusable)
      : registry_(registry), source_(std::move(source)), unusable_(std::move(unusable)) {}

  /// One run per division that the file is about. Each has the parameters of dataset and split, and
  /// `method.name`; its id covers these, the division and the predictions.
  /// @param name  of the method, as reports call it
  /// @throws ConfigError  if `name` is the name of a method of ours, or the vote is not known
  /// @throws DataError    as read_predictions(), or if a test track has no prediction, or only some
  ///                      tracks of the validation part have one
  std::vector<ImportedRun> operator()(const std::vector<PlannedDivision>& divisions,
                                      const PredictionFile& file, const std::string& name) const;

 private:
  std::vector<BadTrackRecord> missing_tracks(const PlannedDivision& division, Part part,
                                             const std::vector<int>& predicted,
                                             const std::string& file) const;

  const Registry& registry_;
  std::string source_;
  UnusableTracks unusable_;
};

}  // namespace genrebench
