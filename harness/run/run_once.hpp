#pragma once
// One run, from features to its result. Knows nothing of stores and workers.

#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "harness/plan/plan.hpp"
#include "harness/plugin/registry.hpp"
#include "harness/run/fitted_runs.hpp"
#include "harness/run/fitting.hpp"
#include "harness/run/kept_models.hpp"
#include "harness/run/preparation.hpp"
#include "harness/store/run_store.hpp"

namespace genrebench {

/// "svm on chunks of gtzan, seed 3"
std::string title(const PlannedRun& run);

/// The result of a run, and what to tell the user about it.
struct Outcome {
  RunResult result;
  std::vector<std::string> warnings;
  /// The method with what deformed runs need of it; null for task segmentation.
  std::shared_ptr<const FittedRun> fitted = {};
};

/// What a run needs besides, if its test part is deformed.
struct DeformedTest {
  const PreparedTest* test = nullptr;  ///< null: the run is not deformed
  /// The method of the clean run; null: it is fitted again, which gives the same bits.
  std::shared_ptr<const FittedRun> fitted = {};
  /// What the clean run recorded of its test part, where it is done; a method that is fitted again
  /// must predict the same. Empty: not known.
  std::vector<PredictionRecord> clean_predictions = {};
};

/// Why a run has no result, and which tracks it could not use.
struct RunFailure {
  std::string message;
  std::vector<BadTrackRecord> bad_tracks;
};

/// Writes the fitted method and its preprocessing to files. @return  the result's artifacts
using KeepModel = std::function<std::vector<ArtifactRecord>(const Method&, const Preprocessing&)>;

/// Fits and evaluates.
/// @param keep      called if the run keeps its model; may be empty. A deformed run keeps none
/// @param deformed  for a deformed run only
/// @throws Interrupted, Pruned  by the method, on behalf of `settings`
/// @throws FileChanged          if a file that the method reads, such as its weights, has changed
///                              since the run was planned
/// @throws DataError            if a clean run that is fitted again predicts otherwise than it did
/// @throws std::exception       if the run cannot be done; failure_of() says more
Outcome run_once(const PlannedRun& run, const Prepared& prepared, const Registry& registry,
                 const FitSettings& settings, const KeepModel& keep = {},
                 const DeformedTest& deformed = {});

/// What the store records of a run that run_once() left by an exception.
/// @param test  of a deformed run; else null
RunFailure failure_of(const PlannedRun& run, const Prepared& prepared, const PreparedTest* test,
                      const std::exception& error);

}  // namespace genrebench
