#pragma once
// Refuses plans of which no run could have a result: parts of a split without tracks, excerpts
// longer than every track. Files are opened for their headers alone.

#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "harness/data/open_dataset.hpp"
#include "harness/experiment/run_spec.hpp"
#include "harness/plugin/registry.hpp"
#include "harness/plugin/split.hpp"

namespace genrebench {

/// Checks that tracks are in the training and the test part.
/// @throws ConfigError  naming the empty part, how many tracks the others have and what to change
void refuse_empty_parts(const Split& split);

/// Checks that excerpts fit. Remembers what it has seen of each file, so that runs share it.
class ExcerptFit {
 public:
  explicit ExcerptFit(const Registry& registry) : registry_(registry) {}

  /// Checks that some track of the training and of the test part gives an excerpt, and that divided
  /// excerpts are enough for each part. Opens files until one fits, which is mostly the first.
  /// Files that cannot be opened count as nothing: a run reports them. Checks nothing if excerpts
  /// are whole tracks, or are known only after segmentation.
  /// @param sample_rate_hz  of the features; 0: they come from a table
  /// @throws ConfigError  with what the excerpt says of the longest track
  void require(const RunSpec& spec, const OpenDataset& data, const Split& split,
               double sample_rate_hz);

 private:
  /// What a track gives.
  struct Seen {
    bool opened = false;
    double duration_s = 0.0;
    std::size_t n_excerpts = 0;
    std::string refusal = {};  ///< why it gives no excerpt
  };
  using Key = std::tuple<const OpenDataset*, PluginChoice, double>;
  using SeenTracks = std::vector<std::optional<Seen>>;

  const Seen& look_at(std::size_t track, const Key& key, const Excerpt& excerpt, SeenTracks& seen);

  const Registry& registry_;
  std::map<Key, SeenTracks> seen_;
};

}  // namespace genrebench
