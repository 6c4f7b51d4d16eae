// The excerpts of `sem`, given the sections and from a real file.
#include <gtest/gtest.h>

#include "support/segmented_songs.hpp"

namespace genrebench {
namespace sem_excerpt_test {

using namespace testing::segmentation;
namespace fs = std::filesystem;

std::int64_t n_samples(const Region& region) {
  std::int64_t n = 0;
  for (const SampleRange& range : region) n += range.end - range.begin;
  return n;
}

class SemExcerpt : public SegmentationPipeline {
 protected:
  /// Cluster 1 has 4.5 s in two parts.
  const TrackAudio track_ = {.file = "song.wav", .sample_rate_hz = 1000.0, .n_samples = 10000};
  const std::vector<ClusterSpan> sections_ = {
      {0.0, 2.0, 0}, {2.0, 4.0, 1}, {4.0, 6.0, 2}, {6.0, 8.5, 1}, {8.5, 10.0, 2}};

  std::vector<Region> choose(const OptionValues& options) {
    return dynamic_cast<const SegmentingExcerpt&>(*sem(options)).choose_from(track_, sections_);
  }
};

TEST_F(SemExcerpt, GivesTheLargestClusterWholeInOrderOfTime) {
  EXPECT_EQ(choose({}), (std::vector<Region>{{{2000, 4000}, {6000, 8500}}}));
}

TEST_F(SemExcerpt, OrCutIntoExcerptsAcrossItsPartsTheRestDropped) {
  EXPECT_EQ(choose({{"excerpt_s", 1.5}}),
            (std::vector<Region>{{{2000, 3500}}, {{3500, 4000}, {6000, 7000}}, {{7000, 8500}}}));
  EXPECT_EQ(choose({{"excerpt_s", 2.0}}), (std::vector<Region>{{{2000, 4000}}, {{6000, 8000}}}));
  EXPECT_EQ(choose({{"excerpt_s", 4.5}}), choose({}));
  EXPECT_EQ(choose({{"excerpt_s", 1.5}, {"excerpts", std::int64_t{2}}}),
            (std::vector<Region>{{{2000, 3500}}, {{3500, 4000}, {6000, 7000}}}));
}

TEST_F(SemExcerpt, AShortClusterIsKeptOrTheTrackIsBad) {
  EXPECT_EQ(choose({{"excerpt_s", 5.0}}), choose({}));
  EXPECT_THROW_SAYING(choose({{"excerpt_s", 5.0}, {"short_cluster", std::string("skip")}}),
                      DataError, "song.wav", "4.50 s", "5 s");
}

TEST_F(SemExcerpt, SectionsBeyondTheTracksEndAreCutAndNoneAreABadTrack) {
  const auto excerpt = sem();
  const auto& segmenting = dynamic_cast<const SegmentingExcerpt&>(*excerpt);
  EXPECT_EQ(segmenting.choose_from(track_, {{0.0, 4.0, 0}, {4.0, 10.5, 1}}),
            (std::vector<Region>{{{4000, 10000}}}));
  EXPECT_THROW_SAYING(segmenting.choose_from(track_, {}), DataError, "song.wav", "empty");
  EXPECT_THROW_SAYING(segmenting.choose_from(track_, {{12.0, 14.0, 0}}), DataError, "song.wav");
}

TEST_F(SemExcerpt, TheFirstOfEqualClustersIsTaken) {
  const auto excerpt = sem();
  EXPECT_EQ(dynamic_cast<const SegmentingExcerpt&>(*excerpt).choose_from(
                track_, {{0.0, 5.0, 0}, {5.0, 10.0, 1}}),
            (std::vector<Region>{{{0, 5000}}}));
}

TEST_F(SemExcerpt, OfARealFileIsThePartThatRecurs) {
  add_song("song", 0, {{'A', 3.0}, {'B', 2.0}, {'A', 2.5}});
  const fs::path file = songs_.tracks()[0].audio;
  const auto regions =
      sem()->choose({.file = file, .sample_rate_hz = 22050.0, .n_samples = 7 * 22050 + 11025});
  ASSERT_EQ(regions.size(), 1u);
  ASSERT_EQ(regions[0].size(), 2u);
  EXPECT_EQ(regions[0][0].begin, 0);
  // Edges between successive windows smooth a boundary by a window.
  EXPECT_NEAR(static_cast<double>(regions[0][0].end), 3.0 * 22050, 0.26 * 22050);
  EXPECT_NEAR(static_cast<double>(n_samples(regions[0])), 5.5 * 22050, 0.51 * 22050);
}

TEST_F(SemExcerpt, ItsRecipeHoldsWhatTheSectionsDependOnAndNoMore) {
  const auto recipe = [&](const OptionValues& options) {
    const auto e = sem(options);
    return dynamic_cast<const SegmentingExcerpt&>(*e).recipe();
  };
  EXPECT_EQ(recipe({}), recipe({{"excerpt_s", 2.0},
                                {"excerpts", std::int64_t{3}},
                                {"short_cluster", std::string("skip")}}))
      << "one segmentation serves them all";
  EXPECT_NE(recipe({}), recipe({{"clusters", std::int64_t{3}}}));
  EXPECT_NE(recipe({}), recipe({{"seed", std::int64_t{3}}}));
}

}  // namespace sem_excerpt_test
}  // namespace genrebench
