// The largest cluster of the SEM segmentation, on which the paper trains in place of the whole
// song.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "harness/plugin/registry.hpp"
#include "harness/plugin/segmentation_example.hpp"
#include "pipeline/excerpts/support/segmentation_example_of.hpp"
#include "pipeline/excerpts/support/segmentation_options.hpp"
#include "signal/audio/audio.hpp"

namespace genrebench {
namespace {

/// Raise it whenever the segmentation gives other sections: those that an older program cached are
/// then not used.
constexpr int kSegmentationVersion = 1;

/// What becomes of a track whose largest cluster is shorter than an excerpt.
enum class ShortCluster { keep, skip };

struct SemExcerptOptions : SegmentationOptions {
  std::optional<double> excerpt_s;
  std::optional<int> excerpts;
  ShortCluster short_cluster = ShortCluster::keep;
};

const OptionTable<SemExcerptOptions>& option_table() {
  static const OptionTable<SemExcerptOptions> options = [] {
    OptionTable<SemExcerptOptions> t;
    add_segmentation_options(t);
    t.number("excerpt_s", &SemExcerptOptions::excerpt_s, 0.05, 3600.0,
             "Length of an excerpt, in seconds. The largest cluster is cut into excerpts, and its "
             "remainder is dropped; auto: the largest cluster is one excerpt.",
             "the authors' script: 30 s")
        .integer("excerpts", &SemExcerptOptions::excerpts, 1, 100000,
                 "Largest number of excerpts per track; the first ones are taken. auto: all.")
        .enumeration("short_cluster", &SemExcerptOptions::short_cluster, {"keep", "skip"},
                     "What happens when the largest cluster is shorter than excerpt_s. keep: it is "
                     "one shorter excerpt. skip: the track is reported as bad, as the authors' "
                     "script leaves such tracks out.");
    return t;
  }();
  return options;
}

class Sem final : public SegmentingExcerpt {
 public:
  explicit Sem(const OptionValues& values) : options_(option_table().parse(values)) {
    recipe_ =
        fmt::format("sem version {}, decoder version {}\n", kSegmentationVersion, kDecoderVersion);
    for (const OptionInfo& option : segmentation_table().schema().options())
      recipe_ += fmt::format("{}={}\n", option.name, to_string(values.at(option.name)));
  }

  std::string recipe() const override { return recipe_; }

  std::vector<ClusterSpan> segment(const std::filesystem::path& file,
                                   std::optional<int> clusters) const override {
    return segment_file(file, with(clusters)).sections;
  }

  SegmentationExample example(const std::filesystem::path& file,
                              std::optional<int> clusters) const override {
    const SegmentationOptions options = with(clusters);
    const double rate_hz = analysis_rate_hz(options, probe_audio(file).sample_rate_hz);
    const std::vector<float> samples = read_audio(file, rate_hz);
    const Segmentation s = genrebench::segment(samples, rate_hz, options, file.string());
    SegmentationExample example = example_of(s);
    example.track = file.filename().string();
    const std::size_t column = std::max<std::size_t>(1, samples.size() / 800);
    for (std::size_t begin = 0; begin < samples.size(); begin += column) {
      const auto [low, high] = std::minmax_element(
          samples.begin() + static_cast<std::ptrdiff_t>(begin),
          samples.begin() + static_cast<std::ptrdiff_t>(std::min(begin + column, samples.size())));
      example.minimum.push_back(*low);
      example.maximum.push_back(*high);
    }
    return example;
  }

  std::vector<Region> choose_from(const TrackAudio& track,
                                  const std::vector<ClusterSpan>& sections) const override {
    const Region cluster = largest_cluster(track, sections);
    std::int64_t available = 0;
    for (const SampleRange& range : cluster) available += range.end - range.begin;
    if (available == 0)
      throw DataError(fmt::format("{}: the segmentation is empty", track.file.string()));
    if (!options_.excerpt_s) return {cluster};
    const std::int64_t length =
        std::max<std::int64_t>(1, std::llround(*options_.excerpt_s * track.sample_rate_hz));
    std::vector<Region> excerpts;
    for (std::int64_t begin = 0; begin + length <= available; begin += length) {
      if (options_.excerpts && std::ssize(excerpts) == *options_.excerpts) break;
      excerpts.push_back(part(cluster, begin, begin + length));
    }
    if (!excerpts.empty()) return excerpts;
    if (options_.short_cluster == ShortCluster::keep) return {cluster};
    throw DataError(
        fmt::format("{}: the largest cluster is {:.2f} s long, too short for one excerpt of {} s",
                    track.file.string(), static_cast<double>(available) / track.sample_rate_hz,
                    *options_.excerpt_s));
  }

 private:
  SegmentationOptions with(std::optional<int> clusters) const {
    SegmentationOptions options = options_;
    if (clusters) options.clusters = clusters;
    return options;
  }

  /// The cluster that lasts longest; of equals, the first.
  static Region largest_cluster(const TrackAudio& track, const std::vector<ClusterSpan>& sections) {
    int n_clusters = 0;
    for (const ClusterSpan& section : sections)
      n_clusters = std::max(n_clusters, section.label + 1);
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
  static Region part(const Region& whole, std::int64_t begin, std::int64_t end) {
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

  SemExcerptOptions options_;
  std::string recipe_;
};

}  // namespace

void register_sem(Registry& registry) {
  registry.excerpts.add(
      {{.name = "sem",
        .summary = "The largest cluster of the SEM segmentation (Algorithms 1 to 4), whole or cut "
                   "into excerpts that vote.",
        .source = "the paper, section 5",
        .options = option_table().schema(),
        .relies_on = {{"decoder", kDecoderVersion}, {"segmentation", kSegmentationVersion}}},
       [](const OptionValues& values) { return std::make_unique<Sem>(values); }});
}

}  // namespace genrebench
