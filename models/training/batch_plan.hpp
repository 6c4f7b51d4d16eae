#pragma once
// How many steps each epoch of a training has, where batch sizes may change from epoch to epoch.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "models/training/schedules.hpp"
#include "models/training/training_options.hpp"

namespace genrebench {

class BatchPlan {
 public:
  /// @param n  number of items of an epoch, at least 1
  /// @throws ConfigError  naming the method: an entry of batch_sizes is not epoch:size, or a batch
  /// would be larger than n
  BatchPlan(const std::string& method, const TrainingOptions& options, std::size_t n);

  /// @param epoch  counted from 1
  std::size_t batch_size(std::int64_t epoch) const;
  std::int64_t steps(std::int64_t epoch) const;
  /// Steps of all epochs before this one.
  std::int64_t steps_before(std::int64_t epoch) const;

  /// Learning rate and momentum of a step.
  /// @param position  of the step in its epoch, counted from 0
  Rates rates(std::int64_t epoch, std::int64_t position) const;

 private:
  const TrainingOptions& options_;
  std::size_t n_;
  std::map<std::int64_t, std::size_t> sizes_;  ///< by the first epoch
};

/// The sizes of `batch_sizes` by their first epoch.
/// @throws ConfigError  naming the method: an entry is not epoch:size, or an epoch is given twice
std::map<std::int64_t, std::size_t> parse_batch_sizes(const std::string& method,
                                                      const std::vector<std::string>& entries);

}  // namespace genrebench
