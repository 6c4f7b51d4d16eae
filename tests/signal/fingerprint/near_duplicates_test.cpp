#include "signal/fingerprint/near_duplicates.hpp"

#include "base/error.hpp"
#include "signal/test_clips.hpp"
#include "support/altered_audio.hpp"
#include "support/tunes.hpp"

namespace genrebench {
namespace near_duplicates_test {

using namespace testing;

std::vector<NearDuplicate> compare(const std::vector<std::vector<float>>& clips,
                                   const NearDuplicateOptions& options = {}) {
  std::vector<Fingerprint> fingerprints;
  for (const auto& clip : clips) fingerprints.push_back(fingerprint(clip, kTuneRateHz));
  return near_duplicates(fingerprints, options);
}

TEST(NearDuplicates, TellHowOneRecordingCameFromTheOther) {
  const std::vector<float> original = tune(1);
  for (const double speed : {1.0, 1.059, 1.0 / 1.059, 1.02}) {
    const auto found = compare(
        {tune(2), original, at_speed(trimmed(original, kTuneRateHz, 3.0, 1.0), speed), tune(3)});
    ASSERT_EQ(found.size(), 1u) << speed;
    EXPECT_EQ(found[0].first, 1u);
    EXPECT_EQ(found[0].second, 2u);
    EXPECT_GT(found[0].score, 0.7);
    EXPECT_NEAR(found[0].speed, speed, 0.001);
    EXPECT_NEAR(found[0].pitch_semitones, 12.0 * std::log2(speed), 0.05);
    EXPECT_NEAR(found[0].offset_s, -3.0 / speed, 0.02);
    EXPECT_NEAR(found[0].overlap_s, 16.0, 0.1);
  }
}

TEST(NearDuplicates, PitchMayChangeWithoutSpeedAndSpeedWithoutPitch) {
  // What a synthesiser makes of one score: the same notes at the same times in another tuning, and
  // the same notes played faster.
  const auto play = [](double tuning, double tempo) {
    Random random(5);
    std::vector<float> clip(static_cast<std::size_t>(20.0 / tempo * kTuneRateHz));
    for (int note = 0; note < 240; ++note) {
      const double start_s = random.uniform(0.0, 20.0) / tempo;
      add_note(clip, start_s, tuning * std::exp2(static_cast<double>(random.below(36)) / 12.0),
               0.1);
    }
    return clip;
  };
  const auto found = compare({play(220.0, 1.0), play(233.0, 1.0), play(220.0, 1.05)});
  ASSERT_EQ(found.size(), 3u);
  EXPECT_NEAR(found[0].speed, 1.0, 0.001);
  EXPECT_NEAR(found[0].pitch_semitones, 12.0 * std::log2(233.0 / 220.0), 0.05);
  EXPECT_NEAR(found[1].speed, 1.05, 0.001);
  EXPECT_NEAR(found[1].pitch_semitones, 0.0, 0.05);
}

TEST(NearDuplicates, AnExcerptFromTheMiddleOfASongIsFound) {
  const std::vector<float> song = tune(4, 60.0);
  const auto found = compare({song, trimmed(song, kTuneRateHz, 29.0, 21.0)});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_NEAR(found[0].offset_s, -29.0, 0.02);
  EXPECT_NEAR(found[0].overlap_s, 10.0, 0.1);
  EXPECT_TRUE(
      compare({song, trimmed(song, kTuneRateHz, 29.0, 21.0)}, {.min_overlap_s = 11.0}).empty());
}

TEST(NearDuplicates, TheSameLoopUnderOtherMelodiesIsNoDuplicate) {
  const auto with_loop = [](std::uint64_t seed) {
    std::vector<float> clip = tune(seed);
    Random random(99);
    std::vector<std::pair<double, double>> bar;
    for (int note = 0; note < 8; ++note)
      bar.emplace_back(0.25 * note,
                       110.0 * std::exp2(static_cast<double>(random.below(24)) / 12.0));
    for (double start_s = 0.0; start_s < 20.0; start_s += 2.0)
      for (const auto& [at_s, frequency_hz] : bar)
        add_note(clip, start_s + at_s, frequency_hz, 0.15);
    return clip;
  };
  EXPECT_TRUE(compare({with_loop(11), with_loop(12), with_loop(13)}).empty());
}

TEST(NearDuplicates, DoNotDependOnThreads) {
  std::vector<std::vector<float>> clips;
  for (std::uint64_t seed = 0; seed < 6; ++seed) {
    clips.push_back(tune(seed, 8.0));
    clips.push_back(at_speed(clips.back(), 1.03));
  }
  const auto one = compare(clips), three = compare(clips, {.threads = 3});
  ASSERT_EQ(one.size(), 6u);
  ASSERT_EQ(three.size(), one.size());
  for (std::size_t i = 0; i < one.size(); ++i) {
    EXPECT_EQ(three[i].first, one[i].first);
    EXPECT_EQ(three[i].second, one[i].second);
    EXPECT_EQ(three[i].score, one[i].score);
  }
}

TEST(NearDuplicates, RecordingsWithoutPeaksHaveNone) {
  EXPECT_TRUE(near_duplicates({}).empty());
  EXPECT_TRUE(compare({std::vector<float>(22050), std::vector<float>(22050), {}}).empty());
}

TEST(NearDuplicates, SteadyTonesAreNoEvidence) {
  // The same chord for 20 s, by itself and with a little noise of its own: nothing happens in
  // either.
  const auto chord = [](std::uint64_t seed) {
    std::vector<float> clip = noise(441000, seed, 0.001);
    for (const double frequency_hz : {220.0, 277.2, 329.6, 440.0, 880.0}) {
      const std::vector<float> one = tone(frequency_hz, clip.size(), kTuneRateHz, 0.1);
      for (std::size_t i = 0; i < clip.size(); ++i) clip[i] += one[i];
    }
    return clip;
  };
  EXPECT_TRUE(compare({chord(1), chord(2), chord(3)}).empty());
}

TEST(NearDuplicates, OptionsOutOfRangeAreRefused) {
  EXPECT_THROW_SAYING(near_duplicates({}, {.min_score = 1.5}), ConfigError, "min_score", "1.5");
  EXPECT_THROW_SAYING(near_duplicates({}, {.min_overlap_s = -1.0}), ConfigError, "min_overlap_s",
                      "-1");
  EXPECT_THROW_SAYING(near_duplicates({}, {.threads = 0}), ConfigError, "threads", "0");
}

}  // namespace near_duplicates_test
}  // namespace genrebench
