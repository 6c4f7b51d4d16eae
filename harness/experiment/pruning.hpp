#pragma once
// Stops runs early whose validation curves fall behind those of the other runs of their experiment:
// successive halving over epochs. Source: Li et al., A System for Massively Parallel Hyperparameter
// Tuning, MLSys 2020 (ASHA). Unlike there, a run that is not promoted is stopped at once, and not
// kept waiting for the results of others.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/plugin/options.hpp"

namespace genrebench {

enum class PruneKind {
  none,  ///< every run is trained to its end
  asha   ///< at certain epochs, the rungs, the worse runs are stopped
};

/// What runs are compared by, on the validation part.
enum class PruneMetric { accuracy, loss };

/// The word of YAML, which is also the name of the metric in the store.
const std::string& to_string(PruneMetric metric);

/// What an experiment says under `prune`.
struct PruneOptions {
  PruneKind kind = PruneKind::none;
  PruneMetric metric = PruneMetric::accuracy;
  /// The first rung, in epochs, at least 1. Raise it where curves cross early.
  int min_epochs = 1;
  /// One run in `reduction` (at least 2) goes on from a rung, and each rung has `reduction` times
  /// as many epochs as the one before.
  int reduction = 3;

  bool on() const { return kind != PruneKind::none; }
};

const OptionTable<PruneOptions>& prune_option_table();
/// The schema of prune_option_table(), made once.
const OptionSchema& prune_option_schema();

/// What the dotted keys of PruneOptions start with.
inline constexpr std::string_view kPrunePrefix = "prune.";

/// True at min_epochs, min_epochs * reduction, min_epochs * reduction^2, ...
bool is_rung(const PruneOptions& options, std::int64_t epoch);

/// Decides whether a run goes on from a rung. It does where fewer than one value in `reduction` is
/// better than its own, or there are fewer than `reduction` values.
/// @param value   of the metric at the rung
/// @param values  of all runs that have reached the rung, this one included
/// @return        why the run is stopped; empty if it goes on
std::optional<std::string> why_prune(const PruneOptions& options, std::int64_t epoch, double value,
                                     const std::vector<double>& values);

}  // namespace genrebench
