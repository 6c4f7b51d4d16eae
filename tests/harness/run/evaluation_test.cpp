#include "harness/run/evaluation.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace genrebench {
namespace evaluation_test {

Predictions predictions(const std::vector<std::vector<double>>& rows) {
  Predictions p;
  p.probabilities.resize(static_cast<Eigen::Index>(rows.size()),
                         static_cast<Eigen::Index>(rows.front().size()));
  for (std::size_t i = 0; i < rows.size(); ++i)
    for (std::size_t c = 0; c < rows[i].size(); ++c)
      p.probabilities(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(c)) = rows[i][c];
  p.labels = most_probable(p.probabilities);
  return p;
}

TEST(Vote, TheMajorityAndTheMeanProbabilityMayDisagree) {
  // Two of three chunks lean to class 0, the third is sure of class 1.
  const Predictions p = predictions({{0.55, 0.45}, {0.55, 0.45}, {0.0, 1.0}});
  EXPECT_EQ(vote(p, {7, 7, 7}, Vote::majority).labels, std::vector<int>{0});
  EXPECT_EQ(vote(p, {7, 7, 7}, Vote::mean_probability).labels, std::vector<int>{1});
}

TEST(Vote, TiedVotesGoToTheHigherMeanProbability) {
  const Predictions p = predictions({{0.6, 0.4}, {0.1, 0.9}});
  EXPECT_EQ(vote(p, {0, 0}, Vote::majority).labels, std::vector<int>{1});
}

TEST(Vote, FullTiesGoToTheFirstClass) {
  const Predictions p = predictions({{0.8, 0.2}, {0.2, 0.8}});
  EXPECT_EQ(vote(p, {0, 0}, Vote::majority).labels, std::vector<int>{0});
}

TEST(Vote, ATrackOfOneExcerptKeepsItsLabelEvenIfAnotherIsMoreProbable) {
  Predictions p = predictions({{0.4, 0.6}});
  p.labels = {0};
  EXPECT_EQ(vote(p, {3}, Vote::majority).labels, std::vector<int>{0});
}

TEST(Vote, ExcerptsOfATrackNeedNotBeNeighbours) {
  const TrackPredictions t =
      vote(predictions({{1, 0}, {0, 1}, {1, 0}, {0, 1}}), {5, 2, 5, 2}, Vote::majority);
  EXPECT_EQ(t.tracks, (std::vector<int>{2, 5}));
  EXPECT_EQ(t.labels, (std::vector<int>{1, 0}));
  EXPECT_DOUBLE_EQ(t.probabilities(0, 1), 1.0);
}

// Worked by hand: truth 0 0 0 1 1 2, predicted 0 0 1 1 1 0; class 3 never occurs.
//   F1 of 0: 2*2/(4+1+1) = 2/3, of 1: 2*2/(4+1+0) = 0.8, of 2: 0. Macro over three classes:
//   0.48888...
// scikit-learn: f1_score([0,0,0,1,1,2], [0,0,1,1,1,0], average="macro") = 0.4888888888888889
TEST(Metrics, MatchAnExampleWorkedByHandAndByScikitLearn) {
  const Eigen::MatrixXi confusion = confusion_matrix({0, 0, 0, 1, 1, 2}, {0, 0, 1, 1, 1, 0}, 4);
  EXPECT_DOUBLE_EQ(accuracy(confusion), 4.0 / 6.0);
  EXPECT_NEAR(macro_f1(confusion), 0.4888888888888889, 1e-15);
  EXPECT_DOUBLE_EQ(recall(confusion, 0), 2.0 / 3.0);
  EXPECT_DOUBLE_EQ(recall(confusion, 2), 0.0);
  EXPECT_TRUE(std::isnan(recall(confusion, 3)));
}

// A class without tracks cannot be right: its predictions count against the others, and it is no
// term of the mean.
//   f1_score([0,0,0,1,1,2], [0,0,1,1,3,0], average="macro", labels=[0,1,2]) = 0.38888888888888884
//   (without labels: 0.2916...) f1_score([0,0,1,1], [0,1,2,3], average="macro", labels=[0,1]) =
//   0.3333333333333333
TEST(Metrics, MacroF1IsOverTheClassesThatHaveTracks) {
  EXPECT_NEAR(macro_f1(confusion_matrix({0, 0, 0, 1, 1, 2}, {0, 0, 1, 1, 3, 0}, 4)),
              0.38888888888888884, 1e-15);
  EXPECT_NEAR(macro_f1(confusion_matrix({0, 0, 1, 1}, {0, 1, 2, 3}, 4)), 1.0 / 3.0, 1e-15);
  EXPECT_EQ(macro_f1(confusion_matrix({0, 0}, {1, 2}, 3)), 0.0);
  EXPECT_EQ(macro_f1(confusion_matrix({2, 2}, {2, 2}, 3)), 1.0);
}

TEST(Vote, TheLabelsOfTheExcerptsAreKeptInTheirOrder) {
  EXPECT_EQ(vote(predictions({{1, 0}, {0, 1}, {1, 0}}), {5, 2, 5}, Vote::majority).excerpt_labels,
            (std::vector<int>{0, 1, 0}));
}

TEST(Metrics, RecallIsGivenForTheGenresThatOccur) {
  const auto metrics =
      classification_metrics("test", {0, 0, 1}, {0, 1, 1}, {"blues", "jazz", "rock"});
  std::map<std::string, double> values;
  for (const MetricRecord& m : metrics) values[m.name] = m.value;
  EXPECT_DOUBLE_EQ(values.at("recall/blues"), 0.5);
  EXPECT_DOUBLE_EQ(values.at("recall/jazz"), 1.0);
  EXPECT_FALSE(values.contains("recall/rock"));
  EXPECT_DOUBLE_EQ(values.at("n_tracks"), 3.0);
}

TEST(Metrics, OfNothingAreZeroAndNotNaN) {
  EXPECT_EQ(accuracy(Eigen::MatrixXi::Zero(3, 3)), 0.0);
  EXPECT_EQ(macro_f1(Eigen::MatrixXi::Zero(3, 3)), 0.0);
}

TEST(Standardiser, GivesTheTrainingRowsZeroMeanAndUnitDeviation) {
  FeatureMatrix a(2, 3), b(2, 1);
  a << 1, 2, 3, 10, 10, 10;
  b << 6, 10;
  const Standardiser standardise({&a, &b});
  const FeatureMatrix x = standardise(a), y = standardise(b);
  EXPECT_NEAR(x.row(0).sum() + y(0, 0), 0.0, 1e-6);
  EXPECT_NEAR((x.row(0).squaredNorm() + y(0, 0) * y(0, 0)) / 4.0, 1.0, 1e-6);
  EXPECT_EQ(y(1, 0), 0.0f) << "a constant row is only centred";
}

TEST(Standardiser, UsesNothingButItsTrainingFeatures) {
  FeatureMatrix train(1, 2), other(1, 1);
  train << -1, 1;
  other << 1000;
  EXPECT_FLOAT_EQ(Standardiser({&train})(other)(0, 0), 1000.0f);
}

}  // namespace evaluation_test
}  // namespace genrebench
