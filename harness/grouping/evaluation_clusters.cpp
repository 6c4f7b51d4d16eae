#include "harness/grouping/evaluation_clusters.hpp"

#include <algorithm>

#include "harness/grouping/grouping.hpp"

namespace genrebench {

std::string evaluation_cluster_kind(const Dataset& dataset) {
  const std::vector<std::string> known = known_kinds(dataset);
  if (known.empty()) return {};
  if (std::ranges::find(known, "artist") != known.end()) return "artist";
  return usual_kinds(dataset).front();
}

std::vector<std::string> evaluation_clusters(const Dataset& dataset) {
  const std::string kind = evaluation_cluster_kind(dataset);
  if (kind.empty()) return std::vector<std::string>(dataset.tracks().size());
  std::vector<std::string> result = group_names(dataset, kind);
  const std::vector<std::string> known = known_kinds(dataset);
  if (kind == "artist" && std::ranges::find(known, "song") != known.end()) {
    const std::vector<std::string> songs = group_names(dataset, "song");
    for (std::size_t t = 0; t < result.size(); ++t)
      if (result[t].empty()) result[t] = songs[t];
  }
  return result;
}

}  // namespace genrebench
