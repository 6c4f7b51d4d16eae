#include "reports/support/compare_pairs.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <string>

namespace genrebench::compare {
namespace compare_pairs_test {

constexpr double kRatio = 3.0 / 7.0;  ///< of 70/30

ScoredRun run_of(Answers answers, const std::string& division = "the list") {
  return {.division = division, .test_ratio = kRatio, .answers = [answers = std::move(answers)] {
            return answers;
          }};
}

/// `n` songs of one genre, of which those in [from, to) are right.
/// @param per_artist  successive songs of an artist
Answers answers_of(int n, int from, int to, int per_artist) {
  Answers result;
  for (int i = 0; i < n; ++i)
    result.push_back({.track = i,
                      .cluster = i / per_artist,
                      .truth = 0,
                      .predicted = i >= from && i < to ? 0 : 1});
  return result;
}

Pair compare_answers(const Answers& first, const Answers& second) {
  return compare_pair(std::vector{run_of(first)}, std::vector{run_of(second)}, {});
}

/// The values of tests/golden/compare/bootstrap.txt, by name.
std::map<std::string, double> golden() {
  std::ifstream file(GENREBENCH_SOURCE_DIR "/tests/golden/compare/bootstrap.txt");
  std::map<std::string, double> result;
  std::string name;
  for (double value = 0.0; file >> name >> value;) result[name] = value;
  return result;
}

/// Those of both methods in tests/golden/compare/answers.txt.
std::pair<Answers, Answers> golden_answers() {
  std::ifstream file(GENREBENCH_SOURCE_DIR "/tests/golden/compare/answers.txt");
  std::pair<Answers, Answers> result;
  Answer answer;
  for (int first = 0, second = 0;
       file >> answer.track >> answer.cluster >> answer.truth >> first >> second;) {
    answer.predicted = first;
    result.first.push_back(answer);
    answer.predicted = second;
    result.second.push_back(answer);
  }
  return result;
}

// tests/golden/compare/make.py draws the same resamples and computes the rest anew.
TEST(ComparePair, TheBootstrapAgreesWithNumPyOnTheSameResamples) {
  const std::map<std::string, double> expected = golden();
  const auto [first, second] = golden_answers();
  ASSERT_EQ(first.size(), 88u);
  const std::vector<ScoredRun> a = {run_of(first)}, b = {run_of(second)};
  for (const auto& [kind, name] :
       {std::pair(ScoreKind::accuracy, "accuracy"), {ScoreKind::macro_f1, "macro_f1"}}) {
    const auto of = [&](const char* key) { return expected.at(fmt::format("{}.{}", name, key)); };
    const Estimate bca = clustered_difference(cluster_answers(a, b), kind, "artists");
    EXPECT_NEAR(bca.mean, of("mean"), 1e-12);
    EXPECT_NEAR(bca.standard_error.value(), of("standard_error"), 1e-12);
    EXPECT_NEAR(bca.degrees_of_freedom, of("degrees_of_freedom"), 1e-9);
    EXPECT_NEAR(bca.interval.value().low, of("low"), 1e-9);
    EXPECT_NEAR(bca.interval.value().high, of("high"), 1e-9);
    EXPECT_NEAR(bca.p_value.value(), of("inverted_p"), 1e-9);
    const Pair pair = compare_pair(a, b, {});
    EXPECT_NEAR(pair.difference(kind).mean, of("mean"), 1e-12);
    EXPECT_NEAR(pair.difference(kind).p_value.value(), of("student_p"), 1e-9);
    EXPECT_EQ(pair.method_id(kind), "bootstrap_artists");
  }
}

TEST(ComparePair, AnIntervalHasZeroInItWhereItsTestFindsNothing) {
  const auto [first, second] = golden_answers();
  const std::vector<ScoredRun> a = {run_of(first)}, b = {run_of(second)};
  const double p = compare_pair(a, b, {}).accuracy.p_value.value();
  const double low = compare_pair(a, b, {.level = 1.0 - p}).accuracy.interval.value().low;
  EXPECT_NEAR(low, 0.0, 1e-9);
}

TEST(ComparePair, TwoTracksOf290AreNoDifference) {
  // 218 tracks that both recognise, 10 that only the first does and 12 that only the second does.
  const Answers first = answers_of(290, 0, 228, 3), second = answers_of(290, 10, 240, 3);
  const Pair pair = compare_answers(first, second);
  EXPECT_EQ(pair.tracks.n_first, 10u);
  EXPECT_EQ(pair.tracks.n_second, 12u);
  EXPECT_EQ(pair.n_tracks, 290u);
  EXPECT_EQ(pair.n_clusters, 97u);
  EXPECT_NEAR(pair.accuracy.mean, -2.0 / 290.0, 1e-12);
  EXPECT_GT(pair.accuracy.p_value.value(), 0.5);
  EXPECT_NEAR(mcnemar_exact(pair.tracks), 0.83181190490722656, 1e-12);
}

TEST(ComparePair, IdenticalAnswersArePOneWithoutAnInterval) {
  const Answers answers = answers_of(290, 0, 228, 3);
  const Pair pair = compare_answers(answers, answers);
  EXPECT_TRUE(pair.identical);
  for (const ScoreKind kind : {ScoreKind::accuracy, ScoreKind::macro_f1}) {
    EXPECT_EQ(pair.difference(kind).mean, 0.0);
    EXPECT_EQ(pair.difference(kind).p_value, 1.0);
    EXPECT_FALSE(pair.difference(kind).interval.has_value());
    EXPECT_EQ(pair.method_id(kind), "");
  }
  // Over several divisions too.
  std::vector<ScoredRun> runs;
  for (const char* division : {"a", "b", "c"}) runs.push_back(run_of(answers, division));
  const Pair several = compare_pair(runs, runs, {});
  EXPECT_TRUE(several.identical);
  EXPECT_EQ(several.accuracy.p_value, 1.0);
  EXPECT_FALSE(several.accuracy.interval.has_value());
}

TEST(ComparePair, BetterOnOneArtistOnlyIsNotBetter) {
  // 30 songs of the first artist: McNemar's test finds 30 : 0.
  Answers first, second;
  for (int i = 0; i < 120; ++i) {
    const int artist = i < 30 ? 0 : 1 + (i - 30) / 3;
    first.push_back({.track = i, .cluster = artist, .truth = 0, .predicted = 0});
    second.push_back({.track = i, .cluster = artist, .truth = 0, .predicted = i < 30 ? 1 : 0});
  }
  const Pair pair = compare_answers(first, second);
  EXPECT_LT(mcnemar_exact(pair.tracks), 1e-8);
  EXPECT_EQ(pair.clusters.n_first, 1u);
  EXPECT_GT(pair.accuracy.p_value.value(), 0.15);
  EXPECT_LT(pair.accuracy.interval.value().low, 0.0);
  // In each of ten divisions that test this artist the difference is nearly the same, so that the
  // divisions alone would find it.
  std::vector<ScoredRun> of_first, of_second;
  for (int d = 0; d < 10; ++d) {
    const std::string division = fmt::format("{}", d);
    Answers a = first, b = second;
    for (Answers* answers : {&a, &b}) {
      const auto dropped = [&](const Answer& answer) {
        return answer.cluster > 0 && answer.cluster % 10 == d && answer.track % (d + 2) == 0;
      };
      std::erase_if(*answers, dropped);
    }
    of_first.push_back(run_of(a, division));
    of_second.push_back(run_of(b, division));
  }
  for (std::vector<ScoredRun>* side : {&of_first, &of_second})
    for (ScoredRun& run : *side) run.score = score_of(run.answers(), ScoreKind::accuracy);
  EXPECT_LT(paired_difference(of_first, of_second, kDifference).p_value.value(), 0.001);
  EXPECT_GT(compare_pair(of_first, of_second, {}).accuracy.p_value.value(), 0.05);
}

TEST(ComparePair, SeveralDivisionsAreTestedByTheLargerOfBothP) {
  std::vector<ScoredRun> first, second;
  const int right_of_first[] = {80, 84, 77, 83, 82}, right_of_second[] = {76, 75, 73, 79, 70};
  for (int d = 0; d < 5; ++d) {
    first.push_back(run_of(answers_of(120, 0, right_of_first[d], 4), fmt::format("{}", d)));
    second.push_back(run_of(answers_of(120, 0, right_of_second[d], 4), fmt::format("{}", d)));
  }
  const Pair pair = compare_pair(first, second, {});
  for (std::vector<ScoredRun>* side : {&first, &second})
    for (ScoredRun& run : *side) run.score = score_of(run.answers(), ScoreKind::accuracy);
  const Estimate t = paired_difference(first, second, kDifference);
  EXPECT_EQ(pair.n_divisions, 5u);
  EXPECT_EQ(pair.method_id(ScoreKind::accuracy), "corrected_t+bootstrap_artists");
  EXPECT_GE(pair.accuracy.p_value.value(), t.p_value.value());
  EXPECT_LE(pair.accuracy.interval.value().low, t.interval.value().low);
  EXPECT_GE(pair.accuracy.interval.value().high, t.interval.value().high);
  EXPECT_NEAR(pair.accuracy.mean, t.mean, 1e-12);
}

TEST(ComparePair, OnlyTracksAndDivisionsOfBothCount) {
  Answers first = answers_of(60, 0, 50, 3), second = answers_of(60, 0, 40, 3);
  second.resize(57);
  const Pair pair = compare_pair(std::vector{run_of(first, "a"), run_of(first, "b")},
                                 std::vector{run_of(second, "a"), run_of(second, "c")}, {});
  EXPECT_EQ(pair.n_divisions, 1u);
  EXPECT_EQ(pair.n_tracks, 57u);
  EXPECT_EQ(pair.n_left_out, 3u);
  EXPECT_NEAR(pair.accuracy.mean, 10.0 / 57.0, 1e-12);
}

TEST(ComparePair, RunsOfOneDivisionAreAveraged) {
  const Answers first = answers_of(60, 0, 50, 3), second = answers_of(60, 0, 40, 3);
  const Pair once = compare_answers(first, second);
  const Pair twice = compare_pair(std::vector{run_of(first), run_of(first)},
                                  std::vector{run_of(second), run_of(second), run_of(second)}, {});
  EXPECT_NEAR(twice.accuracy.mean, once.accuracy.mean, 1e-12);
  EXPECT_NEAR(twice.accuracy.p_value.value(), once.accuracy.p_value.value(), 1e-9);
  EXPECT_EQ(twice.tracks.n_first, once.tracks.n_first);
}

TEST(ComparePair, SaysWhyThereIsNothingToTest) {
  const Answers answers = answers_of(6, 0, 4, 6), others = answers_of(6, 0, 2, 6);
  EXPECT_EQ(compare_answers(answers, others).reason(ScoreKind::accuracy),
            "tracks of one artist only");
  const Pair apart =
      compare_pair(std::vector{run_of(answers, "a")}, std::vector{run_of(others, "b")}, {});
  EXPECT_EQ(apart.reason(ScoreKind::accuracy), "no division in common");
  EXPECT_FALSE(apart.accuracy.p_value.has_value());
}

TEST(ComparePair, UnknownArtistsAreTracks) {
  Answers first = answers_of(90, 0, 80, 1), second = answers_of(90, 0, 60, 1);
  for (Answers* answers : {&first, &second})
    for (Answer& answer : *answers) answer.cluster = -1;
  const Pair pair = compare_answers(first, second);
  EXPECT_FALSE(pair.clusters_known);
  EXPECT_EQ(pair.n_clusters, 90u);
  EXPECT_LT(pair.accuracy.p_value.value(), 0.001);
  EXPECT_EQ(pair.method_id(ScoreKind::accuracy), "bootstrap_tracks");
}

}  // namespace compare_pairs_test
}  // namespace genrebench::compare
