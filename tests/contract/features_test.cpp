// What every feature and every excerpt promises (harness/plugin/feature.hpp,
// harness/plugin/excerpt.hpp).
#include "base/error.hpp"
#include "contract/contract_support.hpp"
#include "contract/golden_versions.hpp"
#include "harness/data/extraction.hpp"

namespace genrebench {
namespace features_test {

using testing::options_of;
using testing::registry;
using testing::same_bits;
using testing::sound;
using testing::TemporaryFolder;
using testing::write_sound;

class EveryFeature : public ::testing::TestWithParam<std::string> {
 protected:
  EveryFeature() : feature_(make()) {}

  static std::unique_ptr<Feature> make() {
    const FeaturePlugin& plugin = registry().features.get(GetParam(), "test");
    return plugin.make(options_of(plugin));
  }

  bool reads_audio() const { return feature_->sample_rate_hz() > 0.0; }

  /// The feature of samples that arrive in blocks of the sizes given, over and over.
  FeatureMatrix of(std::span<const float> samples, const std::vector<std::size_t>& blocks) const {
    const auto stream = feature_->stream(static_cast<std::int64_t>(samples.size()));
    for (std::size_t i = 0; !samples.empty(); ++i) {
      const std::size_t n = std::min(blocks[i % blocks.size()], samples.size());
      stream->push(samples.first(n));
      samples = samples.subspan(n);
    }
    return stream->finish();
  }

  std::vector<float> clip(double frequency_hz, double duration_s) const {
    return sound(frequency_hz, duration_s, static_cast<int>(feature_->sample_rate_hz()));
  }

  std::unique_ptr<Feature> feature_;
};

INSTANTIATE_TEST_SUITE_P(Contract, EveryFeature, ::testing::ValuesIn(registry().features.names()),
                         testing::name_of);

#define SKIP_WITHOUT_AUDIO() \
  if (!reads_audio()) GTEST_SKIP() << "this feature reads no audio"

TEST_P(EveryFeature, GivesFiniteValuesAndTheSameRowsForEveryTrack) {
  SKIP_WITHOUT_AUDIO();
  const TemporaryFolder folder;
  const auto full = registry().excerpts.get("full", "test").make({});
  Eigen::Index rows = 0;
  for (const double frequency_hz : {110.0, 440.0, 3000.0}) {
    const auto file =
        write_sound(folder / std::to_string(frequency_hz) / "a.wav", frequency_hz, 1.2);
    const auto excerpts = extract(file, *full, *feature_);
    ASSERT_EQ(excerpts.size(), 1u);
    EXPECT_TRUE(excerpts[0].allFinite());
    EXPECT_GT(excerpts[0].rows(), 0);
    if (rows == 0) rows = excerpts[0].rows();
    EXPECT_EQ(excerpts[0].rows(), rows);
    if (feature_->sequence())
      EXPECT_GT(excerpts[0].cols(), 0);
    else
      EXPECT_EQ(excerpts[0].cols(), 1);
    EXPECT_TRUE(same_bits(excerpts[0], extract(file, *full, *make())[0])) << "a second time";
  }
}

TEST_P(EveryFeature, IsFiniteForSilenceAndForFullScale) {
  SKIP_WITHOUT_AUDIO();
  const std::vector<float> silence(30000, 0.0f);
  std::vector<float> square(30000);
  for (std::size_t n = 0; n < square.size(); ++n) square[n] = n / 50 % 2 == 0 ? 1.0f : -1.0f;
  EXPECT_TRUE(of(silence, {4096}).allFinite());
  EXPECT_TRUE(of(square, {4096}).allFinite());
}

TEST_P(EveryFeature, DoesNotDependOnTheSizesOfBlocks) {
  SKIP_WITHOUT_AUDIO();
  const std::vector<float> samples = clip(440.0, 1.0);
  const FeatureMatrix whole = of(samples, {samples.size()});
  EXPECT_TRUE(same_bits(whole, of(samples, {4096})));
  EXPECT_TRUE(same_bits(whole, of(samples, {1, 777, 3000})));
}

TEST_P(EveryFeature, HasMoreColumnsForALongerExcerptOnlyIfItIsASequence) {
  SKIP_WITHOUT_AUDIO();
  const FeatureMatrix brief = of(clip(440.0, 1.1), {4096}), longer = of(clip(440.0, 3.3), {4096});
  if (feature_->sequence())
    EXPECT_GT(longer.cols(), brief.cols());
  else
    EXPECT_EQ(longer.cols(), brief.cols());
  EXPECT_EQ(longer.rows(), brief.rows());
}

TEST_P(EveryFeature, RefusesAnEmptyExcerpt) {
  SKIP_WITHOUT_AUDIO();
  EXPECT_THROW(feature_->stream(0)->finish(), DataError);
}

class EveryExcerpt : public ::testing::TestWithParam<std::string> {
 protected:
  EveryExcerpt() : excerpt_(make()) {}

  static std::unique_ptr<Excerpt> make() {
    const ExcerptPlugin& plugin = registry().excerpts.get(GetParam(), "test");
    OptionValues options;
    if (GetParam() == "clips") options["length_s"] = 3.0;  // else longer than these tracks
    return plugin.make(options_of(plugin, options));
  }

