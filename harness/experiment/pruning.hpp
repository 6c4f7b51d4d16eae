#pragma once
// Stopping runs early whose validation curves fall behind those of their experiment: successive
// halving over epochs. Source: Li et al., A System for Massively Parallel Hyperparameter Tuning,
// MLSys 2020 (ASHA); here a run that is not promoted ends, and does not wait for better company.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "harness/plugin/options.hpp"

namespace genrebench {

/// What an experiment says under `prune`.
struct PruneOptions {
  /// `none`: every run is trained to its end; `asha`: at certain epochs, the rungs, the worse runs
  /// end.
  std::string kind = "none";
  /// What is compared, on the validation part: `accuracy` or `loss`.
  std::string metric = "accuracy";
  /// The first rung, in epochs. Larger where curves cross early.
  int min_epochs = 1;
  /// One run in so many goes on from a rung; each rung is so many times as many epochs as the one
  /// before.
  int reduction = 3;

  bool on() const { return kind != "none"; }
};

const OptionTable<PruneOptions>& prune_option_table();

/// True at min_epochs, min_epochs * reduction, min_epochs * reduction^2, ...
bool is_rung(const PruneOptions& options, std::int64_t epoch);

/// Whether a run goes on from a rung: it does where fewer than one value in `reduction` is better
/// than its own, or there are fewer than `reduction` values.
/// @param value   of the metric at the rung
/// @param values  of all runs that have been there, this one included
/// @return        nothing where it goes on, else why it does not
std::optional<std::string> why_prune(const PruneOptions& options, std::int64_t epoch, double value,
                                     const std::vector<double>& values);

}  // namespace genrebench
