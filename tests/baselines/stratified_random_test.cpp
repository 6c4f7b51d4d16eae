#include "baselines/support.hpp"

namespace genrebench::testing {
namespace stratified_random_test {

ExampleSet thousand(std::uint64_t seed) {
  Random random(seed);
  Eigen::MatrixXd rows(1000, 2);
  for (Eigen::Index i = 0; i < rows.size(); ++i) rows.data()[i] = random.normal();
  return {rows, {}, 3};
}

TEST(StratifiedRandom, DrawsEachGenreAsOftenAsTheTrainingPartHasIt) {
  const ExampleSet train(Eigen::MatrixXd::Zero(10, 2), {0, 0, 0, 0, 0, 0, 2, 2, 2, 2}, 3);
  const ExampleSet test = thousand(1);
  const Predictions p = answer("stratified_random", {}, train, test);
  expect_distributions(p, 1000, 3);
  const auto n_first = std::count(p.labels.begin(), p.labels.end(), 0);
  EXPECT_NEAR(static_cast<double>(n_first), 600.0, 62.0);  // four standard deviations
  EXPECT_EQ(std::count(p.labels.begin(), p.labels.end(), 1), 0);
  for (std::size_t i = 0; i < p.labels.size(); ++i)
    EXPECT_EQ(p.probabilities(static_cast<Eigen::Index>(i), p.labels[i]), 1.0);
}

TEST(StratifiedRandom, AnotherSeedDrawsOthers) {
  const ExampleSet train(Eigen::MatrixXd::Zero(4, 2), {0, 1, 0, 1}, 3);
  const ExampleSet test = thousand(2);
  const auto labels = [&](std::uint64_t seed) {
    return answer("stratified_random", {}, train, test, seed).labels;
  };
  EXPECT_EQ(labels(1), labels(1));
  EXPECT_NEAR(n_equal(labels(1), labels(2)), 500, 64);
}

TEST(StratifiedRandom, RefusesAnEmptyTrainingSet) {
  RecordingContext context;
  Examples none;
  none.n_classes = 2;
  const auto method = make_method("stratified_random");
  expect_contains(message_of<ConfigError>([&] { method->fit(none, {}, context); }),
                  {"stratified_random", "training example"});
}

}  // namespace stratified_random_test
}  // namespace genrebench::testing
