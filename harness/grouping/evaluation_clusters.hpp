#pragma once
// Which test tracks depend on each other.

#include <string>
#include <vector>

#include "harness/plugin/dataset.hpp"

namespace genrebench {

/// The cluster of each track: answers for tracks of one cluster are not independent, which
/// intervals over test tracks have to take into account. The cluster is the track's artist, under
/// the first spelling that the dataset has, if the dataset knows artists; otherwise the track's
/// group of the first kind that the dataset names as usual. If the artist of a track is not known,
/// its cluster is its song. Empty: not known.
std::vector<std::string> evaluation_clusters(const Dataset& dataset);

/// The kind of group that evaluation_clusters() names: "artist"; empty if the dataset knows no
/// groups.
std::string evaluation_cluster_kind(const Dataset& dataset);

}  // namespace genrebench
