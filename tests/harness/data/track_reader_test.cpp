#include "harness/data/track_reader.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "harness/data/extraction.hpp"
#include "support/pipeline.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace track_reader_test {

using testing::TemporaryFolder;

/// Three seconds at 8 kHz, no two samples of which are near each other by chance.
class Spans : public ::testing::Test {
 protected:
  static constexpr int kRateHz = 8000;

  Spans() {
    std::vector<float> samples(3 * kRateHz);
    for (std::size_t i = 0; i < samples.size(); ++i)
      samples[i] = 0.5F * static_cast<float>(std::sin(1e-4 * static_cast<double>(i * i)));
    track_.id = "song";
    track_.audio = folder_ / "song.wav";
    write_wav(track_.audio, samples, kRateHz);
  }

  Track span(double start_s, double end_s) const {
    Track track = track_;
    track.start_s = start_s;
    track.end_s = end_s;
    return track;
  }

  static std::vector<float> read(const Track& track, std::size_t block) {
    TrackReader reader(track, /*sample_rate_hz=*/0.0);
    std::vector<float> samples, some(block);
    while (const std::size_t n = reader.read(some))
      samples.insert(samples.end(), some.begin(), some.begin() + static_cast<std::ptrdiff_t>(n));
    EXPECT_EQ(static_cast<std::int64_t>(samples.size()), reader.expected_samples());
    return samples;
  }

  TemporaryFolder folder_;
  Track track_;
};

TEST_F(Spans, AreTheSamplesOfTheFileBetweenTwoTimes) {
  const std::vector<float> all = read(track_, 1000);
  ASSERT_EQ(all.size(), 24000U);
  const std::vector<float> middle(all.begin() + 8000, all.begin() + 20000);
  for (const std::size_t block : {1U, 999U, 100000U})
    EXPECT_EQ(read(span(1.0, 2.5), block), middle) << block;
  EXPECT_EQ(read(span(0.0, 1.0), 7).size(), 8000U);
  EXPECT_EQ(read(span(2.0, 0.0), 7), std::vector<float>(all.begin() + 16000, all.end()));
  EXPECT_EQ(read(span(2.0, 3.4), 7).size(), 8000U) << "lists round ends up";
}

TEST_F(Spans, AreTheSameAtSeveralRatesFromOneDecoding) {
  for (const Track& track : {track_, span(0.7, 2.3), span(1.1, 0.0)}) {
    const std::vector<double> rates = {0.0, 22050.0, 5000.0};
    TrackDecoding decoding(track);
    std::vector<std::vector<float>> samples(rates.size());
    for (const double rate_hz : rates) decoding.add_rate(rate_hz, /*whole=*/rate_hz == 5000.0);
    while (decoding.next())
      for (std::size_t i = 0; i < rates.size(); ++i)
        samples[i].insert(samples[i].end(), decoding.samples(i).begin(), decoding.samples(i).end());
    for (std::size_t i = 0; i < rates.size(); ++i) {
      TrackReader reader(track, rates[i]);
      std::vector<float> alone(static_cast<std::size_t>(reader.expected_samples()) + 1);
      alone.resize(reader.read(alone));
      EXPECT_EQ(samples[i], alone) << rates[i];
      EXPECT_EQ(decoding.audio(i).n_samples, std::ssize(alone));
    }
    EXPECT_EQ(decoding.all_samples(2), samples[2]);
    EXPECT_TRUE(decoding.all_samples(1).empty()) << "nobody asked for all of them";
  }
}

TEST_F(Spans, OutsideOfTheFileInADecodingSpoilNoOtherRate) {
  const Track late = span(2.5, 9.0);
  TrackDecoding decoding(late);
  for (const double rate_hz : {8000.0, 16000.0})
    EXPECT_THROW_SAYING(decoding.add_rate(rate_hz, true), DataError, "ends at 9 s");
  EXPECT_FALSE(decoding.next()) << "nothing is wanted";
}

TEST_F(Spans, OutsideOfTheFileAreErrors) {
  EXPECT_THROW_SAYING(TrackReader(span(3.0, 0.0), 0.0), DataError, "song.wav", "'song'",
                      "begins at 3 s", "the file has 3.00 s");
  EXPECT_THROW_SAYING(TrackReader(span(1.0, 4.0), 0.0), DataError, "ends at 4 s");
}

TEST_F(Spans, HaveTextsAndLengthsOfTheirOwn) {
  EXPECT_EQ(span_text(track_), "");
  EXPECT_EQ(span_text(span(10.0, 40.5)), "\nspan 10 to 40.5 s");
  EXPECT_EQ(span_text(span(10.0, 0.0)), "\nspan from 10 s");
  EXPECT_EQ(track_audio(span(1.0, 2.5), 8000.0, 24000).n_samples, 12000);
  EXPECT_EQ(track_audio(track_, 8000.0, 24000).n_samples, 24000);
}

TEST_F(Spans, GiveTheFeaturesOfAFileThatHoldsNothingElse) {
  const std::vector<float> samples = read(span(1.0, 2.5), 4096);
  const auto alone = folder_ / "alone.wav";
  write_wav(alone, samples, kRateHz);
  Registry registry;
  register_all_pipeline(registry);
  const auto make = [&](const auto& table, const char* name, OptionValues options) {
    const auto& plugin = table.get(name, "test");
    return plugin.make(plugin.options.resolve(options, name));
  };
  const auto excerpt = make(registry.excerpts, "chunks", {{"length_s", 0.5}});
  const auto feature = make(registry.features, "mfcc", {{"sample_rate_hz", 8000.0}});
  const auto expected = extract(alone, *excerpt, *feature);
  EXPECT_EQ(expected.size(), 3U);
  EXPECT_EQ(extract(span(1.0, 2.5), *excerpt, *feature), expected);
}

}  // namespace track_reader_test
}  // namespace genrebench
