#include "harness/experiment/pruning.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace genrebench {
namespace {

/// In the order of PruneMetric.
const std::vector<std::string>& metric_words() {
  static const std::vector<std::string> words = {"accuracy", "loss"};
  return words;
}

}  // namespace

const std::string& to_string(PruneMetric metric) {
  return metric_words().at(static_cast<std::size_t>(metric));
}

const OptionTable<PruneOptions>& prune_option_table() {
  static const OptionTable<PruneOptions> table = [] {
    OptionTable<PruneOptions> t;
    t.enumeration("kind", &PruneOptions::kind, {"none", "asha"},
                  "none: every run is trained to its end. asha: at certain epochs, the rungs, runs "
                  "are stopped whose value is not among the best of those that the experiment's "
                  "runs have had there so far; they are recorded as pruned, with the reason. asha "
                  "needs a method that is trained by epochs, and a validation part.",
                  "Li et al., MLSys 2020")
        .without_identity()
        .enumeration("metric", &PruneOptions::metric, metric_words(),
                     "What runs are compared by, on the validation part.")
        .without_identity()
        .integer("min_epochs", &PruneOptions::min_epochs, 1, 100000,
                 "The first rung, in epochs. Raise it where curves cross early.")
        .without_identity()
        .integer("reduction", &PruneOptions::reduction, 2, 1000,
                 "One run in `reduction` goes on from a rung, and each rung has `reduction` times "
                 "as many epochs as the one before.")
        .without_identity();
    return t;
  }();
  return table;
}

const OptionSchema& prune_option_schema() {
  static const OptionSchema schema = prune_option_table().schema();
  return schema;
}

bool is_rung(const PruneOptions& options, std::int64_t epoch) {
  std::int64_t rung = options.min_epochs;
  while (rung < epoch) rung *= options.reduction;
  return rung == epoch;
}

std::optional<std::string> why_prune(const PruneOptions& options, std::int64_t epoch, double value,
                                     const std::vector<double>& values) {
  const auto n_kept = std::ssize(values) / options.reduction;
  if (n_kept == 0) return std::nullopt;
  const bool low_is_good = options.metric == PruneMetric::loss;
  const auto n_better = std::count_if(values.begin(), values.end(), [&](double other) {
    return low_is_good ? other < value : other > value;
  });
  if (n_better < n_kept) return std::nullopt;
  return fmt::format(
      "validation {} {:.4g} at epoch {} is number {} of the {} there, of which {} {} on",
      to_string(options.metric), value, epoch, n_better + 1, values.size(), n_kept,
      n_kept == 1 ? "goes" : "go");
}

}  // namespace genrebench
