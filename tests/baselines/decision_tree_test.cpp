#include <limits>
#include <set>

#include "base/error.hpp"
#include "baselines/support.hpp"

namespace genrebench::testing {
namespace decision_tree_test {

OptionValue integer(std::int64_t value) { return value; }

std::map<std::string, double> notes_of(const OptionValues& options, const ExampleSet& train) {
  RecordingContext context;
  make_method("decision_tree", options)->fit(train.examples(), {}, context);
  return context.notes;
}

TEST(DecisionTree, MakesTheSplitWorkedByHand) {
  // Impurity of the root: 1 - (3/6)^2 - (3/6)^2 = 1/2. The best single cut leaves {0, 0} | {0, 1,
  // 1, 1}, at 2.5: impurity 4/6 * (1 - 1/16 - 9/16) = 1/4. (The other cuts: 0.4 after one, 4/9,
  // 1/2, 1/2.)
  const ExampleSet train(matrix({{1}, {2}, {3}, {4}, {5}, {6}}), {0, 0, 1, 0, 1, 1}, 2);
  const ExampleSet test(matrix({{-10}, {2.49}, {2.5}, {2.51}, {10}}), {}, 2);
  const Predictions p = answer("decision_tree", {{"max_depth", integer(1)}}, train, test);
  for (const int i : {0, 1, 2}) EXPECT_EQ(p.probabilities(i, 0), 1.0) << i;
  for (const int i : {3, 4}) EXPECT_EQ(p.probabilities(i, 0), 0.25) << i;
  // The decrease is 1/4: enough where 1/4 is asked, too little where more is.
  EXPECT_EQ(
      notes_of({{"max_depth", integer(1)}, {"min_impurity_decrease", 0.25}}, train).at("n_leaves"),
      2.0);
  EXPECT_EQ(notes_of({{"max_depth", integer(1)}, {"min_impurity_decrease", 0.2501}}, train)
                .at("n_leaves"),
            1.0);
}

TEST(DecisionTree, TakesTheFeatureThatSeparatesBest) {
  const ExampleSet train(matrix({{5, 1}, {1, 2}, {4, 11}, {2, 12}}), {0, 0, 1, 1}, 2);
  const Predictions p = answer("decision_tree", {{"max_depth", integer(1)}}, train,
                               {matrix({{0, 6.4}, {9, 6.4}, {0, 6.6}, {9, 6.6}}), {}, 2});
  EXPECT_EQ(p.labels, (std::vector<int>{0, 0, 1, 1}));
}

TEST(DecisionTree, LearnsWhatNoSingleCutImproves) {
  // Exclusive or: the first cut does not lower the impurity, the second makes the leaves pure.
  const ExampleSet train(matrix({{0, 0}, {0, 1}, {1, 0}, {1, 1}}), {0, 1, 1, 0}, 2);
  for (std::uint64_t seed = 0; seed < 8; ++seed)
    EXPECT_EQ(answer("decision_tree", {}, train, train, seed).labels,
              (std::vector<int>{0, 1, 1, 0}));
}

TEST(DecisionTree, LearnsRowsThatDifferByHeart) {
  const auto [x, y] = clouds(300, 5, 4, 0.2, 1);
  const ExampleSet train(x, y, 4);
  const Predictions p = answer("decision_tree", {}, train, train);
  EXPECT_EQ(p.labels, y);
  EXPECT_EQ(p.probabilities.maxCoeff(), 1.0);
  EXPECT_EQ(p.probabilities.rowwise().maxCoeff().minCoeff(), 1.0);
}

TEST(DecisionTree, GivesClassSharesWhereRowsCannotBeToldApart) {
  const ExampleSet train(matrix({{1, 1}, {1, 1}, {1, 1}, {2, 1}}), {0, 0, 1, 2}, 3);
  const Predictions p = answer("decision_tree", {}, train, train);
  EXPECT_TRUE(p.probabilities.row(0).isApprox(Eigen::RowVector3d(2.0 / 3.0, 1.0 / 3.0, 0.0)));
  EXPECT_EQ(p.probabilities(3, 2), 1.0);
}

TEST(DecisionTree, SettlesEqualSplitsByTheSeed) {
  // Both features separate the training set; the test example tells which was asked.
  const ExampleSet train(matrix({{0, 0}, {1, 1}}), {0, 1}, 2);
  const ExampleSet test(matrix({{0, 1}}), {}, 2);
  std::set<int> seen;
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    const int label = answer("decision_tree", {}, train, test, seed).labels[0];
    EXPECT_EQ(label, answer("decision_tree", {}, train, test, seed).labels[0]);
    seen.insert(label);
  }
  EXPECT_EQ(seen.size(), 2u);
}

TEST(DecisionTree, KeepsToItsLimits) {
  const auto [x, y] = clouds(200, 4, 3, 0.3, 2);
  const ExampleSet train(x, y, 3);
  EXPECT_EQ(notes_of({{"max_depth", integer(3)}}, train).at("depth"), 3.0);
  EXPECT_LE(notes_of({{"max_depth", integer(3)}}, train).at("n_leaves"), 8.0);
  EXPECT_EQ(notes_of({{"max_leaf_nodes", integer(7)}}, train).at("n_leaves"), 7.0);
  EXPECT_LE(notes_of({{"min_samples_leaf", integer(20)}}, train).at("n_leaves"), 10.0);
  EXPECT_EQ(notes_of({{"min_samples_leaf", integer(101)}}, train).at("n_leaves"), 1.0);
  EXPECT_EQ(notes_of({{"min_samples_split", integer(201)}}, train).at("n_leaves"), 1.0);
  EXPECT_EQ(notes_of({{"min_samples_split", integer(200)}, {"max_depth", integer(1)}}, train)
                .at("n_leaves"),
            2.0);
  // Leaves of at least 20 examples have shares that are multiples of one over their size.
  const Predictions p = answer("decision_tree", {{"min_samples_leaf", integer(20)}}, train, train);
  std::map<double, int> size;  // by the feature's share in class 0: leaves of one share together
                               // hold 20 or more
  for (Eigen::Index i = 0; i < 200; ++i) ++size[p.probabilities(i, 0)];
  for (const auto& [share, n] : size) EXPECT_GE(n, 20) << share;
}

TEST(DecisionTree, GrowsTheMostUsefulLeavesFirst) {
  // Classes 0 and 1, of 4 examples each, are cut off with more gain than classes 2 and 3, of one
  // each, are told apart.
  const ExampleSet train(matrix({{0, 0, 0},
                                 {0, 0, 0},
                                 {0, 0, 0},
                                 {0, 0, 0},
                                 {0, 1, 0},
                                 {0, 1, 0},
                                 {0, 1, 0},
                                 {0, 1, 0},
                                 {9, 0, 0},
                                 {9, 0, 1}}),
                         {0, 0, 0, 0, 1, 1, 1, 1, 2, 3}, 4);
  const Predictions p = answer("decision_tree", {{"max_leaf_nodes", integer(3)}}, train, train);
  EXPECT_EQ(p.probabilities(0, 0), 1.0);
  EXPECT_EQ(p.probabilities(4, 1), 1.0);
  EXPECT_EQ(p.probabilities(8, 2), 0.5);
  EXPECT_EQ(p.probabilities(8, 3), 0.5);
}

TEST(DecisionTree, CutsBetweenNeighbouringFloatingPointNumbers) {
  const float one = 1.0f;
  const float next = std::nextafter(one, 2.0f);
  const float tiny = std::numeric_limits<float>::denorm_min();
  const ExampleSet train(matrix({{one, 0}, {next, 0}, {one, tiny}}), {0, 1, 2}, 3);
  EXPECT_EQ(answer("decision_tree", {}, train, train).labels, (std::vector<int>{0, 1, 2}));
  const float most = std::numeric_limits<float>::max();
  const ExampleSet wide(matrix({{-most}, {most}}), {0, 1}, 2);
  EXPECT_EQ(answer("decision_tree", {}, wide, wide).labels, (std::vector<int>{0, 1}));
}

TEST(DecisionTree, GrowsAsDeepAsTheDataAsk) {
  // One feature and alternating classes: the best cut takes one example off an end, so the tree is
  // a chain.
  const int n = 4000;
  Eigen::MatrixXd x(n, 1);
  std::vector<int> y;
  for (int i = 0; i < n; ++i) {
    x(i, 0) = i;
    y.push_back(i % 2);
  }
  const ExampleSet train(x, y, 2);
  EXPECT_EQ(answer("decision_tree", {}, train, train).labels, y);
  EXPECT_GT(notes_of({}, train).at("depth"), 1000.0);
}

TEST(DecisionTree, FindsTheFirstSplitThatAPlainSearchFinds) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const auto [raw, y] = clouds(40, 3, 3, 0.5, seed);
    const Eigen::MatrixXd x = raw.cast<float>().cast<double>();
    double best = std::numeric_limits<double>::infinity();
    std::vector<Eigen::MatrixXd> candidates;  // of equal impurity: the shares that each gives to
                                              // the training rows
    for (Eigen::Index f = 0; f < 3; ++f)
      for (Eigen::Index cut = 0; cut < 40; ++cut) {
        Eigen::MatrixXd counts = Eigen::MatrixXd::Zero(2, 3);
        for (Eigen::Index i = 0; i < 40; ++i)
          counts(x(i, f) > x(cut, f), y[static_cast<std::size_t>(i)]) += 1.0;
        if (counts.row(0).sum() < 4 || counts.row(1).sum() < 4) continue;
        double impurity = 0.0;
        for (const int side : {0, 1}) {
          const double n = counts.row(side).sum();
          impurity += n / 40.0 * (1.0 - (counts.row(side) / n).squaredNorm());
        }
        if (impurity > best + 1e-12) continue;
        if (impurity < best - 1e-12) candidates.clear();
        best = std::min(best, impurity);
        Eigen::MatrixXd shares(40, 3);
        for (Eigen::Index i = 0; i < 40; ++i) {
          const int side = x(i, f) > x(cut, f);
          shares.row(i) = counts.row(side) / counts.row(side).sum();
        }
        candidates.push_back(shares);
      }
    const ExampleSet train(x, y, 3);
    const Predictions p =
        answer("decision_tree", {{"max_depth", integer(1)}, {"min_samples_leaf", integer(4)}},
               train, train, seed);
    EXPECT_TRUE(
        std::any_of(candidates.begin(), candidates.end(),
                    [&](const Eigen::MatrixXd& c) { return c.isApprox(p.probabilities, 1e-12); }))
        << "seed " << seed;
  }
}

}  // namespace decision_tree_test
}  // namespace genrebench::testing
