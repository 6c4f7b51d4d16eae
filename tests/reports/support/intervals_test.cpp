#include "reports/support/intervals.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace genrebench {
namespace intervals_test {

// The reference values of this file are from SciPy 1.17.1 and NumPy 2:
//   import numpy as np; from scipy import stats
//   a = np.array([0.42, 0.45, 0.47, 0.44, 0.50]); b = np.array([0.40, 0.44, 0.41, 0.43, 0.45])
//   c = np.array([0.30, 0.41, 0.38])
//   def corrected(x, r, level=0.95):
//     h = stats.t.ppf(0.5 + level / 2, len(x) - 1) * np.sqrt(x.var(ddof=1) * (1 / len(x) + r))
//     return x.mean() - h, x.mean() + h
//   def welch(x, y, rx, ry):
//     vx = x.var(ddof=1) * (1 / len(x) + rx); vy = y.var(ddof=1) * (1 / len(y) + ry); v = vx + vy
//     df = v * v / (vx * vx / (len(x) - 1) + vy * vy / (len(y) - 1))
//     h = stats.t.ppf(0.975, df) * v ** 0.5; return x.mean() - y.mean() - h, x.mean() - y.mean() +
//     h, df
// Both sides compute in double precision; 1e-12 leaves room for the order of the operations.
constexpr double kTolerance = 1e-12;
const std::vector<double> kA = {0.42, 0.45, 0.47, 0.44, 0.50};
const std::vector<double> kB = {0.40, 0.44, 0.41, 0.43, 0.45};
const std::vector<double> kC = {0.30, 0.41, 0.38};
constexpr double kRatio = 3.0 / 7.0;  ///< of 70/30

std::vector<DivisionScore> divisions(const std::vector<double>& scores, double ratio = kRatio) {
  std::vector<DivisionScore> result;
  for (const double score : scores) result.push_back({score, ratio});
  return result;
}

/// A run per score, on divisions "0", "1", …
std::vector<ScoredRun> runs(const std::vector<double>& scores, const std::string& prefix = "") {
  std::vector<ScoredRun> result;
  for (std::size_t i = 0; i < scores.size(); ++i)
    result.push_back(
        {.score = scores[i], .division = fmt::format("{}{}", prefix, i), .test_ratio = kRatio});
  return result;
}

/// An artist's songs, of which the first so many are right.
struct Artist {
  int n_right = 0, n_songs = 0;
  bool known = true;
  int genre = 0;
};

Answers answers_of(const std::vector<Artist>& artists) {
  Answers result;
  int track = 0;
  for (std::size_t a = 0; a < artists.size(); ++a)
    for (int song = 0; song < artists[a].n_songs; ++song, ++track)
      result.push_back({.track = track,
                        .cluster = artists[a].known ? static_cast<int>(a) : -1,
                        .truth = artists[a].genre,
                        .predicted = artists[a].genre + (song < artists[a].n_right ? 0 : 1)});
  return result;
}

ScoredRun run_of(const Answers& answers, const std::string& division = "the list") {
  double n_right = 0.0;
  for (const Answer& answer : answers) n_right += answer.truth == answer.predicted;
  return {.score = n_right / static_cast<double>(answers.size()),
          .division = division,
          .test_ratio = kRatio,
          .answers = [answers] { return answers; }};
}

/// The artists of the bootstrap's reference: 29 of 48 songs are right.
const std::vector<Artist> kArtists = {{3, 4}, {0, 2}, {5, 5}, {2, 5}, {1, 1}, {0, 3},
                                      {4, 4}, {6, 9}, {2, 2}, {1, 4}, {3, 3}, {2, 6}};

TEST(CorrectedT, AgreesWithScipy) {
  const Estimate estimate = corrected_t(divisions(kA), kProportion);
  EXPECT_NEAR(estimate.mean, 0.456, kTolerance);
  EXPECT_NEAR(estimate.deviation.value(), 0.030495901363953814, kTolerance);
  EXPECT_NEAR(estimate.interval.value().low, 0.3888713545799161, kTolerance);
  EXPECT_NEAR(estimate.interval.value().high, 0.5231286454200839, kTolerance);
  EXPECT_EQ(estimate.degrees_of_freedom, 4.0);
  EXPECT_EQ(estimate.n_units, 5u);
  EXPECT_EQ(estimate.method_id(), "corrected_t");
  EXPECT_FALSE(estimate.cut_off);
  const Interval wider = corrected_t(divisions(kA), kProportion, 0.99).interval.value();
  EXPECT_NEAR(wider.low, 0.3446825993711615, kTolerance);
  EXPECT_NEAR(wider.high, 0.5673174006288384, kTolerance);
}

TEST(CorrectedT, IsWiderThanStudentsByWhatNadeauAndBengioSay) {
  const auto width = [](const std::vector<double>& scores, double ratio) {
    return corrected_t(divisions(scores, ratio), kUnbounded).interval.value().half_width();
  };
  EXPECT_NEAR(width(kA, 0.0), 0.0378656628163945,
              kTolerance);  // stats.t.interval(0.95, 4, a.mean(), stats.sem(a))
  EXPECT_NEAR(width(kA, kRatio) / width(kA, 0.0), 1.7728105208558365,
              1e-9);  // 5 seeds of 70/30: sqrt(1 + 5 * 3/7)
  const std::vector<double> folds = {0.4, 0.5, 0.45, 0.47, 0.52, 0.41, 0.39, 0.5, 0.44, 0.48};
  EXPECT_NEAR(width(folds, 1.0 / 9.0) / width(folds, 0.0), 1.4529663145135578,
              1e-9);  // 10 folds: sqrt(1 + 10/9)
}

TEST(CorrectedT, IsCutOffAtTheBoundsAndSaysSo) {
  // Mean 0.95, deviation 0.05: corrected([0.9, 0.95, 1.0], 3/7) = 0.762, 1.138.
  const Estimate estimate = corrected_t(divisions({0.9, 0.95, 1.0}), kProportion);
  EXPECT_EQ(estimate.interval.value().high, 1.0);
  EXPECT_NEAR(estimate.interval.value().low, 0.762216839779188, kTolerance);
  EXPECT_TRUE(estimate.cut_off);
  EXPECT_GT(corrected_t(divisions({0.9, 0.95, 1.0}), kUnbounded).interval.value().high, 1.0);
  const Estimate low = corrected_t(divisions({0.02, 0.3, 0.01}), kProportion);
  EXPECT_EQ(low.interval.value().low, 0.0);
  const Estimate difference = corrected_t(divisions({-0.9, 0.9, -0.95}), kDifference);
  EXPECT_EQ(difference.interval.value().low, -1.0);
  EXPECT_EQ(difference.interval.value().high, 1.0);
}

TEST(CorrectedT, NeedsTwoDivisionsThatDifferAndARatio) {
  EXPECT_FALSE(corrected_t(divisions({0.4}), kProportion).interval);
  EXPECT_FALSE(corrected_t({}, kProportion).interval);
  EXPECT_TRUE(std::isnan(corrected_t({}, kProportion).mean));
  EXPECT_FALSE(corrected_t(divisions({0.4, 0.4, 0.4}), kProportion).interval);
  EXPECT_FALSE(corrected_t(divisions({0.3 + 0.1, 0.4, 0.2 + 0.2}), kProportion).interval);
  EXPECT_EQ(corrected_t(divisions({0.4}), kProportion).method_id(), "");
  EXPECT_FALSE(
      corrected_t(divisions(kA, std::numeric_limits<double>::quiet_NaN()), kProportion).interval);
}

TEST(CorrectedT, NotANumberIsNotHidden) {
  const Estimate estimate =
      corrected_t(divisions({0.5, std::numeric_limits<double>::quiet_NaN()}), kUnbounded);
  EXPECT_TRUE(std::isnan(estimate.mean));
  EXPECT_TRUE(!estimate.interval || std::isnan(estimate.interval->low));
}

TEST(CorrectedWelch, AgreesWithScipy) {
  const Estimate estimate = corrected_welch(divisions(kA), divisions(kC), kDifference);
  EXPECT_NEAR(estimate.mean, 0.09266666666666667, kTolerance);
  EXPECT_NEAR(estimate.degrees_of_freedom, 2.977950228100953, 1e-9);
  EXPECT_NEAR(estimate.interval.value().low, -0.08377214183719045, 1e-10);
  EXPECT_NEAR(estimate.interval.value().high, 0.2691054751705238, 1e-10);
  EXPECT_EQ(estimate.method_id(), "corrected_welch");
  // Each side has its own share of training tracks.
  const Estimate other = corrected_welch(divisions(kA), divisions(kC, 0.25), kDifference);
  EXPECT_NEAR(other.degrees_of_freedom, 3.2745808373369725, 1e-9);
  EXPECT_NEAR(other.interval.value().low, -0.05827442528619162, 1e-10);
  EXPECT_NEAR(other.interval.value().high, 0.24360775861952497, 1e-10);
  EXPECT_FALSE(corrected_welch(divisions(kA), divisions({0.4}), kDifference).interval);
  EXPECT_FALSE(corrected_welch(divisions({0.4, 0.4}), divisions(kA), kDifference).interval);
}

TEST(EstimateScore, RunsThatShareADivisionAreAveragedFirst) {
  const std::vector<ScoredRun> once = runs(kA);
  const Estimate of_once = estimate_score(once, ScoreKind::accuracy, "artists");
  // Every number five times, as five seeds of a deterministic method on one division give.
  std::vector<ScoredRun> repeated;
  for (int seed = 0; seed < 5; ++seed) repeated.insert(repeated.end(), once.begin(), once.end());
  const Estimate of_repeated = estimate_score(repeated, ScoreKind::accuracy, "artists");
  EXPECT_EQ(of_repeated.n_units, 5u);
  EXPECT_NEAR(of_repeated.interval.value().low, of_once.interval.value().low, kTolerance);
  EXPECT_NEAR(of_repeated.interval.value().low, 0.3888713545799161, kTolerance);
  // Repeats of a method with chance in it: divisions count alike, however often each was run.
  const std::vector<ScoredRun> unequal = {{.score = 0.4, .division = "a", .test_ratio = kRatio},
                                          {.score = 0.6, .division = "a", .test_ratio = kRatio},
                                          {.score = 0.7, .division = "b", .test_ratio = kRatio}};
  EXPECT_NEAR(estimate_score(unequal, ScoreKind::accuracy, "artists").mean, 0.6, kTolerance);
}

// For strata st = [(right, n), ...], one per genre, N = sum(n.sum() for _, n in st):
//   t = 0; squares = cubes = denominator = 0
//   for right, n in st:
//     m = len(n); w = rng.multinomial(m - 1, np.ones(m) / m, 400000)
//     t = t + n.sum() / N * (w @ right) / (w @ n)
//     without = np.array([(right.sum() - right[i]) / (n.sum() - n[i]) for i in range(m)]) * n.sum()
//     / N influence = (m - 1) * (without.mean() - without); v = (influence ** 2).sum() squares +=
//     v; cubes += (influence ** 3).sum() denominator += v * v / (n.sum() ** 2 / (n ** 2).sum() - 1)
//   a = cubes / (6 * squares ** 1.5); z = stats.t.ppf(0.975, squares ** 2 / denominator)
//   z0 = stats.norm.ppf((t < theta).mean() + (t == theta).mean() / 2)
//   np.quantile(t, stats.norm.cdf(z0 + (z0 + q) / (1 - a * (z0 + q)))) for q = -z, z
// One genre: 0.36842, 0.82857. Without strata and with n draws it is scipy.stats.bootstrap((right,
// n), ratio, paired=True, method="BCa") at the level of that z: 0.36735, 0.83333. Ours has 2000
// resamples; a quantile so far out has a standard error of about 0.012.
TEST(EstimateScore, OneDivisionIsResampledByArtistAsInNumPy) {
  const std::vector<ScoredRun> one = {run_of(answers_of(kArtists))};
  const Estimate estimate = estimate_score(one, ScoreKind::accuracy, "artists");
  EXPECT_NEAR(estimate.mean, 29.0 / 48.0, kTolerance);
  EXPECT_NEAR(estimate.interval.value().low, 0.36842, 0.03);
  EXPECT_NEAR(estimate.interval.value().high, 0.82857, 0.03);
  EXPECT_EQ(estimate.method_id(), "bootstrap_artists");
  EXPECT_EQ(estimate.n_units, 12u);
  // The same from the same, always.
  EXPECT_EQ(estimate_score(one, ScoreKind::accuracy, "artists").interval.value().low,
            estimate.interval.value().low);
  // Songs of one artist are alike, so the interval is wider than that of 48 independent songs.
  EXPECT_GT(estimate.interval.value().half_width(), 1.3 * wilson_interval(29, 48).half_width());
}

// As above with the second genre right = [1, 2, 0, 4, 1], n = [4, 4, 3, 6, 5]: 0.35279, 0.70521
TEST(EstimateScore, ArtistsAreResampledWithinTheirGenre) {
  std::vector<Artist> artists = kArtists;
  for (const auto& [n_right, n_songs] : {std::pair(1, 4), {2, 4}, {0, 3}, {4, 6}, {1, 5}})
    artists.push_back({.n_right = n_right, .n_songs = n_songs, .genre = 1});
  const Estimate estimate =
      estimate_score(std::vector{run_of(answers_of(artists))}, ScoreKind::accuracy, "artists");
  EXPECT_NEAR(estimate.mean, 37.0 / 70.0, kTolerance);
  EXPECT_NEAR(estimate.interval.value().low, 0.35279, 0.03);
  EXPECT_NEAR(estimate.interval.value().high, 0.70521, 0.03);
  EXPECT_EQ(estimate.n_units, 17u);

  // Genres that are recognised always and never are no chance: only their artists are.
  std::vector<Artist> apart;
  for (int a = 0; a < 20; ++a) {
    const bool exception = a % 10 == 0;
    apart.push_back(
        {.n_right = (a < 10) == exception ? 0 : 3, .n_songs = 3, .genre = a < 10 ? 0 : 1});
  }
  const Estimate within =
      estimate_score(std::vector{run_of(answers_of(apart))}, ScoreKind::accuracy, "artists");
  for (Artist& artist : apart) artist.genre = 0;
  const Estimate mixed =
      estimate_score(std::vector{run_of(answers_of(apart))}, ScoreKind::accuracy, "artists");
  EXPECT_NEAR(within.mean, 0.5, kTolerance);
  EXPECT_LT(within.interval.value().half_width(), 0.8 * mixed.interval.value().half_width());
}

TEST(EstimateScore, GenresOfOneArtistAreResampledTogether) {
  std::vector<Artist> artists;
  for (int a = 0; a < 6; ++a) artists.push_back({.n_right = a, .n_songs = 6, .genre = a});
  const Estimate each =
      estimate_score(std::vector{run_of(answers_of(artists))}, ScoreKind::accuracy, "artists");
  ASSERT_TRUE(each.interval);
  EXPECT_GT(each.interval->half_width(), 0.1);
  artists.push_back({.n_right = 1, .n_songs = 6, .genre = 0});  // now one genre has two
  EXPECT_TRUE(
      estimate_score(std::vector{run_of(answers_of(artists))}, ScoreKind::accuracy, "artists")
          .interval);
  const std::vector<Artist> three = {{3, 6}, {1, 6}, {6, 6, true, 1}};  // the single one joins the
                                                                        // others
  EXPECT_EQ(estimate_score(std::vector{run_of(answers_of(three))}, ScoreKind::accuracy, "artists")
                .n_units,
            3u);
}

TEST(EstimateScore, FiveIdenticalRunsOnOneDivisionSayWhatOneSays) {
  const ScoredRun one = run_of(answers_of(kArtists));
  const Estimate of_one = estimate_score(std::vector{one}, ScoreKind::accuracy, "artists");
  const Estimate of_five = estimate_score(std::vector(5, one), ScoreKind::accuracy, "artists");
  ASSERT_TRUE(of_five.interval);
  EXPECT_GT(of_five.interval->half_width(), 0.1);
  EXPECT_NEAR(of_five.interval->low, of_one.interval->low, kTolerance);
  EXPECT_NEAR(of_five.interval->high, of_one.interval->high, kTolerance);
  EXPECT_EQ(of_five.n_units, of_one.n_units);
}

TEST(EstimateScore, WithoutAnyKnownArtistItIsWilsons) {
  std::vector<Artist> unknown = kArtists;
  for (Artist& artist : unknown) artist.known = false;
  const Estimate estimate =
      estimate_score(std::vector{run_of(answers_of(unknown))}, ScoreKind::accuracy, "artists");
  EXPECT_EQ(estimate.method_id(), "wilson");
  EXPECT_EQ(estimate.n_units, 48u);
  EXPECT_NEAR(estimate.interval.value().low, wilson_interval(29, 48).low, kTolerance);
  // Two runs that differ on one division: Wilson's interval of the mean share, for as many tracks.
  std::vector<Artist> other = unknown;
  other[0].n_right = 1;
  const std::vector<ScoredRun> two = {run_of(answers_of(unknown)), run_of(answers_of(other))};
  EXPECT_NEAR(estimate_score(two, ScoreKind::accuracy, "artists").interval.value().low,
              wilson_interval(28, 48).low, kTolerance);
  EXPECT_EQ(estimate_score(two, ScoreKind::accuracy, "artists").n_units, 48u);
}

TEST(EstimateScore, TracksOfUnknownArtistsAreEachTheirOwnWhereOthersAreKnown) {
  std::vector<Artist> some = kArtists;
  some[7].known = false;  // of 9 songs
  const Estimate estimate =
      estimate_score(std::vector{run_of(answers_of(some))}, ScoreKind::accuracy, "artists");
  EXPECT_EQ(estimate.method_id(), "bootstrap_artists");
  EXPECT_EQ(estimate.n_units, 11u + 9u);
}

TEST(EstimateScore, AllRightOrAllWrongIsNotCertain) {
  const std::vector<Artist> right(12, Artist{4, 4}), wrong(12, Artist{0, 4});
  const Estimate of_right =
      estimate_score(std::vector{run_of(answers_of(right))}, ScoreKind::accuracy, "artists");
  // stats.binomtest(12, 12).proportion_ci(0.95, "wilson"): 12 artists, not 48 songs
  EXPECT_NEAR(of_right.interval.value().low, 0.7575059933447592, kTolerance);
  EXPECT_EQ(of_right.interval.value().high, 1.0);
  EXPECT_EQ(of_right.method_id(), "wilson");
  EXPECT_EQ(of_right.n_units, 12u);
  EXPECT_EQ(estimate_score(std::vector{run_of(answers_of(wrong))}, ScoreKind::accuracy, "artists")
                .interval.value()
                .low,
            0.0);
  // Several divisions, all right: there is no variance between them, but neither certainty.
  const std::vector<ScoredRun> two = {run_of(answers_of(right), "a"),
                                      run_of(answers_of(right), "b")};
  EXPECT_NEAR(estimate_score(two, ScoreKind::accuracy, "artists").interval.value().low,
              0.7575059933447592, kTolerance);
}

TEST(EstimateScore, MacroF1OfOneDivisionIsResampledToo) {
  Answers answers = answers_of(kArtists);
  for (Answer& answer : answers) answer.truth = answer.track % 2;
  for (Answer& answer : answers) answer.predicted = answer.track % 3 == 0 ? 2 : answer.track % 2;
  const Estimate estimate =
      estimate_score(std::vector{run_of(answers)}, ScoreKind::macro_f1, "artists");
  EXPECT_EQ(estimate.method_id(), "bootstrap_artists");
  EXPECT_LT(estimate.interval.value().low, 0.8);  // f1_score(labels=[0, 1], average="macro") = 0.8
  EXPECT_GT(estimate.interval.value().high, 0.8);
  for (Answer& answer : answers) answer.cluster = -1;
  EXPECT_EQ(
      estimate_score(std::vector{run_of(answers)}, ScoreKind::macro_f1, "artists").method_id(),
      "bootstrap_tracks");
}

TEST(EstimateScore, WithoutAnswersOneDivisionHasNoInterval) {
  EXPECT_FALSE(estimate_score(runs({0.4}), ScoreKind::accuracy, "artists").interval);
  EXPECT_FALSE(estimate_score({}, ScoreKind::accuracy, "artists").interval);
}

TEST(AccuracyDifference, IsPairedOverCommonDivisions) {
  std::vector<ScoredRun> first = runs(kA);
  const Estimate estimate = accuracy_difference(first, runs(kB), "artists");
  EXPECT_NEAR(estimate.mean, 0.03, kTolerance);
  EXPECT_NEAR(estimate.interval.value().low, -0.02162353666091773,
              kTolerance);  // corrected(a - b, 3/7)
  EXPECT_NEAR(estimate.interval.value().high, 0.0816235366609177, kTolerance);
  // A division that one side lacks does not count.
  first.push_back({.score = 0.9, .division = "another", .test_ratio = kRatio});
  EXPECT_NEAR(accuracy_difference(first, runs(kB), "artists").mean, 0.03, kTolerance);
}

TEST(AccuracyDifference, IsWelchsWhereNoDivisionIsCommon) {
  const Estimate estimate =
      accuracy_difference(runs(kA, "leaky "), runs(kC, "grouped "), "artists");
  EXPECT_EQ(estimate.method_id(), "corrected_welch");
  EXPECT_NEAR(estimate.interval.value().low, -0.08377214183719045, 1e-10);
}

// As above with right - second in place of right: 0.02222, 0.3
TEST(AccuracyDifference, IsABootstrapOverArtistsOnOneDivision) {
  std::vector<Artist> second = kArtists;
  const std::vector<int> n_right = {2, 1, 3, 1, 0, 0, 4, 4, 1, 1, 2, 2};
  for (std::size_t a = 0; a < second.size(); ++a) second[a].n_right = n_right[a];
  const std::vector<ScoredRun> a = {run_of(answers_of(kArtists))}, b = {run_of(answers_of(second))};
  const Estimate estimate = accuracy_difference(a, b, "artists");
  EXPECT_NEAR(estimate.mean, 1.0 / 6.0, kTolerance);
  EXPECT_EQ(estimate.method_id(), "bootstrap_artists");
  EXPECT_NEAR(estimate.interval.value().low, 0.02222, 0.02);
  EXPECT_NEAR(estimate.interval.value().high, 0.3, 0.02);
  // What both have in common does not widen it.
  EXPECT_LT(estimate.interval.value().half_width(),
            0.7 * estimate_score(a, ScoreKind::accuracy, "artists").interval.value().half_width());
}

TEST(AccuracyDifference, OfIdenticalAnswersIsZeroWithoutAnInterval) {
  const std::vector<ScoredRun> one = {run_of(answers_of(kArtists))};
  const Estimate estimate = accuracy_difference(one, one, "artists");
  EXPECT_EQ(estimate.mean, 0.0);
  EXPECT_FALSE(estimate.interval);
}

TEST(AccuracyDifference, OfOneDivisionEachResamplesTheArtistsOfBoth) {
  const std::vector<ScoredRun> leaky = {run_of(answers_of(kArtists), "leaky")};
  Answers others = answers_of(std::vector<Artist>(12, Artist{1, 4}));
  for (Answer& answer : others) answer.track += 1000;
  const std::vector<ScoredRun> grouped = {run_of(others, "grouped")};
  const Estimate estimate = accuracy_difference(leaky, grouped, "artists");
  EXPECT_EQ(estimate.method_id(), "bootstrap_artists");
  EXPECT_EQ(estimate.n_units, 12u);
  EXPECT_NEAR(estimate.mean, 29.0 / 48.0 - 0.25, kTolerance);
  EXPECT_GT(estimate.interval.value().low, 0.0);
  // One division against several: neither kind of interval is right.
  const std::vector<ScoredRun> several = {run_of(others, "g1"), run_of(answers_of(kArtists), "g2")};
  EXPECT_FALSE(accuracy_difference(leaky, several, "artists").interval);
}

TEST(PairedDifference, IsPairedByDivisionAndNeedsTwo) {
  EXPECT_NEAR(paired_difference(runs(kA), runs(kB), kDifference).interval.value().high,
              0.0816235366609177, kTolerance);
  EXPECT_FALSE(paired_difference(runs({0.4}), runs({0.3}), kDifference).interval);
  EXPECT_NEAR(paired_difference(runs({0.4}), runs({0.3}), kDifference).mean, 0.1, kTolerance);
}

}  // namespace intervals_test
}  // namespace genrebench
