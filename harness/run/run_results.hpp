#pragma once
// What a run records of its data and of the predictions for its parts, whoever made them.

#include <map>
#include <string>

#include "harness/plan/plan.hpp"
#include "harness/run/evaluation.hpp"
#include "harness/run/run_data.hpp"
#include "harness/store/run_store.hpp"

namespace genrebench {

/// The parts of a run.
struct RunParts {
  const PartData& train;
  const PartData& valid;
  const PartData& test;
};

using RunFacts = std::map<std::string, std::string>;

/// Records the number of a dataset's tracks, and its notes.
void record_dataset(const Dataset& dataset, RunFacts& facts);

/// Records the dataset, the split and the sizes of its parts.
void record_data(const PlannedRun& run, const RunParts& parts, RunFacts& facts);

/// Records the size of the test part of a deformed run, whose other facts are those of its clean
/// run, and what deformed it.
void record_deformed_test(const PlannedRun& run, const Deformation& deformation,
                          const PartData& test, RunFacts& facts);

/// Adds the metrics of a part to a result and, unless it is the training part, its predictions.
/// @param data  with the truth of every predicted track
void add_part_result(const PlannedRun& run, Part part, const PartData& data,
                     const TrackPredictions& predictions, RunResult& result);

}  // namespace genrebench