  TrackAudio track(double duration_s) const {
    constexpr int kRate = 22050;
    const auto file =
        write_sound(folder_ / std::to_string(duration_s) / "a.wav", 440.0, duration_s, kRate);
    return {.file = file,
            .sample_rate_hz = kRate,
            .n_samples = AudioReader(file, kRate).expected_samples()};
  }

  static void expect_sound(const std::vector<Region>& regions, std::int64_t n_samples) {
    ASSERT_FALSE(regions.empty());
    for (const Region& region : regions) {
      ASSERT_FALSE(region.empty());
      std::int64_t last = 0;
      for (const SampleRange& range : region) {
        EXPECT_GE(range.begin, last) << "ranges are in order of time and do not overlap";
        EXPECT_LT(range.begin, range.end);
        EXPECT_LT(range.begin, n_samples);
        EXPECT_TRUE(range.end <= n_samples || range.end == kEndOfTrack)
            << range.end << " of " << n_samples;
        last = range.end;
      }
    }
  }

  TemporaryFolder folder_;
  std::unique_ptr<Excerpt> excerpt_;
};

INSTANTIATE_TEST_SUITE_P(Contract, EveryExcerpt, ::testing::ValuesIn(registry().excerpts.names()),
                         testing::name_of);

TEST_P(EveryExcerpt, ChoosesRegionsInsideTheTrackInOrder) {
  for (const double duration_s : {6.5, 31.0}) {
    const TrackAudio audio = track(duration_s);
    const auto regions = excerpt_->choose(audio);
    expect_sound(regions, audio.n_samples);
    EXPECT_EQ(regions, excerpt_->choose(audio)) << "a second time";
    EXPECT_EQ(regions, make()->choose(audio)) << "from a second object";
  }
}

TEST_P(EveryExcerpt, TakesTheWholeTrackIfItSaysSo) {
  if (!excerpt_->whole_track()) GTEST_SKIP() << "this excerpt takes parts";
  const auto regions = excerpt_->choose(track(6.5));
  ASSERT_EQ(regions.size(), 1u);
  ASSERT_EQ(regions[0].size(), 1u);
  EXPECT_EQ(regions[0][0], (SampleRange{0, kEndOfTrack}));
}

TEST_P(EveryExcerpt, GivesARegionOrADataErrorForATinyTrack) {
  const TrackAudio audio = track(0.01);
  try {
    expect_sound(excerpt_->choose(audio), audio.n_samples);
  } catch (const DataError& error) {
    EXPECT_NE(std::string(error.what()).find(audio.file.string()), std::string::npos)
        << error.what();
    EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos) << error.what();
  }
}

TEST_P(EveryExcerpt, GoesWithEveryFeatureThatReadsAudio) {
  const TrackAudio audio = track(6.5);
  for (const FeaturePlugin& plugin : registry().features) {
    const auto feature = plugin.make(options_of(plugin));
    if (feature->sample_rate_hz() == 0.0) continue;
    const auto excerpts = extract(audio.file, *excerpt_, *feature);
    ASSERT_FALSE(excerpts.empty()) << plugin.name;
    for (const FeatureMatrix& one : excerpts)
      EXPECT_TRUE(one.size() > 0 && one.allFinite()) << plugin.name;
  }
}

TEST_P(EveryFeature, KeepsItsNumbersOrRaisesItsVersion) {
  const FeaturePlugin& plugin = registry().features.get(GetParam(), "test");
  testing::GoldenResult golden;
  if (reads_audio()) {
    const FeatureMatrix values = of(clip(440.0, 1.7), {5000});
    golden.numbers = {static_cast<double>(values.rows()), static_cast<double>(values.cols())};
    testing::summarise_values(std::span(values.data(), static_cast<std::size_t>(values.size())),
                              golden.numbers);
  }
  testing::expect_golden("feature", plugin, golden, 1e-4);
}

TEST_P(EveryExcerpt, KeepsItsNumbersOrRaisesItsVersion) {
  testing::GoldenResult golden;
  for (const double duration_s : {4.0, 7.3})
    for (const Region& region : excerpt_->choose(track(duration_s)))
      for (const SampleRange& range : region) {
        golden.numbers.push_back(static_cast<double>(range.begin));
        golden.numbers.push_back(range.end == kEndOfTrack ? -1.0 : static_cast<double>(range.end));
      }
  testing::expect_golden("excerpt", registry().excerpts.get(GetParam(), "test"), golden);
}

TEST(Decoder, KeepsItsNumbersOrRaisesItsVersion) {
  const TemporaryFolder folder;
  const auto file = write_sound(folder / "a.wav", 440.0, 0.8, 16000);
  testing::GoldenResult golden;
  for (const double rate_hz : {0.0, 22050.0, 8000.0})
    testing::summarise_values(read_audio(file, rate_hz), golden.numbers);
  PluginInfo decoder;
  decoder.name = "decoder";
  decoder.version = kDecoderVersion;
  testing::expect_golden("shared", decoder, golden);
}

}  // namespace features_test
}  // namespace genrebench
