#include "reports/support/compare_outcome.hpp"

#include <gtest/gtest.h>

#include "reports/statistics/holm.hpp"
#include "reports/support/compare_example.hpp"

namespace genrebench::compare {
namespace compare_outcome_test {

using namespace genrebench::testing;

struct Made {
  explicit Made(const MemoryStore& store, const CompareOptions& options = {})
      : scores(store),
        runs(store.runs("")),
        families(make_families(scores, runs, options.level)),
        outcome(
            compare_family(families.at(0), best_method(families.at(0), options.metric), options)) {}

  const Rival& rival(const std::string& name) const {
    for (const Rival& rival : outcome.rivals)
      if (families[0].methods[rival.method].name == name) return rival;
    throw std::runtime_error(name);
  }

  Scores scores;
  std::vector<RunRecord> runs;
  std::vector<Family> families;
  Outcome outcome;
};

TEST(CompareFamily, TellsTheTiedFromTheWorse) {
  MemoryStore store;
  add_three_methods(store);
  const Made made(store);
  EXPECT_EQ(made.families[0].methods[made.outcome.reference.method].name, "svm");
  EXPECT_EQ(made.rival("mlp").verdict, Verdict::tied);
  EXPECT_EQ(made.rival("knn").verdict, Verdict::worse);
  EXPECT_LT(made.rival("knn").pair.accuracy.mean, 0.0);
  EXPECT_EQ(with_verdict(made.outcome, Verdict::tied).size(), 1u);
  EXPECT_EQ(made.outcome.n_corrected_for, 2u);
  EXPECT_GT(made.rival("mlp").n_needed.value(), 0.0);
}

TEST(CompareFamily, ARivalMayBeBetterThanTheBestByValidation) {
  MemoryStore store;
  add_method(store, "knn", said_of_artists(2), 0.95);
  add_method(store, "svm", said_of_artists(10), 0.9);
  const Made made(store);
  EXPECT_EQ(made.rival("svm").verdict, Verdict::better);
}

TEST(CompareFamily, PValuesAreCorrectedByHolm) {
  MemoryStore store;
  add_three_methods(store);
  const Made made(store);
  std::vector<double> p;
  for (const Rival& rival : made.outcome.rivals) p.push_back(rival.pair.accuracy.p_value.value());
  const std::vector<double> corrected = holm(p);
  for (std::size_t i = 0; i < p.size(); ++i)
    EXPECT_EQ(made.outcome.rivals[i].corrected.value(), corrected[i]);
}

TEST(CompareFamily, AReferenceThatTheTestPartChoseIsCorrectedForAllPairs) {
  MemoryStore store;
  add_method(store, "knn", said_of_artists(2));
  add_method(store, "svm", said_of_artists(10));
  add_method(store, "mlp", said_of_artists(10, 1));
  const Made made(store);
  EXPECT_EQ(made.outcome.reference.choice, Choice::test);
  EXPECT_EQ(made.outcome.n_corrected_for, 3u);
  EXPECT_NEAR(made.rival("knn").corrected.value(),
              std::min(1.0, 3.0 * made.rival("knn").pair.accuracy.p_value.value()), 1e-12);
}

TEST(CompareFamily, LettersOfAllPairs) {
  MemoryStore store;
  add_three_methods(store);
  const Made made(store);
  ASSERT_EQ(made.outcome.all.pairs.size(), 3u);
  EXPECT_EQ(made.families[0].methods[made.outcome.all.methods.back()].name, "knn");
  EXPECT_EQ(made.outcome.all.letters, (std::vector<std::string>{"a", "a", "b"}));
}

TEST(CompareFamily, TheMatrixHasAtMostSoManyMethods) {
  MemoryStore store;
  add_three_methods(store);
  const Made two(store, {.matrix = 2});
  EXPECT_EQ(two.outcome.all.methods.size(), 2u);
  EXPECT_EQ(two.outcome.n_not_in_matrix, 1u);
  EXPECT_TRUE(Made(store, {.matrix = 0}).outcome.all.pairs.empty());
}

TEST(CompareFamily, MacroF1CanDecide) {
  MemoryStore store;
  add_three_methods(store);
  const Made made(store, {.metric = ScoreKind::macro_f1});
  EXPECT_EQ(made.rival("knn").verdict, Verdict::worse);
  EXPECT_EQ(made.rival("knn").corrected.value(),
            holm(std::vector<double>{made.rival("knn").pair.macro_f1.p_value.value(),
                                     made.rival("mlp").pair.macro_f1.p_value.value()},
                 3)[0])
      << "no run has macro F1 of a validation part, so that the test part chose the reference";
}

TEST(CompareFamily, VerdictsHaveWords) {
  EXPECT_EQ(to_string(Verdict::tied), "tied");
  EXPECT_EQ(to_string(Verdict::untested), "not tested");
}

}  // namespace compare_outcome_test
}  // namespace genrebench::compare
