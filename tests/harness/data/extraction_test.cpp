// From sound files to features, with their cache.
#include "harness/data/extraction.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <utility>

#include "harness/data/track_claims.hpp"
#include "signal/audio/audio.hpp"
#include "signal/audio/multi_rate_reader.hpp"
#include "signal/audio/sound_files.hpp"
#include "support/pipeline.hpp"

namespace genrebench {
namespace extraction_test {

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

/// Tracks with files, and what extract_all() needs to extract from them.
class ExtractAll : public Extraction {
 protected:
  ExtractAll() {
    auto tracks = std::make_unique<Tracks>();
    for (int i = 0; i < 4; ++i) {
      const std::string name = "track" + std::to_string(i) + ".wav";
      tracks->add(noise(name, i == 3 ? 1.0 : 4.0 + i, 10 + static_cast<std::uint64_t>(i)));
    }
    for (const Track& track : tracks->tracks())
      data_.files.push_back({.hash = hashes_(track.audio), .error = {}});
    data_.dataset = std::move(tracks);
    data_.fingerprint = "four tracks";
  }

  struct Tracks : testing::MemoryDataset {
    Tracks() : MemoryDataset({"only"}) {}
    void add(const std::filesystem::path& file) {
      own_.push_back({.id = file.filename().string(),
                      .genre = 0,
                      .audio = file,
                      .groups = {},
                      .features = {}});
    }
    const std::vector<Track>& tracks() const override { return own_; }

   private:
    std::vector<Track> own_;
  };

  PluginChoice choose(const auto& table, const std::string& name, const OptionValues& options) {
    return {.name = name, .options = table.get(name, "test").options.resolve(options, name)};
  }

  ExtractedTracks extract_pair(const PluginChoice& excerpt, const PluginChoice& features,
                               const std::filesystem::path& cache,
                               const std::vector<LaterExtraction>& later = {},
                               const TrackLoop& loop = {}) {
    const FeatureCache kept(cache);
    return extract_all({.data = data_,
                        .excerpt = excerpt,
                        .features = features,
                        .registry = registry_,
                        .cache = kept,
                        .hashes = hashes_,
                        .later = [&] { return later; },
                        .memory = memory_},
                       loop);
  }

  /// The files of a cache with their bytes.
  static std::map<std::string, std::string> bytes_of_cache(const std::filesystem::path& cache) {
    std::map<std::string, std::string> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(cache))
      if (entry.path().extension() == ".features")
        files[std::filesystem::relative(entry.path(), cache).string()] =
            testing::bytes_of(entry.path());
    return files;
  }

