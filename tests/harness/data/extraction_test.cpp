// From sound files to features, with their cache.
#include "harness/data/extraction.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "signal/audio/audio.hpp"
#include "signal/audio/sound_files.hpp"
#include "support/pipeline.hpp"

namespace genrebench {
namespace {

using testing::Pipeline;

class Extraction : public Pipeline {
 protected:
  std::filesystem::path noise(const std::string& name, double seconds, std::uint64_t seed) {
    Random random(seed);
    std::vector<float> samples(static_cast<std::size_t>(seconds * 22050));
    for (float& s : samples) s = static_cast<float>(0.3 * random.uniform(-1, 1));
    write_wav(folder_ / name, samples, 22050);
    return folder_ / name;
  }
  std::unique_ptr<Feature> feature(const std::string& name, OptionValues options = {}) {
    const FeaturePlugin& plugin = registry_.features.get(name, "test");
    return plugin.make(plugin.options.resolve(options, "test"));
  }
  std::unique_ptr<Excerpt> excerpt(const std::string& name, OptionValues options = {}) {
    const ExcerptPlugin& plugin = registry_.excerpts.get(name, "test");
    return plugin.make(plugin.options.resolve(options, "test"));
  }
};

TEST_F(Extraction, ChunksHaveTheFeaturesOfTheirSamplesAlone) {
  const auto file = noise("a.wav", 7.4, 1);
  const auto mfcc = feature("mfcc");
  const auto chunks = extract(file, *excerpt("chunks"), *mfcc);
  ASSERT_EQ(chunks.size(), 2u) << "the remainder of 1.4 s is dropped";
  const std::vector<float> samples = read_audio(file);
  for (std::size_t i = 0; i < 2; ++i) {
    const auto stream = mfcc->stream(0);
    stream->push(std::span(samples).subspan(i * 66150, 66150));
    EXPECT_EQ(chunks[i], stream->finish()) << i;
  }
}

TEST_F(Extraction, OverlappingChunksAreEachWhole) {
  const auto file = noise("a.wav", 10.0, 2);
  const auto chunks = extract(file, *excerpt("chunks", {{"hop_s", 1.0}}), *feature("mfcc"));
  ASSERT_EQ(chunks.size(), 8u);
  const std::vector<float> samples = read_audio(file);
  const auto stream = feature("mfcc")->stream(0);
  stream->push(std::span(samples).subspan(5 * 22050, 66150));
  EXPECT_EQ(chunks[5], stream->finish());
}

TEST_F(Extraction, ClipsFollowEachOtherAndTheRestIsDropped) {
  const auto clips = excerpt("clips")->choose(
      {.file = "song.mp3", .sample_rate_hz = 22050.0, .n_samples = 22050 * 100});
  ASSERT_EQ(clips.size(), 3u);
  for (std::size_t i = 0; i < clips.size(); ++i) {
    const auto begin = static_cast<std::int64_t>(i) * 661500;
    EXPECT_EQ(clips[i], (Region{{begin, begin + 661500}}));
  }
  EXPECT_EQ(excerpt("clips")
                ->choose({.file = "song.mp3", .sample_rate_hz = 22050.0, .n_samples = 661500})
                .size(),
            1u)
      << "30 s exactly";
  const auto file = noise("song.wav", 7.4, 1);
  const auto mfcc = feature("mfcc");
  EXPECT_EQ(extract(file, *excerpt("clips", {{"length_s", 3.0}}), *mfcc),
            extract(file, *excerpt("chunks"), *mfcc));
}

TEST_F(Extraction, ATrackShorterThanAClipIsABadTrackOrKeptWhole) {
  const auto file = noise("short.wav", 2.0, 3);
  const auto mfcc = feature("mfcc");
  EXPECT_THROW_SAYING(extract(file, *excerpt("clips"), *mfcc), DataError, "short.wav", "2.00 s",
                      "clips of 30 s");
  EXPECT_EQ(extract(file, *excerpt("clips", {{"short", "keep"}}), *mfcc),
            extract(file, *excerpt("full"), *mfcc));
}

TEST_F(Extraction, ATrackShorterThanAChunkIsReported) {
  EXPECT_THROW_SAYING(extract(noise("short.wav", 1.0, 3), *excerpt("chunks"), *feature("mfcc")),
                      DataError, "short.wav", "1.00 s", "3 s");
}

TEST_F(Extraction, EveryFaultNamesTheFile) {
  // What these say knows the samples only.
  const auto file = noise("brief.wav", 0.04, 3);
  for (const char* name : {"mfcc", "mfcc_statistics", "log_mel", "descriptors"})
    EXPECT_THROW_SAYING(extract(file, *excerpt("full"), *feature(name, {{"pad_mode", "reflect"}})),
                        DataError, file.string());
}

TEST_F(Extraction, MeasuresTheChannelsBeforeTheyAreMixed) {
  std::vector<float> samples(2000);
  for (std::size_t i = 0; i < samples.size(); ++i)
    samples[i] = (i % 2 == 0 ? 1.0f : -1.0f) * 3.0f * std::sin(0.02f * static_cast<float>(i / 2));
  ASSERT_TRUE(testing::write_sound(folder_ / "s.wav", SF_FORMAT_WAV | SF_FORMAT_FLOAT, samples, 2));
  FileLevels levels;
  extract(folder_ / "s.wav", *excerpt("full"), *feature("mfcc"), &levels);
  EXPECT_NEAR(levels.peak, 3.0f, 0.01f);
  EXPECT_TRUE(levels.beyond_full_scale());
  EXPECT_TRUE(levels.channels_cancel());
}

TEST_F(Extraction, TheCacheGivesBackTheSameBitsAndADamagedFileIsComputedAnew) {
  noise("a.wav", 2.0, 4);
  const FeatureCache cache(folder_ / "cache");
  std::vector<FeatureMatrix> features = {FeatureMatrix::Random(3, 4), FeatureMatrix::Random(3, 1)};
  cache.store("key", features);
  EXPECT_EQ(cache.load("key").value(), features);
  EXPECT_FALSE(cache.load("other key").has_value());
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_ / "cache"))
    if (entry.is_regular_file())
      std::filesystem::resize_file(entry.path(), std::filesystem::file_size(entry.path()) - 3);
  EXPECT_FALSE(cache.load("key").has_value());
}

TEST_F(Extraction, SummariesAreMeansAndPopulationDeviationsOfTheFrames) {
  FeatureMatrix frames(2, 4);
  frames << 1, 2, 3, 4, 5, 5, 5, 5;
  const auto file = noise("a.wav", 1.0, 5);
  const auto none = extract(file, *excerpt("full"), *feature("mfcc"))[0];
  const auto statistics = extract(file, *excerpt("full"), *feature("mfcc_statistics"))[0];
  ASSERT_EQ(statistics.rows(), 40);
  ASSERT_EQ(statistics.cols(), 1);
  for (int i = 0; i < 20; ++i) {
    const Eigen::ArrayXd row = none.row(i).cast<double>().transpose();
    EXPECT_NEAR(statistics(i, 0), row.mean(), 1e-4);
    EXPECT_NEAR(statistics(20 + i, 0), std::sqrt((row - row.mean()).square().mean()), 1e-4);
  }
}

}  // namespace
}  // namespace genrebench
