#pragma once
// What the segmentations that `sem` is compared with have in common: reading, figures, the largest
// cluster.

#include <Eigen/Core>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "harness/plugin/options.hpp"
#include "harness/plugin/registry.hpp"
#include "harness/plugin/sample_segmenter.hpp"
#include "harness/plugin/segmentation_example.hpp"
#include "pipeline/excerpts/support/largest_cluster.hpp"
#include "signal/audio/audio.hpp"

namespace genrebench {

/// How windows or sections are clustered, for a struct of options.
struct ClusteringOptions : LargestClusterOptions {
  std::optional<int> clusters;
  int max_clusters = 10;
  int restarts = 10;
  std::uint64_t seed = 0;

  std::uint64_t k_means_seed() const;

  /// Labels of points by k-means.
  /// @param points     n x dimensions
  /// @param k          the number of clusters; empty: that of the largest silhouette
  /// @param most       the largest number that is tried, if it is not more than max_clusters
  /// @param distances  n x n, of which the silhouette is
  std::vector<int> labels_of(const Eigen::MatrixXd& points, std::optional<int> k, int most,
                             const Eigen::MatrixXd& distances) const;
};

/// Declares `restarts`, `seed` and the options of the largest cluster, for a struct that derives
/// from ClusteringOptions.
template <typename Struct>
void add_clustering_options(OptionTable<Struct>& table) {
  table.integer("restarts", &Struct::restarts, 1, 1000, "Number of starts of k-means.")
      .seed("seed", &Struct::seed, "Seed of k-means.");
  add_largest_cluster_options(table);
}

/// A segmentation of samples at kWindowFeatureRate.
class SectionBaseline : public SampleSegmenter {
 public:
  /// @param recipe  as recipe_of()
  SectionBaseline(std::string recipe, const LargestClusterOptions& cut)
      : recipe_(std::move(recipe)), cut_(cut) {}

  std::string recipe() const final { return recipe_; }
  std::vector<ClusterSpan> segment(const std::filesystem::path& file,
                                   std::optional<int> clusters) const final;
  double segmentation_rate_hz(double file_rate_hz) const final;
  std::vector<ClusterSpan> segment_samples(std::span<const float> samples, double file_rate_hz,
                                           const std::string& what,
                                           std::optional<int> clusters) const final;
  SegmentationExample example(const std::filesystem::path& file,
                              std::optional<int> clusters) const final;
  std::vector<Region> choose_from(const TrackAudio& track,
                                  const std::vector<ClusterSpan>& sections) const final;

 private:
  /// The sections, and what the algorithm has of the rest of an example.
  /// @param what  the song's file, for messages
  /// @throws DataError  if the song is too short
  virtual SegmentationExample find(std::span<const float> samples, const std::string& what,
                                   std::optional<int> clusters) const = 0;

  std::string recipe_;
  LargestClusterOptions cut_;
};

/// What the sections of a plug-in depend on: its version, the decoder's and its options, but for
/// those of the excerpts that are cut from the sections.
std::string recipe_of(const PluginInfo& plugin, const OptionValues& values);

/// Starts of windows that follow each other.
std::vector<double> window_starts(std::size_t n, double window_s);

/// @throws DataError  naming the song, if it has fewer windows than the clusters asked for
void expect_windows_for(std::optional<int> clusters, std::size_t n_windows,
                        const std::string& what);

/// The entry of such a plug-in, whose options are declared with those of the largest cluster.
/// @tparam Baseline  made from a recipe and Options, which derive from LargestClusterOptions
template <typename Baseline, typename Options>
ExcerptPlugin section_baseline(PluginInfo info, const OptionTable<Options>& table) {
  info.options = table.schema();
  info.relies_on = {{"decoder", kDecoderVersion}};
  ExcerptPlugin plugin{info, {}};
  plugin.make = [info, &table](const OptionValues& values) {
    return std::make_unique<Baseline>(recipe_of(info, values), table.parse(values));
  };
  return plugin;
}

}  // namespace genrebench
