#include "pipeline/excerpts/support/section_baseline.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/random.hpp"
#include "pipeline/excerpts/support/segmentation_example_of.hpp"
#include "pipeline/excerpts/support/window_features.hpp"
#include "signal/segmentation/label_quality.hpp"
#include "signal/segmentation/mds.hpp"
#include "signal/segmentation/spectral_clustering.hpp"

namespace genrebench {

std::uint64_t ClusteringOptions::k_means_seed() const { return derive_seed(seed, "k-means"); }

std::vector<int> ClusteringOptions::labels_of(const Eigen::MatrixXd& points, std::optional<int> k,
                                              int most, const Eigen::MatrixXd& distances) const {
  const auto label = [&](int n_clusters) {
    return k_means_labels(points,
                          {.clusters = n_clusters, .restarts = restarts, .seed = k_means_seed()});
  };
  if (k) return label(*k);
  return best_labels(std::min(max_clusters, most), static_cast<std::size_t>(points.rows()), label,
                     [&](const std::vector<int>& labels) { return silhouette(distances, labels); });
}

std::vector<ClusterSpan> SectionBaseline::segment(const std::filesystem::path& file,
                                                  std::optional<int> clusters) const {
  return find(read_audio(file, kWindowFeatureRate), file.string(), clusters).sections;
}

double SectionBaseline::segmentation_rate_hz(double) const { return kWindowFeatureRate; }

std::vector<ClusterSpan> SectionBaseline::segment_samples(std::span<const float> samples, double,
                                                          const std::string& what,
                                                          std::optional<int> clusters) const {
  return find(samples, what, clusters).sections;
}

SegmentationExample SectionBaseline::example(const std::filesystem::path& file,
                                             std::optional<int> clusters) const {
  const std::vector<float> samples = read_audio(file, kWindowFeatureRate);
  SegmentationExample example = find(samples, file.string(), clusters);
  example.track = file.filename().string();
  example.duration_s = static_cast<double>(samples.size()) / kWindowFeatureRate;
  if (example.distances.size() > 0) example.points = classical_scaling(example.distances);
  add_signal(example, samples);
  return example;
}

std::vector<Region> SectionBaseline::choose_from(const TrackAudio& track,
                                                 const std::vector<ClusterSpan>& sections) const {
  return excerpts_of_largest_cluster(track, sections, cut_);
}

std::string recipe_of(const PluginInfo& plugin, const OptionValues& values) {
  OptionTable<LargestClusterOptions> cut;
  add_largest_cluster_options(cut);
  const OptionSchema of_cut = cut.schema();
  std::string recipe = version_text(plugin) + "\n";
  for (const OptionInfo& option : plugin.options.options())
    if (of_cut.find(option.name) == nullptr)
      recipe += fmt::format("{}={}\n", option.name, to_string(values.at(option.name)));
  return recipe;
}

std::vector<double> window_starts(std::size_t n, double window_s) {
  std::vector<double> starts(n);
  for (std::size_t i = 0; i < n; ++i) starts[i] = static_cast<double>(i) * window_s;
  return starts;
}

void expect_windows_for(std::optional<int> clusters, std::size_t n_windows,
                        const std::string& what) {
  if (clusters && static_cast<std::size_t>(*clusters) > n_windows)
    throw DataError(
        fmt::format("{}: {} windows, too few for {} clusters", what, n_windows, *clusters));
}

}  // namespace genrebench
