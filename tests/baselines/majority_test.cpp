#include "baselines/support.hpp"

namespace genrebench::testing {
namespace majority_test {

TEST(Majority, AnswersTheGenreOfTheMostTrainingTracks) {
  const ExampleSet train(Eigen::MatrixXd::Zero(6, 1), {1, 2, 2, 2, 0, 1}, 4);
  const ExampleSet test(matrix({{1.0}, {-9.0}}), {}, 4);
  const Predictions p = answer("majority", {}, train, test);
  EXPECT_EQ(p.labels, (std::vector<int>{2, 2}));
  EXPECT_TRUE(p.probabilities.row(0).isApprox(
      Eigen::RowVector4d(1.0 / 6.0, 2.0 / 6.0, 3.0 / 6.0, 0.0), 1e-12));
}

TEST(Majority, ATrackOfManyExcerptsCountsOnce) {
  ExampleSet train(Eigen::MatrixXd::Zero(7, 1), {0, 0, 0, 0, 1, 1, 1}, 2);
  train.examples().tracks = {5, 5, 5, 5, 6, 7, 7};
  const ExampleSet test(matrix({{0.0}}), {}, 2);
  EXPECT_EQ(answer("majority", {}, train, test).labels, std::vector<int>{1});
}

TEST(Majority, OfEqualGenresTheFirstIsAnswered) {
  const ExampleSet train(Eigen::MatrixXd::Zero(4, 1), {2, 1, 1, 2}, 3);
  const ExampleSet test(matrix({{0.0}}), {}, 3);
  EXPECT_EQ(answer("majority", {}, train, test).labels, std::vector<int>{1});
}

TEST(Majority, RefusesAnEmptyTrainingSet) {
  RecordingContext context;
  Examples none;
  none.n_classes = 2;
  const auto method = make_method("majority");
  expect_contains(message_of<ConfigError>([&] { method->fit(none, {}, context); }),
                  {"majority", "training example"});
}

}  // namespace majority_test
}  // namespace genrebench::testing
