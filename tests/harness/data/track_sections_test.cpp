#include "harness/data/track_sections.hpp"

#include <gtest/gtest.h>

#include "signal/audio/multi_rate_reader.hpp"
#include "support/segmented_songs.hpp"

namespace genrebench {
namespace track_sections_test {

using namespace testing::segmentation;

class TrackSections : public SegmentationPipeline {
 protected:
  TrackSections() { add_song("song", 0, {{'A', 3.0}, {'B', 2.0}, {'A', 2.5}}); }
  const Track& track() const { return songs_.tracks()[0]; }
  std::unique_ptr<Excerpt> excerpt(const std::string& name, const OptionValues& options = {}) {
    const ExcerptPlugin& plugin = registry_.excerpts.get(name, "test");
    return plugin.make(plugin.options.resolve(options, "test"));
  }
};

TEST_F(TrackSections, AreThoseThatEachPluginFindsAlone) {
  const auto sem_plugin = sem(), foote_plugin = excerpt("foote");
  SectionCache by_sem(dynamic_cast<const SegmentingExcerpt&>(*sem_plugin), {}, hashes_),
      by_foote(dynamic_cast<const SegmentingExcerpt&>(*foote_plugin), {}, hashes_);
  const std::string hash = hashes_(track().audio);
  const std::size_t before = n_decoded_files();
  find_sections_together(
      track(), hash,
      std::vector<WantedSections>{{by_sem, {}}, {by_sem, 2}, {by_foote, 3}, {by_sem, 2}}, hashes_);
  EXPECT_EQ(n_decoded_files() - before, 1u);
  EXPECT_EQ(by_sem.n_computed(), 2u);
  EXPECT_EQ(by_foote.n_computed(), 1u);
  const auto alone = [&](const Excerpt& one, std::optional<int> clusters) {
    return dynamic_cast<const SegmentingExcerpt&>(one).segment(track().audio, clusters);
  };
  EXPECT_EQ(by_sem.known(track().audio, hash), alone(*sem_plugin, {}));
  EXPECT_EQ(by_sem.known(track().audio, hash, 2), alone(*sem_plugin, 2));
  EXPECT_EQ(by_foote.known(track().audio, hash, 3), alone(*foote_plugin, 3));
  find_sections_together(track(), hash, std::vector<WantedSections>{{by_sem, 2}}, hashes_);
  EXPECT_EQ(n_decoded_files() - before, 4u) << "what is known is not looked for";
}

TEST_F(TrackSections, WhatCannotBeFoundIsLeftToWhoeverAsks) {
  const auto too_many = sem({{"clusters", std::int64_t{900}}}),
             slow = sem({{"decimate", std::int64_t{50}}}), sound = sem();
  const Halves halves(asked_);
  SectionCache of_too_many(dynamic_cast<const SegmentingExcerpt&>(*too_many), {}, hashes_),
      of_slow(dynamic_cast<const SegmentingExcerpt&>(*slow), {}, hashes_),
      of_sound(dynamic_cast<const SegmentingExcerpt&>(*sound), {}, hashes_),
      of_halves(halves, {}, hashes_);
  const std::string hash = hashes_(track().audio);
  find_sections_together(track(), hash,
                         std::vector<WantedSections>{
                             {of_too_many, {}}, {of_slow, {}}, {of_halves, {}}, {of_sound, {}}},
                         hashes_);
  EXPECT_TRUE(of_sound.known(track().audio, hash).has_value());
  EXPECT_EQ(asked_.n, 0) << "it opens files itself";
  EXPECT_FALSE(of_too_many.known(track().audio, hash).has_value());
  EXPECT_THROW_SAYING(of_too_many(track().audio, hash), DataError, "song.wav");
  EXPECT_THROW(of_slow(track().audio, hash), ConfigError);
  std::filesystem::remove(track().audio);
  SectionCache later(dynamic_cast<const SegmentingExcerpt&>(*sound), {}, hashes_);
  find_sections_together(track(), hash, std::vector<WantedSections>{{later, {}}}, hashes_);
  EXPECT_THROW(later(track().audio, hash), FileUnreadable);
}

}  // namespace track_sections_test
}  // namespace genrebench
