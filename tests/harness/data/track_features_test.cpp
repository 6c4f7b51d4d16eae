#include "harness/data/track_features.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "signal/audio/audio.hpp"
#include "signal/audio/multi_rate_reader.hpp"
#include "signal/audio/sound_files.hpp"
#include "support/pipeline.hpp"

namespace genrebench {
namespace track_features_test {

class Together : public testing::Pipeline {
 protected:
  /// Noise whose level changes every two seconds, at 44.1 kHz.
  Track song(const std::string& name, double seconds, double silence_from_s = 1e9) {
    Random random(7);
    std::vector<float> samples(static_cast<std::size_t>(seconds * 44100));
    for (std::size_t i = 0; i < samples.size(); ++i) {
      const double level = i / 88200 % 2 == 0 ? 0.5 : 0.05;
      samples[i] = static_cast<float>(level * random.uniform(-1, 1));
      if (static_cast<double>(i) >= 44100 * silence_from_s)
        samples[i] = std::numeric_limits<float>::quiet_NaN();
    }
    EXPECT_TRUE(
        testing::write_sound(folder_ / name, SF_FORMAT_WAV | SF_FORMAT_FLOAT, samples, 1, 44100));
    Track track;
    track.id = name;
    track.audio = folder_ / name;
    return track;
  }

  template <typename Table>
  auto make(const Table& table, const std::string& name, const OptionValues& options) {
    const auto& plugin = table.get(name, "test");
    return plugin.make(plugin.options.resolve(options, name));
  }
  const Feature& feature(const std::string& name, const OptionValues& options = {}) {
    return *features_.emplace_back(make(registry_.features, name, options));
  }
  const Excerpt& excerpt(const std::string& name, const OptionValues& options = {}) {
    return *excerpts_.emplace_back(make(registry_.excerpts, name, options));
  }
  SectionCache* sections(const Excerpt& excerpt) {
    return sections_
        .emplace_back(std::make_unique<SectionCache>(
            dynamic_cast<const SegmentingExcerpt&>(excerpt), std::filesystem::path(), hashes_))
        .get();
  }
  const TrackDeformer& deformer(const std::string& name, const OptionValues& options = {}) {
    return *deformers_.emplace_back(std::make_unique<TrackDeformer>(
        PluginChoice{
            .name = name,
            .options = registry_.deformations.get(name, "test").options.resolve(options, name)},
        std::map<std::string, std::string>(), registry_));
  }

  /// Three kinds of excerpts with three features, two of another rate than the segmentation.
  std::vector<ExtractionTask> many_tasks() {
    std::vector<ExtractionTask> tasks;
    for (const char* name : {"mfcc", "log_mel", "mfcc_statistics"}) {
      const double rate_hz = name == std::string("mfcc") ? 22050.0 : 16000.0;
      const Feature& own = feature(name, {{"sample_rate_hz", rate_hz}});
      tasks.push_back({.excerpt = excerpt("full"), .feature = own});
      tasks.push_back({.excerpt = excerpt("chunks", {{"length_s", 1.5}}), .feature = own});
      const Excerpt& sem = excerpt("sem", {{"window_s", 0.25}});
      tasks.push_back({.excerpt = sem, .feature = own, .sections = sections(sem)});
      tasks.push_back({.excerpt = excerpt("foote"), .feature = own});
    }
    return tasks;
  }

  static std::string message(const std::exception_ptr& failure) {
    try {
      if (failure != nullptr) std::rethrow_exception(failure);
    } catch (const std::exception& error) {
      return error.what();
    }
    return {};
  }

