#include "base/error.hpp"
#include "baselines/support.hpp"

namespace genrebench::testing {
namespace knn_test {

OptionValues options(int neighbours, const std::string& distance,
                     const std::string& weights = "uniform") {
  return {{"neighbours", std::int64_t{neighbours}}, {"distance", distance}, {"weights", weights}};
}

// On a line: class 0 at 0 and 1, class 1 at 4, 5 and 6.
const Eigen::MatrixXd kLine = matrix({{0}, {1}, {4}, {5}, {6}});
const std::vector<int> kLineLabels = {0, 0, 1, 1, 1};

TEST(Knn, CountsTheVotesOfTheNearest) {
  const Predictions p = answer("knn", options(3, "euclidean"), {kLine, kLineLabels, 2},
                               {matrix({{2.0}, {5.0}}), {}, 2});
  // Around 2: 1 (distance 1), 0 and 4 (distance 2). Around 5: 5, 4, 6.
  EXPECT_DOUBLE_EQ(p.probabilities(0, 0), 2.0 / 3.0);
  EXPECT_DOUBLE_EQ(p.probabilities(1, 1), 1.0);
  EXPECT_EQ(p.labels, (std::vector<int>{0, 1}));
}

TEST(Knn, TakesTheLowerIndexOfEquallyDistantExamples) {
  const Predictions p = answer("knn", options(1, "euclidean"), {matrix({{3}, {1}}), {1, 0}, 2},
                               {matrix({{2}}), {}, 2});
  EXPECT_EQ(p.labels[0], 1);
  const Predictions q = answer("knn", options(1, "euclidean"), {matrix({{1}, {3}}), {0, 1}, 2},
                               {matrix({{2}}), {}, 2});
  EXPECT_EQ(q.labels[0], 0);
}

TEST(Knn, GivesEqualRowsEqualDistancesWhereverTheyStand) {
  // 603 copies cross the blocks and the vector registers' ends; only the first 5 have class 1.
  Random random(1);
  Eigen::RowVectorXd row(7);
  for (double& value : row) value = random.normal();
  std::vector<int> labels(603, 0);
  std::fill_n(labels.begin(), 5, 1);
  Eigen::RowVectorXd query = row;
  query.array() += 0.37;
  for (const char* distance : {"euclidean", "manhattan", "cosine"}) {
    const Predictions p =
        answer("knn", options(5, distance), {row.replicate(603, 1), labels, 2}, {query, {}, 2});
    EXPECT_EQ(p.probabilities(0, 1), 1.0) << distance;
  }
}

TEST(Knn, SettlesEqualVotesForTheLowestClass) {
  const Predictions p =
      answer("knn", options(4, "euclidean"), {matrix({{1}, {2}, {3}, {4}}), {2, 2, 1, 1}, 3},
             {matrix({{0.0}}), {}, 3});
  EXPECT_EQ(p.labels[0], 1);
  EXPECT_EQ(p.probabilities(0, 1), 0.5);
  EXPECT_EQ(p.probabilities(0, 2), 0.5);
}

TEST(Knn, WeighsByTheInverseOfTheDistance) {
  // Around 3: 4 at 1, 1 and 5 at 2: votes 1/2 against 1 + 1/2.
  const Predictions p = answer("knn", options(3, "euclidean", "distance"), {kLine, kLineLabels, 2},
                               {matrix({{3.0}}), {}, 2});
  EXPECT_DOUBLE_EQ(p.probabilities(0, 0), 0.25);
  EXPECT_DOUBLE_EQ(p.probabilities(0, 1), 0.75);
}

TEST(Knn, LetsNeighboursAtDistanceZeroVoteAlone) {
  const Predictions p = answer("knn", options(5, "euclidean", "distance"), {kLine, kLineLabels, 2},
                               {matrix({{1.0}}), {}, 2});
  EXPECT_EQ(p.probabilities(0, 0), 1.0);
  const Predictions q = answer("knn", options(3, "manhattan", "distance"),
                               {matrix({{1}, {1}, {2}}), {0, 1, 1}, 2}, {matrix({{1.0}}), {}, 2});
  EXPECT_EQ(q.probabilities(0, 0), 0.5);
}

TEST(Knn, MeasuresAsItsDistanceSays) {
  // From the origin-like query (1, 0): euclidean 1.9 against sqrt(2); manhattan 1.9 against 2;
  // cosine 0 against 1.
  const ExampleSet train(matrix({{2.9, 0.0}, {0.0, 1.0}}), {0, 1}, 2);
  const ExampleSet query(matrix({{1.0, 0.0}}), {}, 2);
  EXPECT_EQ(answer("knn", options(1, "euclidean"), train, query).labels[0], 1);
  EXPECT_EQ(answer("knn", options(1, "manhattan"), train, query).labels[0], 0);
  EXPECT_EQ(answer("knn", options(1, "cosine"), train, query).labels[0], 0);
}

TEST(Knn, PutsAVectorOfZerosAtCosineDistanceOne) {
  // Distances from (1, 0): the zeros 1, (-1, 0) 2, (1, 1) 1 - 1/sqrt(2). Weights by distance show
  // all of them.
  const ExampleSet train(matrix({{0, 0}, {-1, 0}, {1, 1}}), {0, 1, 2}, 3);
  const Predictions p =
      answer("knn", options(3, "cosine", "distance"), train, {matrix({{1, 0}, {0, 0}}), {}, 3});
  const Eigen::RowVector3d votes(1.0, 0.5, 1.0 / (1.0 - std::sqrt(0.5)));
  EXPECT_TRUE(p.probabilities.row(0).isApprox(votes / votes.sum(), 1e-12));
  // Zeros are at distance one from all, themselves included.
  EXPECT_TRUE(p.probabilities.row(1).isApprox(Eigen::RowVector3d::Constant(1.0 / 3.0), 1e-12));
}

TEST(Knn, AgreesWithAPlainSearch) {
  const auto [x, y] = clouds(700, 9, 4, 0.7, 2);
  const auto [queries, unused] = clouds(150, 9, 4, 0.7, 3);
  const Eigen::MatrixXd train = x.cast<float>().cast<double>();
  const Eigen::MatrixXd test = queries.cast<float>().cast<double>();
  for (const char* distance : {"euclidean", "manhattan", "cosine"}) {
    const Predictions p = answer("knn", options(7, distance), {x, y, 4}, {queries, {}, 4});
    for (Eigen::Index q = 0; q < test.rows(); ++q) {
      std::vector<std::pair<double, int>> found;
      for (Eigen::Index i = 0; i < train.rows(); ++i) {
        double d = (train.row(i) - test.row(q)).squaredNorm();
        if (distance[0] == 'm') d = (train.row(i) - test.row(q)).lpNorm<1>();
        if (distance[0] == 'c')
          d = 1.0 - train.row(i).dot(test.row(q)) / train.row(i).norm() / test.row(q).norm();
        found.emplace_back(d, static_cast<int>(i));
      }
      std::sort(found.begin(), found.end());
      Eigen::RowVectorXd votes = Eigen::RowVectorXd::Zero(4);
      for (int k = 0; k < 7; ++k)
        votes(y[static_cast<std::size_t>(found[static_cast<std::size_t>(k)].second)]) += 1.0;
      ASSERT_TRUE(p.probabilities.row(q).isApprox(votes / 7.0, 1e-14))
          << distance << ", query " << q;
    }
  }
}

TEST(Knn, CanAskEveryTrainingExample) {
  const Predictions p =
      answer("knn", options(5, "euclidean"), {kLine, kLineLabels, 2}, {matrix({{100.0}}), {}, 2});
  EXPECT_DOUBLE_EQ(p.probabilities(0, 1), 0.6);
}

TEST(Knn, RefusesMoreNeighboursThanTrainingExamples) {
  const auto method = make_method("knn", options(6, "euclidean"));
  RecordingContext context;
  expect_contains(message_of<ConfigError>([&] {
                    method->fit(ExampleSet(kLine, kLineLabels, 2).examples(), {}, context);
                  }),
                  {"knn", "neighbours", "5 training examples", "got 6"});
}

}  // namespace knn_test
}  // namespace genrebench::testing
