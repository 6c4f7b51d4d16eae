#pragma once
// Whether two stores have the same result of a run, bit by bit, times left out.

#include <cstdint>
#include <map>
#include <utility>

#include "harness/store/connection.hpp"
#include "harness/store/shared_rows.hpp"

namespace genrebench {

/// For a connection to one store with another one attached as `source`.
class ResultComparison {
 public:
  /// @param connection  outlives this object
  explicit ResultComparison(const Connection& connection)
      : connection_(connection), source_rows_(connection, "source") {}

  /// @param source, target  keys of the run in the stores
  bool same(std::int64_t source, std::int64_t target);

 private:
  bool same_metrics(std::int64_t source, std::int64_t target);
  bool same_predictions(std::int64_t source, std::int64_t target);
  bool same_lists(const Query& source, const Query& target);

  const Connection& connection_;
  SharedRows source_rows_;
  /// Lists of tracks that were compared, by their keys.
  std::map<std::pair<std::int64_t, std::int64_t>, bool> lists_;
};

}  // namespace genrebench
