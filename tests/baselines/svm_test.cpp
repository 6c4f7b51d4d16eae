#include <cmath>
#include <cstdlib>
#include <thread>

#include "base/error.hpp"
#include "baselines/support.hpp"

namespace genrebench::testing {
namespace svm_test {

OptionValues options(const std::string& kernel, const std::string& probabilities, double c = 1.0) {
  return {{"kernel", kernel}, {"probabilities", probabilities}, {"c", c}};
}

TEST(Svm, PutsTheLinearBoundaryHalfWay) {
  // The widest margin between -1 and 3 is centred at 1.
  const Predictions p =
      answer("svm", options("linear", "votes", 100.0),
             {matrix({{-1}, {-4}, {3}, {7}}), {0, 0, 1, 1}, 2}, {matrix({{0.99}, {1.01}}), {}, 2});
  EXPECT_EQ(p.labels, (std::vector<int>{0, 1}));
  EXPECT_EQ(p.probabilities(0, 0), 1.0);
  EXPECT_EQ(p.probabilities(1, 1), 1.0);
}

TEST(Svm, BendsItsBoundaryWithTheRbfKernel) {
  const ExampleSet train(matrix({{0, 0}, {0, 1}, {1, 0}, {1, 1}}), {0, 1, 1, 0}, 2);
  EXPECT_EQ(answer("svm", options("rbf", "votes", 100.0), train, train).labels,
            (std::vector<int>{0, 1, 1, 0}));
  RecordingContext context;
  make_method("svm")->fit(train.examples(), {}, context);
  EXPECT_EQ(context.notes.at("gamma"), 0.5);  // auto: 1 / n_features
  EXPECT_EQ(context.notes.at("n_support_vectors"), 4.0);
}

TEST(Svm, TakesGammaAsGiven) {
  const auto [x, y] = clouds(60, 4, 3, 1.0, 1);
  RecordingContext context;
  make_method("svm", {{"gamma", 0.125}})->fit(ExampleSet(x, y, 3).examples(), {}, context);
  EXPECT_EQ(context.notes.at("gamma"), 0.125);
}

TEST(Svm, GivesSharesOfThePairwiseVotes) {
  const auto [x, y] = clouds(120, 4, 4, 1.0, 2);
  const ExampleSet train(x, y, 4);
  const Predictions p = answer("svm", options("rbf", "votes"), train, train);
  expect_distributions(p, 120, 4);
  for (const double share : p.probabilities.reshaped())
    EXPECT_NEAR(share * 6.0, std::round(share * 6.0), 1e-12);
  EXPECT_EQ(p.labels, most_probable(p.probabilities));  // equal votes: the lowest class, in both
}

TEST(Svm, PredictsTheSameLabelsWithAndWithoutCalibration) {
  const auto [x, y] = clouds(150, 4, 4, 0.8, 3);
  const ExampleSet train(x, y, 4);
  for (const char* kernel : {"linear", "rbf"})
    EXPECT_EQ(answer("svm", options(kernel, "platt"), train, train).labels,
              answer("svm", options(kernel, "votes"), train, train).labels);
}

TEST(Svm, SettlesLabelsAlikeWhateverTheOrderOfTheRows) {
  const auto [x, y] = clouds(120, 4, 4, 0.5, 4);
  const Eigen::MatrixXd reversed = x.colwise().reverse();
  const std::vector<int> labels(y.rbegin(), y.rend());
  const Predictions a = answer("svm", options("rbf", "votes"), {x, y, 4}, {x, {}, 4});
  const Predictions b = answer("svm", options("rbf", "votes"), {reversed, labels, 4}, {x, {}, 4});
  // The solver starts elsewhere and stops within its tolerance: a vote near zero may turn.
  EXPECT_GE(n_equal(a.labels, b.labels), 119);
}

TEST(Svm, GivesCalibratedProbabilities) {
  // Two normal clouds at distance 2 along one axis: P(1 | x) = 1 / (1 + exp(-2 x)) at x from the
  // middle.
  Random random(5);
  Eigen::MatrixXd x(800, 1);
  std::vector<int> y;
  for (int i = 0; i < 800; ++i) {
    y.push_back(i % 2);
    x(i, 0) = (i % 2 == 0 ? -1.0 : 1.0) + random.normal();
  }
  const Predictions p = answer("svm", options("linear", "platt"), {x, y, 2},
                               {matrix({{-2}, {-1}, {0}, {1}, {2}}), {}, 2});
  for (int i = 0; i < 5; ++i)
    EXPECT_NEAR(p.probabilities(i, 1), 1.0 / (1.0 + std::exp(-2.0 * (i - 2))), 0.05) << i;
}

TEST(Svm, CouplesPairsIntoThePosteriorOfSeveralClasses) {
  // Three equal clouds, 120 degrees apart: at the centre all are equally probable; at a cloud's own
  // centre the true posterior is that of three normal densities.
  Random random(6);
  Eigen::MatrixXd centres(3, 2);
  for (int k = 0; k < 3; ++k)
    centres.row(k) << 1.5 * std::cos(2.0 * M_PI * k / 3.0), 1.5 * std::sin(2.0 * M_PI * k / 3.0);
  Eigen::MatrixXd x(1200, 2);
  std::vector<int> y;
  for (int i = 0; i < 1200; ++i) {
    y.push_back(i % 3);
    x.row(i) = centres.row(i % 3);
    for (double& value : x.row(i)) value += random.normal();
  }
  Eigen::MatrixXd test(4, 2);
  test << 0.0, 0.0, centres;
  const Predictions p = answer("svm", options("linear", "platt"), {x, y, 3}, {test, {}, 3});
  for (int k = 0; k < 3; ++k) EXPECT_NEAR(p.probabilities(0, k), 1.0 / 3.0, 0.05);
  const double other = std::exp(-0.5 * (centres.row(0) - centres.row(1)).squaredNorm());
  for (int k = 0; k < 3; ++k)
    EXPECT_NEAR(p.probabilities(k + 1, k), 1.0 / (1.0 + 2.0 * other), 0.05);
}

TEST(Svm, KeepsTheExcerptsOfATrackTogetherWhenItCalibrates) {
  // Labels are noise, but each track has four equal excerpts. Told of the tracks, calibration sees
  // that nothing is learned; otherwise it meets each excerpt's copies in training and believes in
  // them.
  Random random(7);
  Eigen::MatrixXd x(240, 20);
  std::vector<int> y;
  for (int i = 0; i < 240; ++i) {
    if (i % 4 == 0) {
      for (double& value : x.row(i)) value = random.normal();
      y.push_back(static_cast<int>(random.below(2)));
    } else {
      x.row(i) = x.row(i - 1);
      y.push_back(y.back());
    }
  }
  ExampleSet train(x, y, 2);
  const auto confidence = [&] {
    return answer("svm", options("rbf", "platt", 100.0), train, train)
        .probabilities.rowwise()
        .maxCoeff()
        .mean();
  };
  EXPECT_GT(confidence(), 0.9);  // every excerpt a track of its own
  for (int i = 0; i < 240; ++i) train.examples().tracks[static_cast<std::size_t>(i)] = i / 4;
  EXPECT_LT(confidence(), 0.7);
}

TEST(Svm, DrawsItsFoldsFromTheSeedAlone) {
  const auto [x, y] = clouds(90, 4, 3, 1.0, 8);
  const ExampleSet train(x, y, 3);
  const Predictions first = answer("svm", {}, train, train, 1);
  std::srand(12345);
  const int expected = std::rand();
  std::srand(12345);
  const Predictions again = answer("svm", {}, train, train, 1);
  EXPECT_EQ(std::rand(), expected);  // the C library's sequence is left alone
  EXPECT_TRUE(same_bits(first.probabilities, again.probabilities));
  const Predictions other = answer("svm", {}, train, train, 2);
  EXPECT_FALSE(same_bits(first.probabilities, other.probabilities));
  EXPECT_EQ(first.labels, other.labels);
}

TEST(Svm, AnswersAlikeWhenSeveralTrainAtOnce) {
  const auto [x, y] = clouds(90, 4, 3, 1.0, 9);
  const ExampleSet train(x, y, 3);
  const Predictions alone = answer("svm", {}, train, train);
  std::vector<Predictions> results(4);
  std::vector<std::thread> threads;
  for (Predictions& result : results)
    threads.emplace_back([&] { result = answer("svm", {}, train, train); });
  for (std::thread& thread : threads) thread.join();
  for (const Predictions& result : results)
    EXPECT_TRUE(same_bits(result.probabilities, alone.probabilities));
}

TEST(Svm, PrintsNothing) {
  const auto [x, y] = clouds(60, 4, 3, 1.0, 10);
  const ExampleSet train(x, y, 3);
  ::testing::internal::CaptureStdout();
  ::testing::internal::CaptureStderr();
  answer("svm", {}, train, train);
  EXPECT_EQ(::testing::internal::GetCapturedStdout(), "");
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

TEST(Svm, WarnsWhereLibsvmGivesUp) {
  // Classes that overlap, an enormous c and a tiny tolerance: libsvm stops at its limit of ten
  // million iterations.
  const auto [x, y] = clouds(12, 1, 2, 0.1, 11);
  const auto method = make_method("svm", {{"kernel", std::string("linear")},
                                          {"c", 1e9},
                                          {"tolerance", 1e-12},
                                          {"probabilities", std::string("votes")}});
  RecordingContext context;
  ::testing::internal::CaptureStderr();  // libsvm 3.24 also says so itself
  method->fit(ExampleSet(x, y, 2).examples(), {}, context);
  ::testing::internal::GetCapturedStderr();
  ASSERT_EQ(context.warnings.size(), 1u);
  expect_contains(context.warnings[0], {"svm", "10000000 iterations"});
}

TEST(Svm, IsTheSameRunWithAnotherCache) {
  const OptionSchema& schema = baselines().methods.get("svm", "test").options;
  EXPECT_FALSE(schema.find("cache_mb")->identity);
  EXPECT_TRUE(schema.find("c")->identity);
}

}  // namespace svm_test
}  // namespace genrebench::testing
