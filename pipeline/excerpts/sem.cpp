// The largest cluster of the SEM segmentation, on which the paper trains in place of the whole
// song.

#include <fmt/format.h>

#include "harness/plugin/registry.hpp"
#include "harness/plugin/sample_segmenter.hpp"
#include "harness/plugin/segmentation_example.hpp"
#include "pipeline/excerpts/support/largest_cluster.hpp"
#include "pipeline/excerpts/support/segmentation_example_of.hpp"
#include "pipeline/excerpts/support/segmentation_options.hpp"
#include "signal/audio/audio.hpp"

namespace genrebench {
namespace {

/// Raise it whenever the segmentation gives other sections: those that an older program cached are
/// then not used.
constexpr int kSegmentationVersion = 1;

struct SemExcerptOptions : SegmentationOptions, LargestClusterOptions {};

const OptionTable<SemExcerptOptions>& sem_options() {
  static const OptionTable<SemExcerptOptions> options = [] {
    OptionTable<SemExcerptOptions> t;
    add_segmentation_options(t);
    add_largest_cluster_options(t);
    return t;
  }();
  return options;
}

class Sem final : public SampleSegmenter {
 public:
  explicit Sem(const OptionValues& values) : options_(sem_options().parse(values)) {
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

  double segmentation_rate_hz(double file_rate_hz) const override {
    return analysis_rate_hz(options_, file_rate_hz);
  }

  std::vector<ClusterSpan> segment_samples(std::span<const float> samples, double file_rate_hz,
                                           const std::string& what,
                                           std::optional<int> clusters) const override {
    return genrebench::segment(samples, segmentation_rate_hz(file_rate_hz), with(clusters), what)
        .sections;
  }

  SegmentationExample example(const std::filesystem::path& file,
                              std::optional<int> clusters) const override {
    const SegmentationOptions options = with(clusters);
    const double rate_hz = analysis_rate_hz(options, probe_audio(file).sample_rate_hz);
    const std::vector<float> samples = read_audio(file, rate_hz);
    const Segmentation s = genrebench::segment(samples, rate_hz, options, file.string());
    SegmentationExample example = example_of(s);
    example.track = file.filename().string();
    add_signal(example, samples);
    return example;
  }

  std::vector<Region> choose_from(const TrackAudio& track,
                                  const std::vector<ClusterSpan>& sections) const override {
    return excerpts_of_largest_cluster(track, sections, options_);
  }

 private:
  SegmentationOptions with(std::optional<int> clusters) const {
    SegmentationOptions options = options_;
    if (clusters) options.clusters = clusters;
    return options;
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
        .options = sem_options().schema(),
        .relies_on = {{"decoder", kDecoderVersion}, {"segmentation", kSegmentationVersion}}},
       [](const OptionValues& values) { return std::make_unique<Sem>(values); }});
}

}  // namespace genrebench
