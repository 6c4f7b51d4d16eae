#pragma once
// Metrics that measure time. They differ between two runs that are otherwise equal to the bit.

#include <string>
#include <vector>

namespace genrebench {

/// Their names: "seconds", "samples_per_second", "data_wait_s".
const std::vector<std::string>& timing_metric_names();

/// True if a metric of this name measures time. Such metrics are ignored when results are compared.
bool is_timing_metric(const std::string& name);

}  // namespace genrebench
