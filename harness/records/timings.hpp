#pragma once
// Which metrics say how long something took: they differ between two runs that are otherwise the
// same to the bit.

#include <string>
#include <vector>

namespace genrebench {

/// Their names: "seconds", "samples_per_second", "data_wait_s".
const std::vector<std::string>& timing_metric_names();

/// True if a metric of this name measures time, and so is no part of a run's result.
bool is_timing_metric(const std::string& name);

}  // namespace genrebench
