#include "reports/support/comparison.hpp"

#include <gtest/gtest.h>

#include "reports/example_runs.hpp"

namespace genrebench {
namespace comparison_test {

/// The first side tests the genres 0 and 1, the second 0 alone.
struct TwoSides {
  TwoSides() {
    add_run(store, {.accuracy = 0.5,
                    .predictions = answers(
                        "test", {{.genre = 0, .n_right = 80}, {.genre = 1, .n_right = 20}})});
    add_run(store, {.accuracy = 0.6,
                    .leaky = true,
                    .predictions = answers("test", {{.genre = 0, .n_right = 60}})});
    runs = store.runs("");
  }

  Comparison comparison() const {
    return Comparison(scores, {{"first", {&runs[0]}}, {"second", {&runs[1]}}});
  }

  MemoryStore store;
  std::vector<RunRecord> runs;
  Scores scores{store};
};

TEST(Comparison, OnlyGenresThatEverySideTestsCount) {
  const TwoSides sides;
  const Comparison comparison = sides.comparison();
  EXPECT_EQ(comparison.genres(), std::set<int>{0});
  EXPECT_TRUE(comparison.restricted());
  const std::optional<Comparison::Score> score = comparison.score(sides.runs[0]);
  ASSERT_TRUE(score.has_value());
  EXPECT_EQ(score->n_tracks, 100u);
  EXPECT_DOUBLE_EQ(score->accuracy, 0.8);
  const std::optional<Estimate> difference =
      comparison.difference({&sides.runs[0]}, {&sides.runs[1]}, 0.95);
  ASSERT_TRUE(difference.has_value());
  EXPECT_NEAR(difference->mean, 0.2, 1e-12);
}

TEST(Comparison, NotesNameTheGenresThatAreCompared) {
  const TwoSides sides;
  const std::vector<std::string> notes = sides.comparison().notes();
  ASSERT_EQ(notes.size(), 1u) << "the training parts are equally large";
  EXPECT_TRUE(contains(notes[0], "(1 of 2): blues")) << notes[0];
}

TEST(Comparison, GenresWithoutANameAreNumbered) {
  RunRecord run;
  EXPECT_EQ(genre_names({&run}, 2), (std::vector<std::string>{"class 0", "class 1"}));
  run.facts["dataset.genres"] = list_text({"blues"});
  EXPECT_EQ(genre_names({&run}, 2), (std::vector<std::string>{"blues", "class 1"}));
}

TEST(Comparison, AChangeIsOverTheDivisionsThatBothUsed) {
  MemoryStore store;
  for (const char* division : {"a", "b", "c"}) add_run(store, {.division = division});
  for (const char* division : {"b", "c", "d"}) add_run(store, {.division = division});
  const std::vector<RunRecord> runs = store.runs("");
  const Change change =
      change_of(Scores(store), {{&runs[0], 9.0}, {&runs[1], 0.4}, {&runs[2], 0.6}},
                {{&runs[3], 0.3}, {&runs[4], 0.3}, {&runs[5], 9.0}}, "train", kDifference, 0.95);
  EXPECT_EQ(change.n_divisions, 2u);
  EXPECT_EQ(change.runs, (Runs{&runs[1], &runs[2]}));
  EXPECT_EQ(change.references, (Runs{&runs[3], &runs[4]}));
  EXPECT_NEAR(change.difference.mean, 0.2, 1e-12);
}

}  // namespace comparison_test
}  // namespace genrebench
