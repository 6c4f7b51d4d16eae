// From samples to sections: generated songs of known structure, properties, refusals.

#include "signal/segmentation/segmentation.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <set>
#include <span>
#include <string>

#include "base/error.hpp"
#include "signal/audio/audio.hpp"
#include "signal/segmentation/medleys.hpp"
#include "signal/test_clips.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace segmentation_test {

using testing::append;
using testing::authors;
using testing::kRateHz;
using testing::kTruth;
using testing::medley;
using testing::of_windows;
using testing::paper;
using testing::segment_medley;
using testing::Setting;
using testing::sound;
using testing::tuned;
using testing::with;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

std::vector<Setting> settings() {
  std::vector<Setting> all;
  const auto add = [&](const std::string& name, const SegmentationOptions& options) {
    all.push_back({name, options});
  };
  add("Tuned", tuned());
  add("TunedWithOverlap", with(tuned(), [](auto& o) { o.overlap = 0.5; }));
  add("TunedByEigengap", with(tuned(), [](auto& o) { o.choose = ClusterRule::eigengap; }));
  add("TunedWithItsNumberGiven", with(tuned(), [](auto& o) { o.clusters = 3; }));
  add("TunedWithoutPath", with(tuned(), [](auto& o) { o.path = 0.0; }));
  add("TunedWithTaper", with(tuned(), [](auto& o) { o.taper = Taper::hann; }));
  add("TunedByWindows", with(tuned(), [](auto& o) {
        o.window_s = std::nullopt;
        o.windows = 52;
      }));
  add("TunedBurg", with(tuned(), [](auto& o) { o.ar_method = ArMethod::burg; }));
  add("TunedDirect", with(tuned(), [](auto& o) { o.implementation = SemImplementation::direct; }));
  add("PaperWithItsNumberGiven", with(paper(), [](auto& o) {
        o.windows = 26;
        o.clusters = 3;
      }));
  add("PaperByMedianAndModularity", with(paper(), [](auto& o) {
        o.windows = 26;
        o.scale = AffinityScale::median;
        o.choose = ClusterRule::modularity;
      }));
  add("Authors", authors());
  return all;
}

class Medley : public ::testing::TestWithParam<Setting> {};
INSTANTIATE_TEST_SUITE_P(Segmentation, Medley, ::testing::ValuesIn(settings()),
                         [](const auto& test) { return test.param.name; });

TEST_P(Medley, IsCutWhereItsPartsMeetAndPartsThatRecurShareALabel) {
  const Segmentation result = segment_medley(GetParam().options);
  ASSERT_EQ(result.sections.size(), kTruth.size());
  const double half_window_s = 0.5 * static_cast<double>(result.window_length) / result.rate_hz;
  for (std::size_t i = 0; i < kTruth.size(); ++i) {
    EXPECT_EQ(result.sections[i].label, kTruth[i].label) << i << ", numbered by first appearance";
    EXPECT_NEAR(result.sections[i].start_s, kTruth[i].start_s, half_window_s) << i;
  }
  EXPECT_EQ(result.clustering.clusters, 3);
  EXPECT_EQ(result.largest_cluster, 0) << "A lasts 11 s, B 10 s, C 5 s";
}

TEST_P(Medley, SectionsCoverTheWindowsWithoutGapsAndLabelsAreCanonical) {
  const Segmentation result = segment_medley(GetParam().options);
  const auto& sections = result.sections;
  ASSERT_FALSE(sections.empty());
  EXPECT_EQ(sections.front().start_s, 0.0);
  EXPECT_DOUBLE_EQ(
      sections.back().end_s,
      static_cast<double>((result.n_windows() - 1) * result.hop + result.window_length) /
          result.rate_hz);
  EXPECT_LE(sections.back().end_s, result.duration_s);
  for (std::size_t i = 1; i < sections.size(); ++i) {
    EXPECT_EQ(sections[i].start_s, sections[i - 1].end_s);
    EXPECT_NE(sections[i].label, sections[i - 1].label)
        << "neighbours of one label are one section";
  }
  EXPECT_EQ(result.clustering.labels, canonical_labels(result.clustering.labels));
}

TEST_P(Medley, MatricesAreOfTheWindowsSymmetricAndFinite) {
  const Segmentation result = segment_medley(GetParam().options);
  const auto n = static_cast<Eigen::Index>(result.n_windows());
  ASSERT_EQ(result.sem.distances.rows(), n);
  ASSERT_EQ(result.symmetric.rows(), n);
  ASSERT_EQ(result.adjacency.rows(), n);
  EXPECT_TRUE(result.sem.distances.allFinite());
  EXPECT_EQ(result.symmetric, result.symmetric.transpose());
  EXPECT_EQ(result.adjacency, result.adjacency.transpose());
  EXPECT_EQ(result.adjacency.diagonal().norm(), 0.0);
  EXPECT_GE(result.adjacency.minCoeff(), 0.0);
  EXPECT_LE(result.adjacency.maxCoeff(), 1.0);
}

