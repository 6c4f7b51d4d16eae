// k-means of the MFCC around each window: the simplest segmentation that listens.

#include <algorithm>
#include <cmath>

#include "pipeline/excerpts/support/section_baseline.hpp"
#include "pipeline/excerpts/support/window_features.hpp"
#include "signal/segmentation/label_quality.hpp"

namespace genrebench {
namespace {

struct MfccKMeansOptions : ClusteringOptions {
  double window_s = 0.5;
  double context_s = 4.0;
  int n_mfcc = 20;
};

const OptionTable<MfccKMeansOptions>& mfcc_k_means_options() {
  static const OptionTable<MfccKMeansOptions> options = [] {
    OptionTable<MfccKMeansOptions> t;
    using O = MfccKMeansOptions;
    t.number("window_s", &O::window_s, 0.05, 60.0, "Length of a window, in seconds.")
        .number("context_s", &O::context_s, 0.0, 600.0,
                "A window is described by the means and deviations of MFCC, averaged over the "
                "windows in so many seconds around it. More gives longer sections.")
        .integer("n_mfcc", &O::n_mfcc, 1, 128, "Cepstral coefficients, the 0th included.")
        .integer("clusters", &O::clusters, 1, 1000,
                 "Number of clusters; auto: that of the largest silhouette.")
        .integer("max_clusters", &O::max_clusters, 2, 1000,
                 "Largest number that is tried if clusters is auto.");
    add_clustering_options(t);
    return t;
  }();
  return options;
}

class MfccKMeans final : public SectionBaseline {
 public:
  MfccKMeans(std::string recipe, const MfccKMeansOptions& options)
      : SectionBaseline(std::move(recipe), options), options_(options) {}

 private:
  SegmentationExample find(std::span<const float> samples, const std::string& what,
                           std::optional<int> clusters) const override {
    const SongWindows windows = lay_song_windows(samples, options_.window_s, 2, what);
    if (!clusters) clusters = options_.clusters;
    const auto n = static_cast<std::size_t>(windows.count);
    expect_windows_for(clusters, n, what);
    const auto reach =
        static_cast<Eigen::Index>(std::lround(0.5 * options_.context_s / windows.length_s));
    const Eigen::MatrixXd features = standardised(with_context(
        window_means(song_mfcc(samples, options_.n_mfcc), 512, windows, /*deviations=*/true),
        reach));
    const Eigen::MatrixXd points = features.transpose();
    SegmentationExample example;
    example.distances = euclidean_distances(features);
    example.distance_name = "Euclidean distance";
    example.labels =
        options_.labels_of(points, clusters, static_cast<int>(n) - 1, example.distances);
    example.window_starts_s = window_starts(n, windows.length_s);
    example.sections = label_runs(example.labels, windows.length_s);
    return example;
  }

  MfccKMeansOptions options_;
};

}  // namespace

void register_mfcc_k_means(Registry& registry) {
  registry.excerpts.add(section_baseline<MfccKMeans>(
      {.name = "mfcc_k_means",
       .summary = "The largest cluster of k-means on the MFCC around each window: a simple "
                  "segmentation that others are compared with."},
      mfcc_k_means_options()));
}

}  // namespace genrebench