  OpenDataset data_;
  ExtractionMemory remembered_;
  ExtractionMemory* memory_ = &remembered_;
  const PluginChoice full_ = choose(registry_.excerpts, "full", {}),
                     chunks_ = choose(registry_.excerpts, "chunks", {}),
                     mfcc_ = choose(registry_.features, "mfcc", {}),
                     slow_ = choose(registry_.features, "mfcc", {{"sample_rate_hz", 8000.0}});
};

TEST_F(ExtractAll, WhatIsAskedForLaterIsInTheCacheAlreadyWithTheSameBytes) {
  const auto joint = folder_ / "joint", alone = folder_ / "alone";
  const std::size_t before = n_decoded_files();
  const ExtractedTracks first = extract_pair(full_, mfcc_, joint,
                                             {{.excerpt = chunks_, .features = mfcc_},
                                              {.excerpt = chunks_, .features = slow_},
                                              {.excerpt = full_, .features = mfcc_}},
                                             {.threads = 3, .track_order = 5});
  const ExtractedTracks second = extract_pair(chunks_, mfcc_, joint),
                        third = extract_pair(chunks_, slow_, joint);
  EXPECT_EQ(n_decoded_files() - before, 4u) << "each track once, also the one that is too short";
  EXPECT_EQ(first.n_computed, 4u);
  EXPECT_EQ(second.n_computed, 3u) << "computed by this process, if beside others";
  EXPECT_GT(second.computed_s, 0.0);
  EXPECT_EQ(second.n_cached, 0u);
  const ExtractedTracks again = extract_pair(chunks_, slow_, joint);
  EXPECT_EQ(again.n_computed, 3u) << "and no more than that";
  memory_ = nullptr;  // as another process
  EXPECT_EQ(extract_pair(full_, mfcc_, alone).features, first.features);
  const ExtractedTracks second_alone = extract_pair(chunks_, mfcc_, alone);
  EXPECT_EQ(second_alone.features, second.features);
  EXPECT_EQ(second_alone.errors, second.errors);
  EXPECT_EQ(extract_pair(chunks_, slow_, alone).features, third.features);
  EXPECT_EQ(bytes_of_cache(joint), bytes_of_cache(alone));
  EXPECT_EQ(bytes_of_cache(joint).size(), 10u);
}

TEST_F(ExtractAll, AFailureOfWhatIsAskedForLaterIsNoneOfWhatIsAskedForNow) {
  // The frames are longer than a chunk, and the rate is no rate.
  const PluginChoice wrong = choose(registry_.features, "mfcc", {{"fmax_hz", 20000.0}});
  const ExtractedTracks now = extract_pair(
      full_, mfcc_, folder_ / "cache",
      {{.excerpt = chunks_, .features = mfcc_}, {.excerpt = full_, .features = wrong}});
  EXPECT_EQ(now.errors, std::vector<std::string>(4));
  const ExtractedTracks chunks = extract_pair(chunks_, mfcc_, folder_ / "cache");
  EXPECT_NE(chunks.errors[3].find("track3.wav"), std::string::npos) << chunks.errors[3];
  EXPECT_EQ(std::vector(chunks.errors.begin(), chunks.errors.begin() + 3),
            std::vector<std::string>(3));
  EXPECT_THROW(extract_pair(full_, wrong, folder_ / "cache"), ConfigError);
}

TEST_F(ExtractAll, WithoutACacheNothingIsComputedForLater) {
  folder_.write("file", "in the place of a folder");
  for (const std::filesystem::path& cache : {std::filesystem::path(), folder_ / "file"}) {
    const ExtractedTracks now =
        extract_pair(full_, mfcc_, cache, {{.excerpt = full_, .features = slow_}});
    EXPECT_EQ(now.errors, std::vector<std::string>(4));
    EXPECT_EQ(now.cache_error.empty(), cache.empty());
    EXPECT_EQ(remembered_.work("four tracks" + feature_recipe(full_, slow_, registry_)).n, 0u);
  }
}

TEST_F(ExtractAll, ATrackThatAnotherProcessDecodesIsAwaited) {
  const TrackClaims claims(folder_ / "cache");
  std::optional<TrackClaims::Claim> held = claims.take(data_.files[1].hash);
  ASSERT_TRUE(held.has_value());
  const FeatureCache cache(folder_ / "cache");
  const auto others = extract_pair(full_, mfcc_, folder_ / "other").features[1];
  std::size_t n_done = 0;
  const std::size_t before = n_decoded_files();
  const ExtractedTracks result = extract_pair(
      full_, mfcc_, folder_ / "cache", {}, {.progress = [&](std::size_t done, std::size_t) {
        n_done = done;
        if (done < 3) return;
        if (!held) return;
        // The other process is done.
        cache.store(feature_recipe(full_, mfcc_, registry_) + data_.files[1].hash, others);
        held.reset();
      }});
  EXPECT_EQ(n_done, 4u);
  EXPECT_EQ(n_decoded_files() - before, 3u);
  EXPECT_EQ(result.features[1], others);
}

TEST(FreeTracks, ThoseThatAreTakenAreTriedAgainAfterTheOthers) {
  std::vector<std::size_t> order;
  int n_refused = 0;
  for_each_free_track(4, {}, [&](std::size_t t, IfTaken if_taken) {
    EXPECT_EQ(if_taken, IfTaken::try_again);
    if (t == 1 && ++n_refused < 4) return false;
    order.push_back(t);
    return true;
  });
  EXPECT_EQ(order, (std::vector<std::size_t>{0, 2, 3, 1}));
}

TEST(FreeTracks, ThoseThatStayTakenAreWorkedOnAllTheSame) {
  std::size_t n_done = 0;
  for_each_free_track(
      3, {.threads = 2, .progress = [&](std::size_t done, std::size_t) { n_done = done; }},
      [&](std::size_t t, IfTaken if_taken) { return t != 2 || if_taken == IfTaken::go_on; },
      /*patience_s=*/0.05);
  EXPECT_EQ(n_done, 3u);
}

TEST(FreeTracks, WaitingForThemCanBeInterrupted) {
  int n_asked = 0;
  std::size_t n_done = 0;
  for_each_free_track(2,
                      {.progress = [&](std::size_t done, std::size_t) { n_done = done; },
                       .interrupted = [&] { return ++n_asked > 10; }},
                      [&](std::size_t t, IfTaken) { return t == 0; });
  EXPECT_EQ(n_done, 1u);
}

}  // namespace extraction_test
}  // namespace genrebench
