#pragma once
// What `genrebench leaks` says: which groups each kind of split puts on two sides.

#include <cstdint>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <utility>
#include <vector>

#include "harness/data/open_dataset.hpp"
#include "harness/data/split_leaks.hpp"
#include "harness/experiment/load_experiment.hpp"
#include "harness/plugin/document.hpp"

namespace genrebench::cli {

/// Runs of an experiment on the same dataset and excerpts, with the splits that they could have.
struct LeakCase {
  RunSpec spec = {};
  std::vector<std::size_t> n_excerpts = {};
  std::shared_ptr<const OpenDataset> data = {};
  std::vector<LeakCheck> checks = {};  ///< of all seeds
  /// The splits and seeds of the experiment that are among the checks.
  std::vector<std::pair<PluginChoice, std::uint64_t>> own = {};
};

Table leak_table(const Experiment& experiment, const LeakCase& leaks);
nlohmann::ordered_json leak_json(const Experiment& experiment, const LeakCase& leaks);

}  // namespace genrebench::cli
