// McFee and Ellis' structural decomposition: windows that recur and windows that follow each other,
// in one graph.

#include <fmt/format.h>

#include <utility>

#include "base/error.hpp"
#include "pipeline/excerpts/support/section_baseline.hpp"
#include "pipeline/excerpts/support/window_features.hpp"
#include "signal/segmentation/label_quality.hpp"
#include "signal/segmentation/laplacian_structure.hpp"

namespace genrebench {
namespace {

struct SpectralExcerptOptions : ClusteringOptions {
  double window_s = 0.5;
  int n_mfcc = 13;
  std::optional<int> nearest;
  int apart = 3;
  int repetition = 7;
  int smoothing = 9;
  double mean_section_s = 8.0;
};

const OptionTable<SpectralExcerptOptions>& spectral_options() {
  static const OptionTable<SpectralExcerptOptions> options = [] {
    OptionTable<SpectralExcerptOptions> t;
    using O = SpectralExcerptOptions;
    const char* librosa = "librosa 0.11's example";
    t.number("window_s", &O::window_s, 0.05, 60.0,
             "Length of a window, in seconds, in place of the beats of the source.")
        .integer("n_mfcc", &O::n_mfcc, 1, 128,
                 "Cepstral coefficients, by which successive windows are linked.", librosa)
        .integer("nearest", &O::nearest, 1, 10000,
                 "Links of a window to those whose semitones are nearest; auto: two times the root "
                 "of their number.",
                 librosa)
        .integer("apart", &O::apart, 1, 1000,
                 "No such links between windows less than this far apart.", librosa)
        .integer("repetition", &O::repetition, 1, 999,
                 "Links along a diagonal of which the median is taken; odd. More asks for longer "
                 "repetitions.",
                 librosa)
        .integer("smoothing", &O::smoothing, 1, 999,
                 "Windows over which eigenvectors are smoothed by a median; odd.", librosa)
        .integer("clusters", &O::clusters, 1, 1000,
                 "k, the number of clusters; auto: that of the most evenly used labels.")
        .integer("max_clusters", &O::max_clusters, 2, 1000, "Largest k that is tried for auto.")
        .number("mean_section_s", &O::mean_section_s, 0.1, 3600.0,
                "Least mean length of a section for k to be chosen, in seconds.");
    add_clustering_options(t);
    return t;
  }();
  return options;
}

class Spectral final : public SectionBaseline {
 public:
  Spectral(std::string recipe, const SpectralExcerptOptions& options)
      : SectionBaseline(std::move(recipe), options), options_(options) {
    for (const auto& [name, value] :
         {std::pair("repetition", options.repetition), std::pair("smoothing", options.smoothing)})
      if (value % 2 == 0)
        throw ConfigError(fmt::format(
            "excerpt spectral: {}: expected an odd number of windows, found {}", name, value));
  }

 private:
  SegmentationExample find(std::span<const float> samples, const std::string& what,
                           std::optional<int> clusters) const override {
    const SongWindows windows = lay_song_windows(samples, options_.window_s, 2, what);
    if (!clusters) clusters = options_.clusters;
    const auto n = static_cast<std::size_t>(windows.count);
    expect_windows_for(clusters, n, what);
    const Eigen::MatrixXd harmony = semitone_levels(samples, windows);
    Structure structure = decompose_structure(
        harmony, window_means(song_mfcc(samples, options_.n_mfcc), 512, windows),
        {.nearest = options_.nearest,
         .apart = options_.apart,
         .repetition = options_.repetition,
         .smoothing = options_.smoothing,
         .clusters = clusters,
         .max_clusters = options_.max_clusters,
         .mean_section = options_.mean_section_s / windows.length_s,
         .restarts = options_.restarts,
         .seed = options_.k_means_seed()});
    SegmentationExample example;
    example.distances = euclidean_distances(harmony);
    example.distance_name = "Euclidean distance";
    example.adjacency = std::move(structure.adjacency);
    example.labels = std::move(structure.labels);
    example.eigenvalues.assign(structure.eigenvalues.begin(), structure.eigenvalues.end());
    example.window_starts_s = window_starts(n, windows.length_s);
    example.sections = label_runs(example.labels, windows.length_s);
    return example;
  }

  SpectralExcerptOptions options_;
};

}  // namespace

void register_spectral(Registry& registry) {
  registry.excerpts.add(section_baseline<Spectral>(
      {.name = "spectral",
       .summary = "The largest cluster of McFee and Ellis' structural decomposition: a graph of "
                  "windows that recur and windows that follow each other.",
       .source = "McFee and Ellis, Analyzing song structure with spectral clustering, ISMIR 2014"},
      spectral_options()));
}

}  // namespace genrebench
