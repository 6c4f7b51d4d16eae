// The segmentations that `sem` is compared with, on real files.
#include <gtest/gtest.h>

#include "harness/data/section_scores.hpp"
#include "support/segmented_songs.hpp"

namespace genrebench {
namespace section_baselines_test {

using namespace testing::segmentation;
namespace fs = std::filesystem;

std::vector<Section> labelled(const std::vector<ClusterSpan>& spans) {
  std::vector<Section> sections;
  for (const ClusterSpan& span : spans)
    sections.push_back({span.start_s, span.end_s, std::to_string(span.label)});
  return sections;
}

class SectionBaselines : public SegmentationPipeline {
 protected:
  std::unique_ptr<Excerpt> make(const std::string& name, const OptionValues& options = {}) {
    const ExcerptPlugin& plugin = registry_.excerpts.get(name, "test");
    return plugin.make(plugin.options.resolve(options, "test"));
  }
  std::vector<ClusterSpan> sections(const std::string& name, const fs::path& file,
                                    const OptionValues& options = {},
                                    std::optional<int> clusters = std::nullopt) {
    const auto excerpt = make(name, options);
    return dynamic_cast<const SegmentingExcerpt&>(*excerpt).segment(file, clusters);
  }
  /// A B A C, 40 s; the tests' own sounds.
  fs::path add_long_song() {
    add_song("long", 0, {{'A', 12.0}, {'B', 9.0}, {'A', 8.0}, {'C', 11.0}});
    return songs_.tracks()[0].audio;
  }
};

TEST_F(SectionBaselines, ThoseThatListenFindPartsThatSoundDifferent) {
  const fs::path file = add_long_song();
  const std::vector<Section> truth = songs_.sections(songs_.tracks()[0]);
  const OptionValues short_kernel = {{"kernel_s", 8.0}};
  for (const auto& [name, options] : std::map<std::string, OptionValues>{
           {"foote", short_kernel}, {"mfcc_k_means", {}}, {"spectral", {}}}) {
    const SectionScores known = score_sections(truth, labelled(sections(name, file, options, 3)));
    EXPECT_GT(known.adjusted_rand, 0.7) << name;
    EXPECT_GT(known.trimmed_3.f, 0.8) << name;
    const SectionScores chosen = score_sections(truth, labelled(sections(name, file, options)));
    EXPECT_GT(chosen.adjusted_rand, 0.5) << name << ", number of clusters not told";
  }
}

TEST_F(SectionBaselines, WholeIsOneSectionAndUniformOnesAreEquallyLong) {
  const fs::path file = add_long_song();
  const auto whole = sections("whole", file);
  ASSERT_EQ(whole.size(), 1u);
  EXPECT_EQ(whole[0].start_s, 0.0);
  EXPECT_NEAR(whole[0].end_s, 40.0, 1e-3);
  const auto uniform = sections("uniform", file, {{"section_s", 11.0}});
  ASSERT_EQ(uniform.size(), 4u);
  for (int i = 0; i < 4; ++i) {
    EXPECT_NEAR(uniform[static_cast<std::size_t>(i)].start_s, 10.0 * i, 1e-3);
    EXPECT_EQ(uniform[static_cast<std::size_t>(i)].label, i);
  }
  const auto in_turn = sections("uniform", file, {{"section_s", 11.0}}, 3);
  ASSERT_EQ(in_turn.size(), 4u);
  EXPECT_EQ(in_turn[2].label, 2);
  EXPECT_EQ(in_turn[3].label, 0);
  EXPECT_EQ(sections("uniform", file, {}, 7).size(), 7u) << "one of each cluster at least";
}

TEST_F(SectionBaselines, ExamplesShowWhatTheSectionsAreMadeFrom) {
  const fs::path file = add_long_song();
  for (const char* name : {"foote", "mfcc_k_means", "spectral", "uniform", "whole"}) {
    const auto excerpt = make(name);
    const auto& segmenting = dynamic_cast<const SegmentingExcerpt&>(*excerpt);
    const SegmentationExample example = segmenting.example(file);
    EXPECT_EQ(example.sections, segmenting.segment(file)) << name;
    EXPECT_EQ(example.track, "long.wav");
    EXPECT_NEAR(example.duration_s, 40.0, 1e-3);
    EXPECT_GE(example.minimum.size(), 800u);
    const auto n = static_cast<Eigen::Index>(example.window_starts_s.size());
    EXPECT_EQ(example.distances.rows(), n) << name;
    EXPECT_EQ(example.points.rows(), n) << name;
    EXPECT_EQ(std::ssize(example.labels), n) << name;
    EXPECT_EQ(example.distance_name.empty(), n == 0) << name;
    EXPECT_EQ(std::ssize(example.novelty), std::string(name) == "foote" ? n : 0) << name;
    const SegmentationExample read = segmentation_example_from_json(to_json(example));
    EXPECT_EQ(read.distance_name, example.distance_name);
    EXPECT_EQ(read.novelty.size(), example.novelty.size());
  }
}

TEST_F(SectionBaselines, TheRecipeHoldsWhatTheSectionsDependOnAndNoMore) {
  for (const char* name : {"foote", "mfcc_k_means", "spectral", "uniform", "whole"}) {
    const auto recipe = [&](const OptionValues& options) {
      const auto excerpt = make(name, options);
      return dynamic_cast<const SegmentingExcerpt&>(*excerpt).recipe();
    };
    EXPECT_EQ(recipe({}), recipe({{"excerpt_s", 2.0}, {"excerpts", std::int64_t{3}}})) << name;
    if (std::string(name) == "whole") continue;
    EXPECT_NE(recipe({}), recipe({{"clusters", std::int64_t{3}}})) << name;
  }
}

TEST_F(SectionBaselines, ASongThatIsTooShortIsABadTrack) {
  add_song("short", 0, {{'A', 0.7}});
  add_song("six", 0, {{'A', 3.0}, {'B', 3.0}});
  for (const char* name : {"foote", "mfcc_k_means", "spectral"}) {
    EXPECT_THROW_SAYING(sections(name, songs_.tracks()[0].audio), DataError, "short.wav", "0.70 s");
    EXPECT_FALSE(sections(name, songs_.tracks()[1].audio).empty()) << name;
  }
  EXPECT_THROW_SAYING(sections("spectral", songs_.tracks()[1].audio, {}, 40), DataError, "six.wav",
                      "40 clusters");
  EXPECT_THROW_SAYING(make("spectral", {{"repetition", std::int64_t{4}}}), ConfigError,
                      "repetition", "odd", "4");
}

TEST_F(SectionBaselines, SilenceIsASongToo) {
  const fs::path file = folder_ / "silence.wav";
  write_wav(file, std::vector<float>(static_cast<std::size_t>(20 * kRateHz), 0.0f), kRateHz);
  for (const char* name : {"foote", "mfcc_k_means", "spectral", "uniform", "whole"})
    EXPECT_NEAR(sections(name, file).back().end_s, 20.0, 0.51) << name;
}

}  // namespace section_baselines_test
}  // namespace genrebench
