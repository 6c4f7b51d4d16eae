#include "harness/records/find_experiment.hpp"

#include <utility>
#include <vector>

#include "base/closest_name.hpp"
#include "base/error.hpp"

namespace genrebench {

ExperimentRecord find_experiment(const StoreReader& store, std::string_view name,
                                 std::string_view where) {
  std::vector<std::string> known;
  for (ExperimentRecord& record : store.experiments()) {
    if (record.name == name) return std::move(record);
    known.push_back(record.name);
  }
  throw ConfigError(unknown_name_message("experiment", name, where, known));
}

}  // namespace genrebench
