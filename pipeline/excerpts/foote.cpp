// Foote's segmentation: boundaries by novelty, and sections of similar timbre as one cluster.

#include <algorithm>
#include <cmath>

#include "pipeline/excerpts/support/section_baseline.hpp"
#include "pipeline/excerpts/support/window_features.hpp"
#include "signal/segmentation/label_quality.hpp"
#include "signal/segmentation/novelty.hpp"

namespace genrebench {
namespace {

struct FooteOptions : ClusteringOptions {
  double window_s = 0.5;
  int n_mfcc = 20;
  double kernel_s = 32.0;
  double apart_s = 4.0;
  double threshold = 0.5;
};

const OptionTable<FooteOptions>& foote_options() {
  static const OptionTable<FooteOptions> options = [] {
    OptionTable<FooteOptions> t;
    using O = FooteOptions;
    t.number("window_s", &O::window_s, 0.05, 60.0, "Length of a window, in seconds.")
        .integer("n_mfcc", &O::n_mfcc, 1, 128,
                 "Cepstral coefficients of a window, the 0th included.")
        .number("kernel_s", &O::kernel_s, 1.0, 3600.0,
                "Width of the checkerboard, in seconds. A shorter one finds shorter sections.",
                "msaf: 66 beats")
        .number("apart_s", &O::apart_s, 0.1, 3600.0,
                "Least length of a section, in seconds: a boundary is the largest novelty so far "
                "around.")
        .number("threshold", &O::threshold, 0.0, 100.0,
                "A boundary's novelty exceeds the median around it by so many standard deviations.")
        .integer("clusters", &O::clusters, 1, 1000,
                 "Number of clusters of sections; auto: that of the largest silhouette.")
        .integer("max_clusters", &O::max_clusters, 2, 1000,
                 "Largest number that is tried if clusters is auto.");
    add_clustering_options(t);
    return t;
  }();
  return options;
}

/// Which of the sections that these boundaries cut each window is in.
std::vector<int> section_of_windows(const std::vector<int>& boundaries, Eigen::Index n) {
  std::vector<int> sections(static_cast<std::size_t>(n), 0);
  for (const int boundary : boundaries)
    for (auto i = static_cast<std::size_t>(boundary); i < sections.size(); ++i) ++sections[i];
  return sections;
}

/// Runs of sections that got one label stay apart: the boundary between them was found.
std::vector<ClusterSpan> labelled_sections(const std::vector<int>& sections,
                                           const std::vector<int>& labels, double window_s) {
  std::vector<ClusterSpan> spans = label_runs(sections, window_s);
  std::size_t window = 0;
  for (ClusterSpan& span : spans) {
    const int section = span.label;
    span.label = labels[window];
    while (window < sections.size() && sections[window] == section) ++window;
  }
  return spans;
}

class Foote final : public SectionBaseline {
 public:
  Foote(std::string recipe, const FooteOptions& options)
      : SectionBaseline(std::move(recipe), options), options_(options) {}

 private:
  SegmentationExample find(std::span<const float> samples, const std::string& what,
                           std::optional<int> clusters) const override {
    const SongWindows windows = lay_song_windows(samples, options_.window_s, 2, what);
    const auto in_windows = [&](double seconds) {
      return std::max(1, static_cast<int>(std::lround(seconds / windows.length_s)));
    };
    const Eigen::MatrixXd features =
        standardised(window_means(song_mfcc(samples, options_.n_mfcc), 512, windows));
    const Eigen::MatrixXd similarity = cosine_similarity(features);
    SegmentationExample example;
    const int half_width = in_windows(0.5 * options_.kernel_s);
    example.novelty = checkerboard_novelty(similarity, half_width);
    const std::vector<int> sections =
        section_of_windows(novelty_peaks(example.novelty, {.apart = in_windows(options_.apart_s),
                                                           .around = half_width,
                                                           .threshold = options_.threshold}),
                           windows.count);
    example.distances = (1.0 - similarity.array()).matrix();
    example.distance_name = "Cosine distance";
    example.labels = clusters_of(sections, features, clusters ? clusters : options_.clusters);
    example.window_starts_s = window_starts(sections.size(), windows.length_s);
    example.sections = labelled_sections(sections, example.labels, windows.length_s);
    return example;
  }

  /// k-means of the sections' mean features, each as often as it has windows.
  std::vector<int> clusters_of(const std::vector<int>& sections, const Eigen::MatrixXd& features,
                               std::optional<int> clusters) const {
    const int n_sections = sections.back() + 1;
    Eigen::MatrixXd means = Eigen::MatrixXd::Zero(features.rows(), n_sections);
    Eigen::VectorXd sizes = Eigen::VectorXd::Zero(n_sections);
    for (std::size_t i = 0; i < sections.size(); ++i) {
      means.col(sections[i]) += features.col(static_cast<Eigen::Index>(i));
      sizes[sections[i]] += 1.0;
    }
    means.array().rowwise() /= sizes.transpose().array();
    Eigen::MatrixXd points(std::ssize(sections), features.rows());
    for (std::size_t i = 0; i < sections.size(); ++i)
      points.row(static_cast<Eigen::Index>(i)) = means.col(sections[i]).transpose();
    // There are no more clusters than sections, whatever was asked for.
    if (clusters) clusters = std::min(*clusters, n_sections);
    return options_.labels_of(points, clusters, n_sections,
                              clusters ? Eigen::MatrixXd() : euclidean_distances(features));
  }

  FooteOptions options_;
};

}  // namespace

void register_foote(Registry& registry) {
  registry.excerpts.add(section_baseline<Foote>(
      {.name = "foote",
       .summary = "The largest cluster of Foote's segmentation: boundaries where a checkerboard "
                  "over the similarity of MFCC is high, then clusters of sections.",
       .source = "Foote, Automatic audio segmentation using a measure of audio novelty, ICME 2000"},
      foote_options()));
}

}  // namespace genrebench
