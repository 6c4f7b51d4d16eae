#include "harness/run/permuted_genres.hpp"

#include <algorithm>
#include <map>
#include <span>

#include "base/random.hpp"

namespace genrebench {

std::vector<int> permuted_genres(const std::vector<int>& genres,
                                 const std::vector<std::string>& clusters, const Split& split,
                                 std::uint64_t seed) {
  std::vector<std::vector<std::size_t>> members;  // tracks by cluster, in order of their first one
  std::map<std::string, std::size_t> places;
  std::vector<int> line;  // the genres to give out
  for (std::size_t t = 0; t < genres.size(); ++t) {
    if (split.parts[t] == Part::none) continue;
    line.push_back(genres[t]);
    const bool known = t < clusters.size() && !clusters[t].empty();
    const std::size_t place =
        known ? places.try_emplace(clusters[t], members.size()).first->second : members.size();
    if (place == members.size()) members.emplace_back();
    members[place].push_back(t);
  }
  // Clusters in random order are laid along the tracks in order of their genre. Each takes the
  // genre at its middle, so genres of many tracks are given to many.
  std::sort(line.begin(), line.end());
  Random random(seed);
  random.shuffle(std::span<std::vector<std::size_t>>(members));
  std::vector<int> result = genres;
  std::size_t begin = 0;
  for (const std::vector<std::size_t>& cluster : members) {
    for (const std::size_t t : cluster) result[t] = line[begin + cluster.size() / 2];
    begin += cluster.size();
  }
  return result;
}

}  // namespace genrebench