TEST_P(Medley, SameSeedSameBitsWhateverTheThreads) {
  const Segmentation one = segment_medley(GetParam().options);
  const Segmentation two = segment_medley(with(GetParam().options, [](auto& o) { o.threads = 5; }));
  EXPECT_EQ(one.sections, two.sections);
  EXPECT_EQ(one.sem.distances, two.sem.distances);
  EXPECT_EQ(one.adjacency, two.adjacency);
  EXPECT_EQ(one.clustering.eigenvalues, two.clustering.eigenvalues);
  EXPECT_EQ(one.clustering.embedding, two.clustering.embedding);
}

TEST(Segmentation, ABoundaryWithinAWindowIsFoundToThatWindow) {
  std::vector<float> song;
  const std::vector<ClusterSpan> truth = {
      {0.0, 5.2, 0}, {5.2, 10.1, 1}, {10.1, 16.25, 0}, {16.25, 20.9, 1}};
  for (std::size_t i = 0; i < truth.size(); ++i)
    append(song, sound(truth[i].label, truth[i].end_s - truth[i].start_s, i));
  const Segmentation result = segment(song, kRateHz, tuned(), "song");
  ASSERT_EQ(result.sections.size(), truth.size());
  for (std::size_t i = 0; i < truth.size(); ++i) {
    EXPECT_EQ(result.sections[i].label, truth[i].label);
    EXPECT_NEAR(result.sections[i].start_s, truth[i].start_s, 0.5) << i;
  }
}

TEST(Segmentation, AnotherSeedFindsTheSameInAClearCase) {
  EXPECT_EQ(segment_medley(with(tuned(), [](auto& o) { o.seed = 99; })).sections,
            segment_medley(tuned()).sections);
}

TEST(Segmentation, BothRulesFindTheNumberOfClustersInAClearCase) {
  for (const ClusterRule rule : {ClusterRule::modularity, ClusterRule::eigengap}) {
    const Segmentation result = segment_medley(with(tuned(), [&](auto& o) { o.choose = rule; }));
    EXPECT_TRUE(result.clustering.clusters_chosen);
    EXPECT_EQ(result.clustering.clusters, 3);
    std::vector<float> two = sound(0, 5.0, 1);
    append(two, sound(2, 6.0, 2));
    append(two, sound(0, 4.0, 3));
    EXPECT_EQ(segment(two, kRateHz, with(tuned(), [&](auto& o) { o.choose = rule; }), "two")
                  .clustering.clusters,
              2);
  }
  EXPECT_FALSE(
      segment_medley(with(tuned(), [](auto& o) { o.clusters = 4; })).clustering.clusters_chosen);
}

TEST(Segmentation, TheFastFormCutsAsTheDirectOne) {
  const Segmentation fast = segment_medley(tuned());
  const Segmentation direct =
      segment_medley(with(tuned(), [](auto& o) { o.implementation = SemImplementation::direct; }));
  EXPECT_LT(((fast.sem.distances - direct.sem.distances).array() / direct.sem.distances.array())
                .abs()
                .maxCoeff(),
            1e-6);
  EXPECT_EQ(fast.sections, direct.sections);
}

TEST(Segmentation, TheGraphsDistancesAreSymmetrisedAsAskedFor) {
  const Segmentation mean = segment_medley(paper());
  EXPECT_EQ(mean.symmetric, symmetrise(mean.sem.distances)) << "Eq. 4 of Eq. 2 as it stands";
  const Segmentation smaller =
      segment_medley(with(paper(), [](auto& o) { o.symmetrise = Symmetrisation::min; }));
  EXPECT_EQ(smaller.symmetric, mean.sem.distances.cwiseMin(mean.sem.distances.transpose()));
}

TEST(Segmentation, TheVarianceTermCanBeTakenOutOfTheGraphAndStaysInS) {
  const Segmentation with_it = segment_medley(paper());
  const Segmentation without =
      segment_medley(with(paper(), [](auto& o) { o.variance_weight = 0.0; }));
  EXPECT_EQ(with_it.sem.distances, without.sem.distances);
  // Twice the level of one half: without the variance term, nothing changes but rounding.
  std::vector<float> louder = medley();
  for (std::size_t i = louder.size() / 2; i < louder.size(); ++i) louder[i] *= 2.0f;
  const Segmentation louder_without = segment(louder, kRateHz,
                                              with(paper(),
                                                   [](auto& o) {
                                                     o.variance_weight = 0.0;
                                                     o.windows = 26;
                                                   }),
                                              "louder");
  const Segmentation quiet_without = segment_medley(with(paper(), [](auto& o) {
    o.variance_weight = 0.0;
    o.windows = 26;
  }));
  EXPECT_LT((louder_without.symmetric - quiet_without.symmetric).cwiseAbs().maxCoeff(),
            1e-6 * quiet_without.symmetric.maxCoeff());
  EXPECT_GT((louder_without.sem.distances - quiet_without.sem.distances).cwiseAbs().maxCoeff(),
            0.1);
}

