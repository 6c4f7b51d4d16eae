#pragma once
// What the segmentations that `sem` is compared with have in common: reading, figures, the largest
// cluster.

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "harness/plugin/excerpt.hpp"
#include "harness/plugin/options.hpp"
#include "harness/plugin/registry.hpp"
#include "harness/plugin/segmentation_example.hpp"
#include "pipeline/excerpts/support/largest_cluster.hpp"
#include "signal/audio/audio.hpp"

namespace genrebench {

/// A segmentation of samples at kWindowFeatureRate.
class SectionBaseline : public SegmentingExcerpt {
 public:
  /// @param recipe  as recipe_of()
  SectionBaseline(std::string recipe, const LargestClusterOptions& cut)
      : recipe_(std::move(recipe)), cut_(cut) {}

  std::string recipe() const final { return recipe_; }
  std::vector<ClusterSpan> segment(const std::filesystem::path& file,
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
