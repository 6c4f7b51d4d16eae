#include "harness/experiment/pruning.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace genrebench {

const OptionTable<PruneOptions>& prune_option_table() {
  static const OptionTable<PruneOptions> table = [] {
    OptionTable<PruneOptions> t;
    t.choice("kind", &PruneOptions::kind, {"none", "asha"},
             "none: every run is trained to its end. asha: at certain epochs, the rungs, runs end "
             "whose value is not among the best of those that the experiment's runs had there so "
             "far; they are recorded as pruned, with the reason. For methods that are trained by "
             "epochs, with a validation part.",
             "Li et al., MLSys 2020")
        .without_identity()
        .choice("metric", &PruneOptions::metric, {"accuracy", "loss"},
                "What is compared, on the validation part.")
        .without_identity()
        .integer("min_epochs", &PruneOptions::min_epochs, 1, 100000,
                 "The first rung, in epochs. Larger where curves cross early.")
        .without_identity()
        .integer("reduction", &PruneOptions::reduction, 2, 1000,
                 "One run in so many goes on from a rung; each rung is so many times as many "
                 "epochs as the one before.")
        .without_identity();
    return t;
  }();
  return table;
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
  const bool low_is_good = options.metric == "loss";
  const auto n_better = std::count_if(values.begin(), values.end(), [&](double other) {
    return low_is_good ? other < value : other > value;
  });
  if (n_better < n_kept) return std::nullopt;
  return fmt::format(
      "validation {} {:.4g} at epoch {} is number {} of the {} there, of which {} {} on",
      options.metric, value, epoch, n_better + 1, values.size(), n_kept,
      n_kept == 1 ? "goes" : "go");
}

}  // namespace genrebench
