#pragma once
// What the store keeps of the tracks of a plan's datasets.

#include <vector>

#include "harness/plan/plan.hpp"
#include "harness/records/run_records.hpp"

namespace genrebench {

/// The datasets of the runs, each once. The duration of a track is known if it is a span with an
/// end: planning does not decode files. Paths are absolute.
std::vector<DatasetRecord> dataset_records(const Plan& plan);

}  // namespace genrebench
