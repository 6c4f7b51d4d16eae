#include "reports/support/compare_methods.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "reports/support/compare_example.hpp"

namespace genrebench::compare {
namespace compare_methods_test {

using namespace genrebench::testing;

/// The families of a store, which must outlive them.
struct Made {
  explicit Made(const MemoryStore& store) : scores(store), runs(store.runs("")) {
    families = make_families(scores, runs, 0.95);
  }
  Scores scores;
  std::vector<RunRecord> runs;
  std::vector<Family> families;
};

std::vector<std::string> names(const Family& family) {
  std::vector<std::string> result;
  for (const Method& method : family.methods) result.push_back(method.name);
  return result;
}

TEST(CompareMethods, MethodsOfOneSplitAreAFamily) {
  MemoryStore store;
  add_three_methods(store);
  add_run(store, {.method = "svm", .accuracy = 0.9, .leaky = true});
  const Made made(store);
  ASSERT_EQ(made.families.size(), 1u) << "a leaky split is none of them";
  const Family& family = made.families[0];
  EXPECT_EQ(names(family), (std::vector<std::string>{"knn", "svm", "mlp"}));
  EXPECT_EQ(family.units, "artists");
  EXPECT_TRUE(contains(family.title, "GTZAN, grouped by artist")) << family.title;
  EXPECT_NEAR(family.methods[1].accuracy.mean, 0.9, 1e-12);
}

TEST(CompareMethods, OtherDivisionsAreOtherFamiliesAndOneMethodIsNone) {
  MemoryStore store;
  add_three_methods(store);
  ExampleRun other{.method = "svm",
                   .accuracy = 0.5,
                   .parameters = {{"split.train_fraction", "0.5"}},
                   .predictions = said_of_artists(2),
                   .division = "another"};
  add_run(store, other);
  EXPECT_EQ(Made(store).families.size(), 1u);
  other.method = "knn";
  add_run(store, other);
  EXPECT_EQ(Made(store).families.size(), 2u);
}

TEST(CompareMethods, ASharedDivisionMakesAFamilyWhateverTheSplitIsCalled) {
  MemoryStore store;
  add_method(store, "svm", said_of_artists(10));
  add_run(store, {.method = "knn",
                  .accuracy = 0.5,
                  .parameters = {{"split.kind", "published"}},
                  .predictions = said_of_artists(2),
                  .division = "list"});
  ASSERT_EQ(Made(store).families.size(), 1u);
}

TEST(CompareMethods, RunsOfPermutedGenresAndMethodsWithoutAnswersAreLeftOut) {
  MemoryStore store;
  add_three_methods(store);
  add_run(store, {.method = "tree", .status = RunStatus::failed, .message = "out of memory"});
  add_run(store, {.method = "naive_bayes",
                  .accuracy = 0.5,
                  .parameters = {{"sanity.permute_labels", "true"}},
                  .predictions = said_of_artists(2),
                  .division = "list"});
  const Made made(store);
  ASSERT_EQ(made.families.size(), 1u);
  EXPECT_EQ(made.families[0].methods.size(), 3u);
  ASSERT_EQ(made.families[0].left_out.size(), 1u);
  EXPECT_TRUE(contains(made.families[0].left_out[0], "tree"));
}

TEST(CompareMethods, TheBestOnTheValidationPartIsTheReference) {
  MemoryStore store;
  add_method(store, "knn", said_of_artists(2), 0.95);
  add_method(store, "svm", said_of_artists(10), 0.9);
  add_method(store, "mlp", said_of_artists(10, 1));
  const Made made(store);
  const Reference reference = best_method(made.families[0], ScoreKind::accuracy);
  EXPECT_EQ(reference.method, 0u) << "though svm is better on the test part";
  EXPECT_EQ(reference.choice, Choice::validation);
  EXPECT_EQ(reference.not_validated, std::vector<std::string>{"mlp"});
}

TEST(CompareMethods, WithoutAValidationPartTheBestOnTheTestPartIs) {
  MemoryStore store;
  add_method(store, "knn", said_of_artists(2));
  add_method(store, "svm", said_of_artists(10));
  const Made made(store);
  const Reference reference = best_method(made.families[0], ScoreKind::accuracy);
  EXPECT_EQ(reference.method, 1u);
  EXPECT_EQ(reference.choice, Choice::test);
}

TEST(CompareMethods, AMethodIsFoundByItsNameOrTheIdOfARun) {
  MemoryStore store;
  add_method(store, "knn", said_of_artists(2));
  const std::string id = add_method(store, "svm", said_of_artists(10));
  ExampleRun run{.method = "svm",
                 .accuracy = 0.5,
                 .parameters = {{"method.c", "10"}},
                 .predictions = said_of_artists(3),
                 .division = "list"};
  const Made two(store);
  EXPECT_EQ(find_method(two.families[0], "svm"), 1u);
  EXPECT_EQ(find_method(two.families[0], id.substr(0, 8)), 1u);
  EXPECT_FALSE(find_method(two.families[0], "tree").has_value());
  add_run(store, run);
  const Made three(store);
  try {
    find_method(three.families[0], "svm");
    const std::vector<std::string> all = names(three.families[0]);
    EXPECT_NE(std::find(all.begin(), all.end(), "svm"), all.end()) << "one is called just that";
  } catch (const ConfigError& error) {
    EXPECT_TRUE(contains(error.what(), "names 2 methods")) << error.what();
  }
}

}  // namespace compare_methods_test
}  // namespace genrebench::compare
