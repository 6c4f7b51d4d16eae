#include "pipeline/excerpts/support/window_features.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <vector>

#include "base/error.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace window_features_test {

std::vector<float> tone(double hz, double seconds) {
  std::vector<float> samples(static_cast<std::size_t>(seconds * kWindowFeatureRate));
  for (std::size_t i = 0; i < samples.size(); ++i)
    samples[i] = static_cast<float>(
        0.3 * std::sin(2.0 * std::numbers::pi * hz * static_cast<double>(i) / kWindowFeatureRate));
  return samples;
}

TEST(SongWindows, AreAsManyAsFitAndLongerWhereThereWouldBeTooMany) {
  const std::vector<float> samples(static_cast<std::size_t>(10.3 * kWindowFeatureRate), 0.0f);
  const SongWindows windows = lay_song_windows(samples, 0.5, 2, "song");
  EXPECT_EQ(windows.count, 20);
  EXPECT_EQ(windows.length_s, 0.5);
  EXPECT_EQ(windows.end_s(), 10.0);
  const SongWindows many = lay_song_windows(samples, 0.001, 2, "song");
  EXPECT_EQ(many.count, 3000);
  EXPECT_NEAR(many.end_s(), 10.3, 0.01);
  EXPECT_THROW_SAYING(lay_song_windows(samples, 6.0, 2, "song.wav"), DataError, "song.wav",
                      "10.30 s", "at least 2");
}

TEST(WindowMeans, AreOfTheFramesInEachWindow) {
  // A frame a second, 0 to 9; windows of 2 s.
  Eigen::MatrixXd frames(1, 10);
  for (int i = 0; i < 10; ++i) frames(0, i) = i;
  const SongWindows windows{.length_s = 2.0, .count = 5};
  const int second = static_cast<int>(kWindowFeatureRate);
  Eigen::MatrixXd expected(1, 5);
  expected << 0.5, 2.5, 4.5, 6.5, 8.5;
  EXPECT_EQ(window_means(frames, second, windows), expected);
  const Eigen::MatrixXd both = window_means(frames, second, windows, /*deviations=*/true);
  EXPECT_EQ(both.row(0), expected.row(0));
  for (int w = 0; w < 5; ++w) EXPECT_EQ(both(1, w), 0.5);
}

TEST(WithContext, AveragesEachWindowWithThoseAroundItThatThereAre) {
  Eigen::MatrixXd features(1, 4), expected(1, 4);
  features << 0.0, 3.0, 6.0, 0.0;
  expected << 1.5, 3.0, 3.0, 3.0;
  EXPECT_EQ(with_context(features, 1), expected);
  EXPECT_EQ(with_context(features, 0), features);
  EXPECT_EQ(with_context(features, 9), Eigen::MatrixXd::Constant(1, 4, 2.25));
}

TEST(SemitoneLevels, OfAToneAreLargestAtItsSemitone) {
  for (const auto& [hz, semitone] : {std::pair(440.0, 33), std::pair(1046.5, 48)}) {
    const std::vector<float> samples = tone(hz, 3.0);
    const Eigen::MatrixXd levels =
        semitone_levels(samples, lay_song_windows(samples, 0.5, 2, "tone"));
    ASSERT_EQ(levels.rows(), 72);
    ASSERT_EQ(levels.cols(), 6);
    for (Eigen::Index w = 0; w < levels.cols(); ++w) {
      Eigen::Index loudest = 0;
      levels.col(w).maxCoeff(&loudest);
      EXPECT_EQ(loudest, semitone) << hz << " Hz, semitones from C2";
    }
    EXPECT_GE(levels.minCoeff(), -80.0);
  }
}

TEST(SongMfcc, HasAFrameEvery512Samples) {
  const Eigen::MatrixXd frames = song_mfcc(tone(440.0, 1.0), 13);
  EXPECT_EQ(frames.rows(), 13);
  EXPECT_EQ(frames.cols(), 1 + 22050 / 512);
}

TEST(Standardised, HasMeanZeroAndDeviationOneButForWhatDoesNotVary) {
  Eigen::MatrixXd features(2, 4);
  features << 1.0, 3.0, 1.0, 3.0,  //
      7.0, 7.0, 7.0, 7.0;
  Eigen::MatrixXd expected(2, 4);
  expected << -1.0, 1.0, -1.0, 1.0,  //
      0.0, 0.0, 0.0, 0.0;
  EXPECT_EQ(standardised(features), expected);
}

}  // namespace window_features_test
}  // namespace genrebench
