#include "harness/plan/same_runs.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "harness/records/short_id.hpp"

namespace genrebench {

void same_runs_or_throw(std::span<const PlannedRun> planned, std::span<const RunRecord> stored,
                        const std::string& where, const std::string& advice) {
  if (planned.size() != stored.size())
    throw DataError(fmt::format(
        "{}: expected {} different runs, found {}: some of them have the same id now; {}", where,
        stored.size(), planned.size(), advice));
  for (std::size_t i = 0; i < stored.size(); ++i) {
    if (planned[i].id == stored[i].id) continue;
    const bool same_data = planned[i].data->fingerprint == stored[i].dataset_fingerprint;
    throw DataError(
        fmt::format("{}: run {} would be another one now ({}), because {} since it was planned; {}",
                    where, short_id(stored[i].id, kLongerId), short_id(planned[i].id, kLongerId),
                    same_data ? "the program, or a file that its configuration names, changed"
                              : "the dataset changed",
                    advice));
  }
}

}  // namespace genrebench