TEST(Segmentation, ExcludedNeighboursHaveNoEdgesAndFewNearestMakeAThinGraph) {
  const Segmentation result = segment_medley(with(tuned(), [](auto& o) {
    o.exclude = 3;
    o.neighbour = 4;
    o.nearest = 1.0;
  }));
  for (Eigen::Index offset = -3; offset <= 3; ++offset)
    EXPECT_EQ(result.adjacency.diagonal(offset).norm(), 0.0) << offset;
  for (Eigen::Index j = 0; j < result.adjacency.cols(); ++j)
    EXPECT_GE((result.adjacency.col(j).array() > 0.0).count(), 4) << j;
  EXPECT_LT((result.adjacency.array() > 0.0).count(), 2 * 4 * result.adjacency.cols() + 1);
}

// The parts by themselves.

TEST(SpansOf, GivesThoseOfOneClusterInOrder) {
  EXPECT_EQ(spans_of(kTruth, 1), (std::vector<ClusterSpan>{kTruth[1], kTruth[4]}));
  EXPECT_EQ(spans_of(kTruth, 2), (std::vector<ClusterSpan>{kTruth[3]}));
  EXPECT_TRUE(spans_of(kTruth, 3).empty());
  EXPECT_TRUE(spans_of({}, 0).empty());
}

/// Two triangles, one edge between them.
Eigen::MatrixXd two_triangles() {
  Eigen::MatrixXd a = Eigen::MatrixXd::Zero(6, 6);
  for (const auto& [i, j] :
       std::vector<std::pair<int, int>>{{0, 1}, {0, 2}, {1, 2}, {3, 4}, {3, 5}, {4, 5}, {2, 3}})
    a(i, j) = a(j, i) = 1.0;
  return a;
}

TEST(Modularity, TwoTrianglesByHand) {
  // Seven edges; six within, of 14 ends 7 in each: 6 / 7 - 2 / 4.
  EXPECT_NEAR(modularity(two_triangles(), {0, 0, 0, 1, 1, 1}), 6.0 / 7.0 - 0.5, 1e-15);
  EXPECT_NEAR(modularity(two_triangles(), {1, 1, 1, 0, 0, 0}), 6.0 / 7.0 - 0.5, 1e-15)
      << "names do not matter";
  EXPECT_NEAR(modularity(7.0 * two_triangles(), {0, 0, 0, 1, 1, 1}), 6.0 / 7.0 - 0.5, 1e-15)
      << "nor the unit of weights";
  // Vertex 2 on the wrong side: 4 edges within, ends 4 and 10.
  EXPECT_NEAR(modularity(two_triangles(), {0, 0, 1, 1, 1, 1}),
              (1.0 + 4.0) / 7.0 - (4.0 * 4.0 + 10.0 * 10.0) / (14.0 * 14.0), 1e-15);
  EXPECT_NEAR(modularity(two_triangles(), {0, 0, 0, 0, 0, 0}), 0.0, 1e-15)
      << "one cluster is what degrees give";
  EXPECT_LT(modularity(two_triangles(), {0, 1, 2, 3, 4, 5}), 0.0) << "no edge is within";
}

TEST(Modularity, IsZeroForAGraphWithoutEdgesAndForNone) {
  EXPECT_EQ(modularity(Eigen::MatrixXd::Zero(4, 4), {0, 0, 1, 1}), 0.0);
  EXPECT_EQ(modularity(Eigen::MatrixXd(0, 0), {}), 0.0);
}

TEST(Modularity, OfComponentsIsOneLessTheSumOfSquaredShares) {
  Eigen::MatrixXd a = two_triangles();
  a(2, 3) = a(3, 2) = 0.0;
  EXPECT_NEAR(modularity(a, {0, 0, 0, 1, 1, 1}), 0.5, 1e-15);
}

TEST(AnalysisRate, IsTheFilesOwnOrTheOneGivenOverTheDecimation) {
  SegmentationOptions options;
  EXPECT_EQ(analysis_rate_hz(options, 44100.0), 22050.0);
  options.decimate = 10;
  EXPECT_EQ(analysis_rate_hz(options, 44100.0), 2205.0);
  options.rate_hz = std::nullopt;
  EXPECT_EQ(analysis_rate_hz(options, 44100.0), 4410.0);
}

