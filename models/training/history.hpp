#pragma once
// The numbers of each epoch of a training, and which epoch is the best.

#include <cstdint>
#include <vector>

#include "harness/plugin/method.hpp"
#include "models/training/training_options.hpp"

namespace genrebench {

/// The result of a pass over examples.
struct Pass {
  double loss = 0.0;  ///< mean over the examples
  double accuracy = 0.0;
};

/// The numbers of one epoch. Checkpoints hold them as an array of kEpochNumbers doubles.
struct Epoch {
  Pass train, valid;
  double learning_rate = 0.0, gradient_norm = 0.0, seconds = 0.0, samples_per_second = 0.0,
         data_wait_s = 0.0;
};

inline constexpr std::size_t kEpochNumbers = 9;
static_assert(std::is_trivially_copyable_v<Epoch> &&
              sizeof(Epoch) == kEpochNumbers * sizeof(double));

/// @param select  Select::last: any epoch is better than an earlier one
/// @return  whether `now` is to be selected rather than `best`
bool is_better(const Epoch& now, const Epoch& best, TrainingOptions::Select select);

/// Adds the epoch's point to each curve.
/// @param number  of the epoch, counted from 1
void report_epoch(FitContext& context, std::int64_t number, const Epoch& epoch, bool has_valid);

}  // namespace genrebench
