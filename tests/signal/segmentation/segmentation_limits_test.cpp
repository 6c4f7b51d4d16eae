// Signals and graphs at the limits: silence, constants, few windows, components.

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <set>

#include "signal/segmentation/medleys.hpp"
#include "signal/segmentation/segmentation.hpp"
#include "signal/test_clips.hpp"

namespace genrebench {
namespace segmentation_limits_test {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

using testing::append;
using testing::authors;
using testing::kRateHz;
using testing::medley;
using testing::paper;
using testing::Setting;
using testing::sound;
using testing::tuned;
using testing::with;

/// What holds of every result.
void expect_sound(const Segmentation& result) {
  ASSERT_GE(result.n_windows(), 2u);
  EXPECT_EQ(result.clustering.labels.size(), result.n_windows());
  EXPECT_FALSE(result.sem.distances.hasNaN());
  EXPECT_FALSE(result.symmetric.hasNaN());
  EXPECT_TRUE(result.adjacency.allFinite());
  EXPECT_TRUE(result.clustering.eigenvalues.allFinite());
  EXPECT_TRUE(result.clustering.embedding.allFinite());
  ASSERT_FALSE(result.sections.empty());
  EXPECT_EQ(result.sections.front().start_s, 0.0);
  for (std::size_t i = 1; i < result.sections.size(); ++i)
    EXPECT_EQ(result.sections[i].start_s, result.sections[i - 1].end_s);
  for (const int label : result.clustering.labels) {
    EXPECT_GE(label, 0);
    EXPECT_LT(label, result.clustering.clusters);
  }
}

class Limits : public ::testing::TestWithParam<Setting> {};
INSTANTIATE_TEST_SUITE_P(Segmentation, Limits,
                         ::testing::Values(Setting{"Tuned", tuned()}, Setting{"Paper", paper()},
                                           Setting{"Authors", authors()},
                                           Setting{"Direct", with(tuned(),
                                                                  [](auto& o) {
                                                                    o.implementation =
                                                                        SemImplementation::direct;
                                                                  })}),
                         [](const auto& test) { return test.param.name; });

TEST_P(Limits, SilenceIsAllAtDistanceZero) {
  const Segmentation result =
      segment(std::vector<float>(200000, 0.0f), kRateHz, GetParam().options, "silence");
  expect_sound(result);
  EXPECT_EQ(result.sem.distances.norm(), 0.0);
}

TEST(SegmentationLimits, ASongThatIsTheSameThroughoutIsCutInTwoHalves) {
  // One cluster is never chosen; with edges between successive windows, halves cut the fewest.
  for (const float level : {0.0f, 0.25f}) {
    const Segmentation result =
        segment(std::vector<float>(200000, level), kRateHz, tuned(), "steady");
    EXPECT_EQ(result.sections, (std::vector<ClusterSpan>{{0.0, 12.5, 0}, {12.5, 25.0, 1}}))
        << level;
    EXPECT_EQ(result.largest_cluster, 0);
    EXPECT_EQ(segment(std::vector<float>(200000, level), kRateHz,
                      with(tuned(), [](auto& o) { o.clusters = 1; }), "steady")
                  .sections,
              (std::vector<ClusterSpan>{{0.0, 25.0, 0}}));
  }
}

TEST_P(Limits, AConstantAndASquareWaveGiveSoundAnswers) {
  expect_sound(segment(std::vector<float>(200000, 0.25f), kRateHz, GetParam().options, "constant"));
  std::vector<float> clipped = testing::tone(440.0, 200000, kRateHz, 50.0);
  for (float& x : clipped) x = std::clamp(x, -1.0f, 1.0f);
  expect_sound(segment(clipped, kRateHz, GetParam().options, "clipped"));
}

TEST_P(Limits, OneLoudSampleInSilenceGivesASoundAnswer) {
  std::vector<float> clip(200000, 0.0f);
  clip[100000] = 1.0f;
  expect_sound(segment(clip, kRateHz, GetParam().options, "click"));
}

TEST_P(Limits, HalfSilenceIsAClusterOfItsOwn) {
  std::vector<float> clip = sound(0, 12.0, 1);
  clip.resize(24 * 8000, 0.0f);
  SegmentationOptions options = GetParam().options;
  options.clusters = 2;
  if (options.windows) options.windows = 48;
  const Segmentation result = segment(clip, kRateHz, options, "half");
  expect_sound(result);
  const auto n = static_cast<Eigen::Index>(result.n_windows());
  EXPECT_EQ(result.sem.distances(0, n - 1), kInfinity) << "no model of sound whitens silence";
  EXPECT_GT(result.sem.distances(n - 1, 0), 0.0);
  EXPECT_EQ(result.sem.distances(n - 1, n - 2), 0.0);
  ASSERT_EQ(result.sections.size(), 2u);
  EXPECT_DOUBLE_EQ(result.sections[0].end_s, 12.0);
}

TEST_P(Limits, FewWindowsOfAnyNumberGiveSoundAnswers) {
  const std::vector<float> clip = medley();
  for (const int windows : {2, 3, 4, 5, 6, 7, 8}) {
    SegmentationOptions options = GetParam().options;
    options.window_s = std::nullopt;
    options.windows = windows;
    if (options.clusters) options.clusters = 2;
    const Segmentation result = segment(clip, kRateHz, options, "few");
    expect_sound(result);
    EXPECT_EQ(result.n_windows(), static_cast<std::size_t>(windows));
  }
}

TEST(SegmentationGraph, ADisconnectedGraphGivesItsComponents) {
  // Each window is kept with its two nearest; no edge leaves a sound.
  std::vector<float> song = sound(0, 4.0, 1);
  for (const int part : {1, 2, 0, 2, 1})
    append(song, sound(part, 4.0, static_cast<std::uint64_t>(part + 10)));
  const Segmentation result = segment(song, kRateHz,
                                      with(tuned(),
                                           [](auto& o) {
                                             o.path = 0.0;
                                             o.neighbour = 4;
                                             o.clusters = 3;
                                           }),
                                      "song");
  const auto label_at = [&](double second) {
    return result.clustering.labels[static_cast<std::size_t>(second / 0.5)];
  };
  for (std::size_t i = 0; i < result.n_windows(); ++i)
    for (std::size_t j = 0; j < result.n_windows(); ++j)
      if (result.clustering.labels[i] != result.clustering.labels[j]) {
        EXPECT_EQ(result.adjacency(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)), 0.0)
            << i << " " << j;
      }
  EXPECT_NEAR(result.clustering.eigenvalues[2], 1.0, 1e-12) << "an eigenvalue of 1 a component";
  EXPECT_EQ(label_at(1.0), label_at(13.0));
  EXPECT_EQ(label_at(5.0), label_at(21.0));
  EXPECT_EQ(label_at(9.0), label_at(17.0));
  EXPECT_EQ(result.sections.size(), 6u);
}

}  // namespace segmentation_limits_test
}  // namespace genrebench
