#include "reports/support/artist_effect.hpp"

#include <gtest/gtest.h>

#include "harness/plugin/registry.hpp"
#include "reports/example_runs.hpp"

namespace genrebench {
void register_table2(Registry& registry);

namespace artist_effect_test {

Document render(const MemoryStore& store, const ReportScope& scope = {}) {
  return render_report(register_table2, store, scope);
}

/// A run per number of right answers of 100 tracks of the first genre.
void add_answers(MemoryStore& store, ExampleRun run, const std::vector<int>& right,
                 std::vector<GenreAnswers> others = {}) {
  for (std::size_t i = 0; i < right.size(); ++i) {
    run.seed = i;
    std::vector<GenreAnswers> genres = others;
    genres.insert(genres.begin(), GenreAnswers{.genre = 0, .n_right = right[i]});
    run.predictions = answers("test", genres);
    std::size_t n_right = 0;
    for (const PredictionRecord& prediction : run.predictions)
      n_right += prediction.truth == prediction.predicted;
    run.accuracy = static_cast<double>(n_right) / static_cast<double>(run.predictions.size());
    add_run(store, run);
  }
}

TEST(ArtistEffect, TheArtistEffectIsTheUnpairedDifferenceOfTheMeans) {
  MemoryStore store;
  // Grouped c, leaky a of tests/reports/support/intervals_test.cpp: 0.092667, -0.083772 … 0.269105
  // with 300 test and 700 training tracks.
  add_answers(store, {}, {30, 41, 38});
  add_answers(store, {.experiment = "table2_leaky", .leaky = true}, {42, 45, 47, 44, 50});
  const Document document = render(store);
  const Table* effect = find_table(document, "table2_artist_effect");
  ASSERT_NE(effect, nullptr);
  EXPECT_EQ(text_at(*effect, "SVM", "full songs"), "+9.3 ± 17.6 points");
  EXPECT_TRUE(has_note(*effect, "at least 3 divisions on each side, which are not paired"));
  EXPECT_FALSE(has_note(*effect, "The training parts differ"));
  const Table* data = find_table(document, "table2_artist_effect_cells");
  ASSERT_NE(data, nullptr);
  EXPECT_NEAR(std::stod(text_at(*data, "table2_grouped", "ci_low")), -0.08377214183719045, 1e-9);
  EXPECT_EQ(text_at(*data, "table2_grouped", "ci_method"), "corrected_welch");
  EXPECT_EQ(text_at(*data, "table2_grouped", "n_leaky"), "5");
  EXPECT_EQ(text_at(*data, "table2_grouped", "n_grouped"), "3");
}

// The grouped side never tests the second genre, of which the leaky side gets all 100 tracks right:
// over all genres the leaky side is better by 18.5 points, over the genre that both test it is
// worse by 13.
TEST(ArtistEffect, TheArtistEffectIsOverTheGenresThatBothSidesTest) {
  MemoryStore store;
  add_answers(
      store,
      {.facts = {{"split.n_train", "83"}, {"split.train_by_genre", list_text({"43", "40"})}}},
      {60, 64});
  add_answers(
      store,
      {.experiment = "table2_leaky",
       .leaky = true,
       .facts = {{"split.n_train", "70"}, {"split.train_by_genre", list_text({"43", "27"})}}},
      {48, 50}, {{.genre = 1, .n_right = 100}});
  const Document document = render(store);
  EXPECT_TRUE(text_at(*find_table(document, "table2_leaky"), "SVM", "full songs: ours")
                  .starts_with("74.5"));
  EXPECT_TRUE(text_at(*find_table(document, "table2_grouped"), "SVM", "full songs: ours")
                  .starts_with("62.0"));
  const Table& effect = *find_table(document, "table2_artist_effect");
  EXPECT_TRUE(text_at(effect, "SVM", "full songs").starts_with("−13.0 "))
      << text_at(effect, "SVM", "full songs");
  EXPECT_EQ(effect.notes[0],
            "The training parts differ in their number of tracks: 70 (leaky split), 83 (grouped by "
            "artist). Tracks of genres that are not compared: 27 (leaky split), 40 (grouped by "
            "artist). A part of the difference may come from that.");
  EXPECT_TRUE(contains(effect.notes[1], "(1 of 2): blues"));
  const Table& data = *find_table(document, "table2_artist_effect_cells");
  EXPECT_EQ(text_at(data, "table2_grouped", "n_genres"), "1");
  EXPECT_NEAR(std::stod(text_at(data, "table2_grouped", "leaky")), 0.49, 1e-12);
  EXPECT_NEAR(std::stod(text_at(data, "table2_grouped", "grouped")), 0.62, 1e-12);
}

TEST(ArtistEffect, AGenreThatOneSeedDoesNotTestIsNotCompared) {
  MemoryStore store;
  add_answers(store, {}, {60}, {{.genre = 1, .n_right = 0}});
  add_run(
      store,
      {.seed = 1, .accuracy = 0.62, .predictions = answers("test", {{.genre = 0, .n_right = 62}})});
  add_answers(store, {.leaky = true}, {70, 72}, {{.genre = 1, .n_right = 100}});
  const Document document = render(store);
  EXPECT_TRUE(text_at(*find_table(document, "table2_artist_effect"), "SVM", "full songs")
                  .starts_with("+10.0 "));
}

TEST(ArtistEffect, WhereNoGenreIsTestedByBothSidesNothingIsSubtracted) {
  MemoryStore store;
  add_answers(store, {}, {60, 64});
  for (const std::uint64_t seed : {0u, 1u})
    add_run(store, {.seed = seed,
                    .accuracy = 0.5,
                    .leaky = true,
                    .predictions = answers("test", {{.genre = 1, .n_right = 50}})});
  const Document document = render(store);
  const Table& effect = *find_table(document, "table2_artist_effect");
  EXPECT_EQ(text_at(effect, "SVM", "full songs"), "–");
  EXPECT_TRUE(has_note(effect, "No genre has tracks in every test part"));
}

TEST(ArtistEffect, FoldsOfOneCrossValidationAreOneTestPart) {
  MemoryStore store;
  for (const bool leaky : {false, true})
    for (const int fold : {0, 1})  // a genre per fold
      add_run(store,
              {.accuracy = 0.5,
               .leaky = leaky,
               .parameters = {{"split.kind", "kfold"}, {"split.fold", fmt::format("{}", fold)}},
               .predictions =
                   answers("test", {{.genre = fold, .n_right = leaky ? 60 + fold : 50 - fold}})});
  const Document document = render(store);
  EXPECT_TRUE(has_note(*find_table(document, "table2_artist_effect"),
                       "every one of these test parts has: all 2."));
}

TEST(ArtistEffect, SplitsThatDifferInMoreAreComparedWithANote) {
  MemoryStore store;
  add_answers(store, {.parameters = {{"split.train_fraction", "0.8"}}}, {30, 41});
  add_answers(store, {.experiment = "table2_leaky", .leaky = true}, {42, 45});
  const Document document = render(store);
  const Table* effect = find_table(document, "table2_artist_effect");
  ASSERT_NE(effect, nullptr);
  EXPECT_TRUE(has_note(*effect, "split.train_fraction is 0.8 (grouped) and 0.7 (leaky)"));
}

TEST(ArtistEffect, OtherFeaturesOrDataHaveNoArtistEffectInCommon) {
  MemoryStore store;
  add_seeds(store, {.parameters = {{"features.n_mfcc", "13"}}}, {0.30, 0.41});
  add_seeds(store, {.leaky = true}, {0.42, 0.45});
  EXPECT_EQ(find_table(render(store), "table2_artist_effect"), nullptr);
}

}  // namespace artist_effect_test
}  // namespace genrebench
