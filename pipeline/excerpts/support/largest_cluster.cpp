#include "pipeline/excerpts/support/largest_cluster.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"

namespace genrebench {
namespace {

/// The cluster that lasts longest; of equals, the first.
Region largest_cluster(const TrackAudio& track, const std::vector<ClusterSpan>& sections) {
  int n_clusters = 0;
  for (const ClusterSpan& section : sections) n_clusters = std::max(n_clusters, section.label + 1);
  std::vector<Region> clusters(static_cast<std::size_t>(n_clusters));
  std::vector<std::int64_t> sizes(clusters.size(), 0);
  const auto sample = [&](double second) {
    return std::clamp<std::int64_t>(std::llround(second * track.sample_rate_hz), 0,
                                    track.n_samples);
  };
  for (const ClusterSpan& section : sections) {
    const SampleRange range = {sample(section.start_s), sample(section.end_s)};
    if (range.begin >= range.end) continue;
    const auto cluster = static_cast<std::size_t>(section.label);
    clusters[cluster].push_back(range);
    sizes[cluster] += range.end - range.begin;
  }
  if (clusters.empty()) return {};
  return clusters[static_cast<std::size_t>(std::max_element(sizes.begin(), sizes.end()) -
                                           sizes.begin())];
}

/// Samples [begin, end) of the concatenation of ranges.
Region part(const Region& whole, std::int64_t begin, std::int64_t end) {
  Region result;
  std::int64_t position = 0;
  for (const SampleRange& range : whole) {
    const std::int64_t length = range.end - range.begin;
    const std::int64_t from = std::max(begin, position), to = std::min(end, position + length);
    if (from < to)
      result.push_back({range.begin + (from - position), range.begin + (to - position)});
    position += length;
  }
  return result;
}

}  // namespace

std::vector<Region> excerpts_of_largest_cluster(const TrackAudio& track,
                                                const std::vector<ClusterSpan>& sections,
                                                const LargestClusterOptions& options) {
  const Region cluster = largest_cluster(track, sections);
  std::int64_t available = 0;
  for (const SampleRange& range : cluster) available += range.end - range.begin;
  if (available == 0)
    throw DataError(fmt::format("{}: the segmentation is empty", track.file.string()));
  if (!options.excerpt_s) return {cluster};
  const std::int64_t length =
      std::max<std::int64_t>(1, std::llround(*options.excerpt_s * track.sample_rate_hz));
  std::vector<Region> excerpts;
  for (std::int64_t begin = 0; begin + length <= available; begin += length) {
    if (options.excerpts && std::ssize(excerpts) == *options.excerpts) break;
    excerpts.push_back(part(cluster, begin, begin + length));
  }
  if (!excerpts.empty()) return excerpts;
  if (options.short_cluster == ShortCluster::keep) return {cluster};
  throw DataError(
      fmt::format("{}: the largest cluster is {:.2f} s long, too short for one excerpt of {} s",
                  track.file.string(), static_cast<double>(available) / track.sample_rate_hz,
                  *options.excerpt_s));
}

}  // namespace genrebench