// Refusals.

TEST(SegmentationErrors, OptionsThatContradictOneAnotherOrTheSignalAreRefused) {
  EXPECT_THROW_SAYING(segment_medley(with(tuned(), [](auto& o) { o.windows = 30; })), ConfigError,
                      "windows", "window_s", "both");
  EXPECT_THROW_SAYING(segment_medley(with(tuned(), [](auto& o) { o.window_s = std::nullopt; })),
                      ConfigError, "windows", "window_s", "neither");
  EXPECT_THROW_SAYING(segment_medley(with(paper(), [](auto& o) { o.windows = 1; })), ConfigError,
                      "windows", "at least 2", "found 1");
  EXPECT_THROW_SAYING(segment_medley(of_windows(1e-4)), ConfigError, "window_s", "two samples",
                      "8000", "0.0001");
  EXPECT_THROW_SAYING(segment_medley(of_windows(std::nan(""))), ConfigError, "window_s", "nan");
  EXPECT_THROW_SAYING(segment_medley(of_windows(1e300)), DataError, "at least two windows");
  EXPECT_THROW_SAYING(segment_medley(with(tuned(), [](auto& o) { o.overlap = 1.0; })), ConfigError,
                      "overlap", "less than 1");
  EXPECT_THROW_SAYING(segment_medley(with(of_windows(0.01), [](auto& o) { o.ar_order = 80; })),
                      ConfigError, "ar_order", "1 to 79", "80");
  EXPECT_THROW_SAYING(segment_medley(with(paper(), [](auto& o) { o.clusters = 31; })), ConfigError,
                      "clusters", "at most 30", "windows", "31");
  EXPECT_THROW_SAYING(segment_medley(with(tuned(), [](auto& o) { o.lags = 0; })), ConfigError,
                      "lags");
  EXPECT_NO_THROW(segment_medley(with(tuned(), [](auto& o) { o.clusters = 52; })));
}

TEST(SegmentationErrors, WhereTheLengthOfTheFileDecidesItIsNamed) {
  // Others of its dataset may be long enough, so this is no mistake in the configuration.
  EXPECT_THROW_SAYING(segment_medley(with(tuned(), [](auto& o) { o.clusters = 53; })), DataError,
                      "medley", "26.00 s", "52 windows of 0.5 s", "53 clusters");
  EXPECT_THROW_SAYING(segment_medley(with(paper(),
                                          [](auto& o) {
                                            o.windows = 2000;
                                            o.ar_order = 104;
                                          })),
                      DataError, "medley", "26.00 s", "104 samples", "ar_order 104");
}

TEST(SegmentationErrors, AFileTooShortForTwoWindowsIsNamedWithItsLength) {
  const std::vector<float> clip = testing::noise(6000);
  EXPECT_THROW_SAYING(segment(clip, kRateHz, tuned(), "dir/short.wav"), DataError, "dir/short.wav",
                      "0.75 s", "two windows of 0.5 s");
  EXPECT_THROW_SAYING(segment({}, kRateHz, tuned(), "empty.wav"), DataError, "empty.wav", "0.00 s");
  SegmentationOptions many = paper();
  many.windows = 4000;
  EXPECT_THROW_SAYING(segment(clip, kRateHz, many, "short.wav"), DataError, "short.wav", "0.75 s",
                      "4000 windows");
  const testing::TemporaryFolder folder;
  write_wav(folder / "short.wav", clip, 8000);
  EXPECT_THROW_SAYING(segment_file(folder / "short.wav", tuned()), DataError,
                      (folder / "short.wav").string(), "0.75 s");
  EXPECT_THROW_SAYING(segment_file(folder / "none.wav", tuned()), DataError, "none.wav");
}

TEST(SegmentationFile, AFileIsSegmentedAtTheRateOfTheAnalysis) {
  const testing::TemporaryFolder folder;
  write_wav(folder / "medley.wav", medley(), 8000, SampleFormat::float32);
  const Segmentation same =
      segment_file(folder / "medley.wav", with(tuned(), [](auto& o) { o.rate_hz = std::nullopt; }));
  EXPECT_EQ(same.sections, segment_medley(tuned()).sections);
  EXPECT_EQ(same.sem.distances, segment_medley(tuned()).sem.distances);
  const Segmentation halved = segment_file(folder / "medley.wav", with(tuned(), [](auto& o) {
                                             o.rate_hz = 8000.0;
                                             o.decimate = 2;
                                           }));
  EXPECT_EQ(halved.rate_hz, 4000.0);
  EXPECT_EQ(halved.window_length, 2000u);
  EXPECT_NEAR(halved.duration_s, 26.0, 1e-3);
}

}  // namespace segmentation_test
}  // namespace genrebench
