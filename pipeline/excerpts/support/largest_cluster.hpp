#pragma once
// What every excerpt plug-in that segments does with its sections: it takes the largest cluster,
// whole or cut into excerpts.

#include <optional>
#include <vector>

#include "harness/plugin/excerpt.hpp"
#include "harness/plugin/options.hpp"

namespace genrebench {

/// What becomes of a track whose largest cluster is shorter than an excerpt.
enum class ShortCluster { keep, skip };

struct LargestClusterOptions {
  std::optional<double> excerpt_s;
  std::optional<int> excerpts;
  ShortCluster short_cluster = ShortCluster::keep;
};

/// Declares the options, for a struct that derives from LargestClusterOptions.
template <typename Struct>
void add_largest_cluster_options(OptionTable<Struct>& table) {
  using S = Struct;
  table
      .number("excerpt_s", &S::excerpt_s, 0.05, 3600.0,
              "Length of an excerpt, in seconds. The largest cluster is cut into excerpts, and its "
              "remainder is dropped; auto: the largest cluster is one excerpt.",
              "the authors' script: 30 s")
      .integer("excerpts", &S::excerpts, 1, 100000,
               "Largest number of excerpts per track; the first ones are taken. auto: all.")
      .enumeration("short_cluster", &S::short_cluster, {"keep", "skip"},
                   "What happens when the largest cluster is shorter than excerpt_s. keep: it is "
                   "one shorter excerpt. skip: the track is reported as bad, as the authors' "
                   "script leaves such tracks out.");
}

/// The excerpts of the cluster that lasts longest; of equals, of the first.
/// @throws DataError  if no section has a sample, or the cluster is too short and such are skipped
std::vector<Region> excerpts_of_largest_cluster(const TrackAudio& track,
                                                const std::vector<ClusterSpan>& sections,
                                                const LargestClusterOptions& options);

}  // namespace genrebench
