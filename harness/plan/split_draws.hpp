#pragma once
// The splits of a plan, drawn for all of its seeds at once.

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "harness/data/open_dataset.hpp"
#include "harness/experiment/run_spec.hpp"
#include "harness/plugin/registry.hpp"
#include "harness/plugin/split.hpp"

namespace genrebench {

/// A split, and what it puts into the ids of its runs.
struct DrawnSplit {
  std::shared_ptr<const Split> split;
  std::string division;  ///< division_hash()
};

/// Draws the splits of the runs of one plan. What seeds share is prepared once, and the seeds are
/// drawn on all processors, as soon as the first of them is asked for.
class SplitDraws {
 public:
  /// @param runs  all that will be asked for; others are drawn as well
  SplitDraws(const Registry& registry, const std::vector<RunSpec>& runs);

  /// @param data  the run's dataset, which outlives this
  /// @throws ConfigError  if the split cannot be drawn, leaves a part empty or trains one genre
  const DrawnSplit& of(const RunSpec& spec, const OpenDataset& data);

 private:
  /// One split of one dataset.
  struct Seeds {
    std::unique_ptr<const Splitter> splitter;
    std::unique_ptr<const PreparedSplit> prepared;
    std::map<std::uint64_t, DrawnSplit> drawn;
  };
  using Key = std::tuple<const OpenDataset*, PluginChoice>;

  Seeds& seeds_of(const RunSpec& spec, const OpenDataset& data);

  const Registry& registry_;
  std::map<PluginChoice, std::vector<std::uint64_t>> wanted_;
  std::map<Key, Seeds> known_;
  std::map<Key, Seeds>::iterator last_ = known_.end();
};

}  // namespace genrebench