  FileHashes hashes_{{}};
  std::vector<std::unique_ptr<Feature>> features_;
  std::vector<std::unique_ptr<Excerpt>> excerpts_;
  std::vector<std::unique_ptr<SectionCache>> sections_;
  std::vector<std::unique_ptr<TrackDeformer>> deformers_;
};

TEST_F(Together, TasksHaveTheBitsThatEachHasAloneFromOneDecoding) {
  const Track track = song("song.wav", 9.3);
  const std::vector<ExtractionTask> tasks = many_tasks();
  const std::size_t before = n_decoded_files();
  const std::vector<ExtractedTask> together = extract_together(track, "hash", tasks);
  EXPECT_EQ(n_decoded_files() - before, 1u);
  ASSERT_EQ(together.size(), tasks.size());
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    EXPECT_EQ(message(together[i].failure), "") << i;
    EXPECT_EQ(together[i].features, extract(track, tasks[i].excerpt, tasks[i].feature)) << i;
    EXPECT_GT(together[i].seconds, 0.0) << i;
  }
  for (const auto& found : sections_) EXPECT_EQ(found->n_computed(), 1u);
}

TEST_F(Together, SectionsAreThoseThatThePluginFindsInTheFile) {
  const Track track = song("song.wav", 9.3);
  for (const auto& [name, options] : std::vector<std::pair<std::string, OptionValues>>{
           {"sem", {{"window_s", 0.25}}},
           {"sem", {{"preset", std::string("authors")}, {"window_s", 1.0}}},
           {"sem", {{"rate_hz", {}}}},
           {"foote", {}},
           {"uniform", {{"section_s", 2.0}}},
           {"mfcc_k_means", {}},
           {"spectral", {}},
           {"whole", {}}}) {
    const Excerpt& own = excerpt(name, options);
    SectionCache* found = sections(own);
    const ExtractionTask task{.excerpt = own, .feature = feature("mfcc"), .sections = found};
    EXPECT_EQ(message(extract_together(track, "hash", std::span(&task, 1)).front().failure), "");
    const auto& segmenting = dynamic_cast<const SegmentingExcerpt&>(own);
    EXPECT_EQ(found->known(track.audio, "hash").value(), segmenting.segment(track.audio)) << name;
    EXPECT_GT(found->computed_s(), 0.0);
  }
}

TEST_F(Together, ATaskThatFailsLeavesTheOthersAlone) {
  const Track track = song("short.wav", 0.7);
  const Feature& mfcc = feature("mfcc");
  const Excerpt &full = excerpt("full"), &chunks = excerpt("chunks"), &sem = excerpt("sem");
  const std::vector<ExtractionTask> tasks = {
      {.excerpt = chunks, .feature = mfcc},
      {.excerpt = full, .feature = mfcc},
      {.excerpt = sem, .feature = mfcc, .sections = sections(sem)},
      {.excerpt = excerpt("sem", {{"decimate", std::int64_t{100}}}), .feature = mfcc}};
  const std::vector<ExtractedTask> together = extract_together(track, "hash", tasks);
  EXPECT_EQ(message(together[1].failure), "");
  EXPECT_EQ(together[1].features, extract(track, full, mfcc));
  for (const std::size_t i : {0u, 2u}) {
    ASSERT_TRUE(together[i].features.empty());
    EXPECT_THROW_SAYING(std::rethrow_exception(together[i].failure), DataError, "short.wav");
    EXPECT_EQ(message(together[i].failure),
              testing::message_of<DataError>([&] { extract(track, tasks[i].excerpt, mfcc); }));
  }
  EXPECT_THROW_SAYING(std::rethrow_exception(together[3].failure), ConfigError, "220.5");
}

TEST_F(Together, DamageIsTheFailureOfEachTask) {
  const Track track = song("damaged.wav", 6.0, /*silence_from_s=*/5.0);
  const std::vector<ExtractionTask> tasks = many_tasks();
  const std::vector<ExtractedTask> together = extract_together(track, "hash", tasks);
  for (std::size_t i = 0; i < tasks.size(); ++i)
    EXPECT_EQ(message(together[i].failure), testing::fault_of(track.audio)) << i;
}

TEST_F(Together, DamageBehindASpanIsNotTheSpans) {
  Track track = song("damaged.wav", 6.0, /*silence_from_s=*/5.0);
  track.start_s = 1.0;
  track.end_s = 4.2;
  const Feature& mfcc = feature("mfcc");
  const Excerpt& chunks = excerpt("chunks", {{"length_s", 1.0}});
  const std::vector<ExtractionTask> tasks = {
      {.excerpt = chunks, .feature = mfcc},
      {.excerpt = chunks, .feature = feature("mfcc", {{"sample_rate_hz", 8000.0}})},
      {.excerpt = chunks, .feature = mfcc, .deform = &deformer("gain")}};
  const std::vector<ExtractedTask> together = extract_together(track, "hash", tasks);
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    EXPECT_EQ(message(together[i].failure), "") << i;
    EXPECT_EQ(together[i].features.size(), 3u) << i;
  }
  EXPECT_EQ(together[0].features, extract(track, chunks, mfcc));
}

TEST_F(Together, DeformedAndCleanShareADecoding) {
  Track track = song("song.wav", 4.0);
  track.end_s = 3.0;
  const Feature &mfcc = feature("mfcc"), &statistics = feature("mfcc_statistics");
  const Excerpt& full = excerpt("full");
  const std::vector<ExtractionTask> tasks = {
      {.excerpt = full, .feature = mfcc},
      {.excerpt = full, .feature = mfcc, .deform = &deformer("noise")},
      {.excerpt = full, .feature = statistics, .deform = &deformer("speed", {{"factor", 2.0}})},
      {.excerpt = full, .feature = mfcc, .deform = &deformer("start_cut", {{"cut_s", 5.0}})}};
  const std::size_t before = n_decoded_files();
  const std::vector<ExtractedTask> together = extract_together(track, "hash", tasks);
  EXPECT_EQ(n_decoded_files() - before, 1u);
  EXPECT_EQ(together[0].features, extract(track, full, mfcc));
  EXPECT_EQ(together[1].features, extract_deformed(track, "hash", *tasks[1].deform, full, mfcc));
  EXPECT_NE(together[1].features, together[0].features);
  EXPECT_EQ(together[2].features,
            extract_deformed(track, "hash", *tasks[2].deform, full, statistics));
  EXPECT_THROW_SAYING(std::rethrow_exception(together[3].failure), DataError, "song.wav", "3.00 s");
}

TEST_F(Together, WhatAlreadyFailedOrNeedsNoSoundDecodesNothing) {
  const Track track = song("short.wav", 0.7);
  const ExtractionTask task{.excerpt = excerpt("chunks"), .feature = feature("mfcc")};
  const std::size_t before = n_decoded_files();
  EXPECT_NE(extract_together(track, "hash", std::span(&task, 1)).front().failure, nullptr);
  EXPECT_EQ(n_decoded_files(), before) << "its header tells that it is too short";
}

}  // namespace track_features_test
}  // namespace genrebench
