// The layout of windows.

#include <gtest/gtest.h>

#include <algorithm>
#include <span>

#include "signal/segmentation/medleys.hpp"
#include "signal/segmentation/segmentation.hpp"
#include "signal/test_clips.hpp"

namespace genrebench {
namespace segmentation_windows_test {

using testing::append;
using testing::kRateHz;
using testing::medley;
using testing::of_windows;
using testing::sound;
using testing::tuned;
using testing::with;

TEST(SegmentationWindows, BoundariesOfOverlappingWindowsAreInTheMiddleOfWhatTheyShare) {
  std::vector<float> song = sound(0, 4.0, 1);
  append(song, sound(1, 4.0, 2));
  const Segmentation result = segment(song, kRateHz,
                                      with(tuned(),
                                           [](auto& o) {
                                             o.overlap = 0.75;
                                             o.clusters = 2;
                                           }),
                                      "song");
  EXPECT_EQ(result.window_length, 4000u);
  EXPECT_EQ(result.hop, 1000u);
  EXPECT_EQ(result.n_windows(), 61u);
  ASSERT_EQ(result.sections.size(), 2u);
  // Window i is [i / 8, i / 8 + 1 / 2) s; it and the next share [(i + 1) / 8, i / 8 + 1 / 2), whose
  // middle is i / 8 + 5 / 16.
  const std::size_t last = static_cast<std::size_t>(std::count(result.clustering.labels.begin(),
                                                               result.clustering.labels.end(), 0)) -
                           1;
  EXPECT_DOUBLE_EQ(result.sections[0].end_s, static_cast<double>(last) / 8.0 + 5.0 / 16.0);
  EXPECT_NEAR(result.sections[0].end_s, 4.0, 0.126) << "nearer than half a hop and a bit";
  EXPECT_DOUBLE_EQ(result.start_s(last), static_cast<double>(last) / 8.0);
}

TEST(SegmentationWindows, AskedForByNumberThereAreAsMany) {
  // 10007 is prime: it divides by nothing here.
  const std::vector<float> clip = testing::noise(10007);
  for (const double overlap : {0.0, 0.25, 0.5, 0.75, 0.8, 0.9})
    for (const int windows : {2, 3, 10, 30, 99, 250}) {
      SegmentationOptions options;
      options.window_s = std::nullopt;
      options.windows = windows;
      options.overlap = overlap;
      options.ar_order = 2;
      options.clusters = 2;
      const Segmentation result = segment(clip, kRateHz, options, "clip");
      EXPECT_EQ(result.n_windows(), static_cast<std::size_t>(windows)) << "overlap " << overlap;
      EXPECT_FALSE(result.windows_lengthened);
      EXPECT_LE(result.sections.back().end_s, result.duration_s);
      EXPECT_GE(result.sections.back().end_s, result.duration_s - (windows + 1) / kRateHz - 1e-9)
          << "less than a sample a window is left";
    }
}

TEST(SegmentationWindows, OverlapIsTheShareThatNeighboursHaveInCommonToTheSample) {
  const std::vector<float> clip = testing::noise(8000);
  for (const auto& [overlap, hop] : std::vector<std::pair<double, std::size_t>>{
           {0.0, 100}, {0.1, 90}, {0.2, 80}, {0.3, 70}, {0.7, 30}, {0.8, 20}, {0.9, 10}}) {
    SegmentationOptions options = of_windows(100.0 / kRateHz);
    options.overlap = overlap;
    options.clusters = 2;
    EXPECT_EQ(segment(clip, kRateHz, options, "clip").hop, hop) << overlap;
  }
}

TEST(SegmentationWindows, TooManyAreMadeLongerAndTheResultSaysSo) {
  const std::vector<float> song = medley();
  for (const double overlap : {0.0, 0.3, 0.5, 0.9}) {
    const Segmentation result = segment(song, kRateHz,
                                        with(of_windows(0.01),
                                             [&](auto& o) {
                                               o.max_windows = 60;
                                               o.overlap = overlap;
                                               o.ar_order = 8;
                                             }),
                                        "song");
    EXPECT_TRUE(result.windows_lengthened);
    EXPECT_GT(static_cast<double>(result.window_length), 0.01 * kRateHz);
    EXPECT_LE(result.n_windows(), 60u) << overlap;
    EXPECT_GE(result.n_windows(), 54u) << overlap;
  }
  EXPECT_FALSE(segment(song, kRateHz, with(tuned(), [](auto& o) { o.max_windows = 52; }), "song")
                   .windows_lengthened);
  EXPECT_TRUE(segment(song, kRateHz, with(tuned(), [](auto& o) { o.max_windows = 51; }), "song")
                  .windows_lengthened);
}

TEST(SegmentationWindows, NeverMoreThanTheLargestNumberWhateverTheOverlap) {
  const std::vector<float> clip = testing::noise(10007);
  for (const double overlap : {0.0, 0.37, 0.75, 0.93})
    for (const int most : {2, 17, 100, 300}) {
      const Segmentation result = segment(clip, kRateHz,
                                          with(of_windows(0.002),
                                               [&](auto& o) {
                                                 o.max_windows = most;
                                                 o.overlap = overlap;
                                                 o.ar_order = 1;
                                                 o.clusters = 2;
                                               }),
                                          "clip");
      EXPECT_LE(result.n_windows(), static_cast<std::size_t>(most)) << overlap;
    }
}

TEST(SegmentationWindows, WhatIsLeftBehindTheLastWholeWindowBelongsToNoSection) {
  std::vector<float> song = medley();
  append(song, sound(2, 0.4, 9));
  const Segmentation result = segment(song, kRateHz, tuned(), "song");
  EXPECT_NEAR(result.duration_s, 26.4, 1e-9);
  EXPECT_DOUBLE_EQ(result.sections.back().end_s, 26.0);
}

}  // namespace segmentation_windows_test
}  // namespace genrebench
