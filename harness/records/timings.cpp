#include "harness/records/timings.hpp"

#include <algorithm>

namespace genrebench {

const std::vector<std::string>& timing_metric_names() {
  static const std::vector<std::string> names = {"seconds", "samples_per_second", "data_wait_s"};
  return names;
}

bool is_timing_metric(const std::string& name) {
  const std::vector<std::string>& names = timing_metric_names();
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace genrebench
