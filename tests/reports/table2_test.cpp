#include <gtest/gtest.h>

#include "harness/plugin/registry.hpp"
#include "reports/example_runs.hpp"
#include "reports/render/render.hpp"

namespace genrebench {
void register_table2(Registry& registry);

namespace {

Document render(const MemoryStore& store, const ReportScope& scope = {}) {
  return render_report(register_table2, store, scope);
}

void add_seeds(MemoryStore& store, ExampleRun run, const std::vector<double>& accuracies) {
  for (std::size_t i = 0; i < accuracies.size(); ++i) {
    run.seed = i;
    run.accuracy = accuracies[i];
    add_run(store, run);
  }
}

TEST(Table2, ACellIsTheMeanOverSeedsWithItsInterval) {
  MemoryStore store;
  // Mean 0.45, deviation 0.05, t of two degrees of freedom at 97.5 %: 4.302653; 4.302653 * 0.05 *
  // sqrt(1/3 + 300/700) = 0.187783.
  add_seeds(store, {}, {0.40, 0.45, 0.50});
  const Document document = render(store);
  const Table* table = find_table(document, "table2_grouped");
  ASSERT_NE(table, nullptr);
  EXPECT_EQ(table->title, "Evaluation of some classic algorithms on GTZAN, grouped by artist");
  EXPECT_EQ(table->columns,
            (std::vector<std::string>{"Algorithm", "full songs: paper", "full songs: ours",
                                      "full songs: seeds", "segmented songs: paper",
                                      "segmented songs: ours", "segmented songs: seeds"}));
  EXPECT_EQ(text_at(*table, "SVM", "full songs: ours"), "45.0 ± 18.8 %");
  EXPECT_EQ(text_at(*table, "SVM", "full songs: seeds"), "3/3");
  EXPECT_TRUE(has_note(*table, "95 % interval over 3 divisions of the tracks"));
  const Table* cells = find_table(document, "table2_cells");
  ASSERT_NE(cells, nullptr);
  ASSERT_EQ(cells->rows.size(), 1u);
  EXPECT_EQ(text_at(*cells, "table2_grouped", "mean"), "0.45");
  EXPECT_NEAR(std::stod(text_at(*cells, "table2_grouped", "ci_low")), 0.45 - 0.187783, 1e-6);
  EXPECT_NEAR(std::stod(text_at(*cells, "table2_grouped", "ci_high")), 0.45 + 0.187783, 1e-6);
  EXPECT_NEAR(std::stod(text_at(*cells, "table2_grouped", "sd")), 0.05, 1e-12);
  EXPECT_EQ(text_at(*cells, "table2_grouped", "ci_method"), "corrected_t");
  EXPECT_EQ(text_at(*cells, "table2_grouped", "ci_n"), "3");
  EXPECT_EQ(text_at(*cells, "table2_grouped", "paper"), "0.4356");
}

TEST(Table2, ThePapersNumbersStandInEveryRow) {
  MemoryStore store;
  add_seeds(store, {}, {0.4});
  const Document document = render(store);
  const Table& table = *find_table(document, "table2_grouped");
  const std::vector<std::vector<std::string>> paper = {{"SVM", "43.56 %", "45.67 %"},
                                                       {"Soft-Max", "38 %", "42.67 %"},
                                                       {"Decision Tree", "50.08 %", "39.64 %"},
                                                       {"Naive Bayes", "30.67 %", "30.67 %"},
                                                       {"KNN", "27.67 %", "34 %"}};
  ASSERT_EQ(table.rows.size(), paper.size());
  for (std::size_t r = 0; r < paper.size(); ++r) {
    EXPECT_EQ(table.rows[r][0].text, paper[r][0]);
    EXPECT_EQ(text_at(table, paper[r][0], "full songs: paper"), paper[r][1]);
    EXPECT_EQ(text_at(table, paper[r][0], "segmented songs: paper"), paper[r][2]);
  }
}

TEST(Table2, OneSeedWithoutStoredAnswersHasNoInterval) {
  MemoryStore store;
  add_seeds(store, {.excerpt = "chunks"}, {0.4});
  const Document document = render(store);
  const Table& table = *find_table(document, "table2_grouped");
  EXPECT_EQ(text_at(table, "SVM", "segmented songs: ours"), "40.0 %");
  EXPECT_EQ(text_at(*find_table(document, "table2_cells"), "table2_grouped", "ci_low"), "");
}

TEST(Table2, WhatIsNotPlannedIsADash) {
  MemoryStore store;
  add_seeds(store, {}, {0.4});
  const Document document = render(store);
  const Table& table = *find_table(document, "table2_grouped");
  EXPECT_EQ(text_at(table, "SVM", "segmented songs: ours"), "–");
  EXPECT_EQ(text_at(table, "SVM", "segmented songs: seeds"), "–");
  EXPECT_EQ(text_at(table, "KNN", "full songs: ours"), "–");
}

TEST(Table2, AnIncompleteCellShowsHowFarItIs) {
  MemoryStore store;
  add_seeds(store, {}, {0.40, 0.45, 0.50});
  add_run(store, {.seed = 3, .status = RunStatus::planned});
  add_run(store, {.seed = 4, .status = RunStatus::running});
  const Document document = render(store);
  const Table* table = find_table(document, "table2_grouped");
  ASSERT_NE(table, nullptr);  // planned runs take the protocol of those that are done
  EXPECT_EQ(find_table(document, "table2_not_run"), nullptr);
  EXPECT_EQ(text_at(*table, "SVM", "full songs: ours"), "45.0 ± 18.8 % *");
  EXPECT_EQ(text_at(*table, "SVM", "full songs: seeds"), "3/5");
  EXPECT_TRUE(table->rows[0][2].caution);
  EXPECT_TRUE(has_note(*table, "* Not all planned runs are done"));
}

TEST(Table2, ACellWithoutAnyDoneRunSaysWhy) {
  MemoryStore store;
  add_run(store, {.method = "svm", .status = RunStatus::planned});
  add_run(store, {.method = "knn", .status = RunStatus::failed, .message = "out of memory"});
  add_run(store, {.method = "softmax", .status = RunStatus::skipped, .message = "needs audio"});
  const Document document = render(store);
  const Table* table = find_table(document, "table2_not_run");
  ASSERT_NE(table, nullptr);
  EXPECT_EQ(text_at(*table, "SVM", "full songs: ours"), "not run yet");
  EXPECT_EQ(text_at(*table, "KNN", "full songs: ours"), "failed");
  EXPECT_EQ(text_at(*table, "KNN", "full songs: seeds"), "0/1 (1 failed)");
  EXPECT_EQ(text_at(*table, "Soft-Max", "full songs: ours"), "skipped");
  EXPECT_TRUE(has_note(*table, "KNN, full songs: 1 of 1 runs failed: out of memory"));
  EXPECT_TRUE(has_note(*table, "Soft-Max, full songs: 1 of 1 runs skipped: needs audio"));
}

TEST(Table2, LeakyAndGroupedRunsAreNeverMixed) {
  MemoryStore store;
  add_seeds(store, {}, {0.40, 0.42});
  add_seeds(store, {.experiment = "table2_leaky", .leaky = true}, {0.60, 0.64});
  const Document document = render(store);
  const Table* grouped = find_table(document, "table2_grouped");
  const Table* leaky = find_table(document, "table2_leaky");
  ASSERT_NE(grouped, nullptr);
  ASSERT_NE(leaky, nullptr);
  // t of one degree of freedom: 12.7062; 12.7062 * 0.0141421 * sqrt(1/2 + 300/700) = 0.173155;
  // twice that for the other.
  EXPECT_EQ(text_at(*grouped, "SVM", "full songs: ours"), "41.0 ± 17.3 %");
  EXPECT_EQ(text_at(*leaky, "SVM", "full songs: ours"), "62.0 ± 34.6 % †");
  EXPECT_FALSE(has_note(*grouped, "†"));
  EXPECT_TRUE(has_note(
      *leaky, "† Leaky split, by request: tracks of one artist may be in both train and test"));
  for (const std::string& text : {render_terminal(document), render_markdown(document),
                                  render_html(document), render_csv(*leaky), render_json(document)})
    EXPECT_NE(text.find("62.0 ± 34.6 % †"), std::string::npos) << text;
  EXPECT_NE(render_latex(document).find("62.0 $\\pm$ 34.6 \\% $\\dagger$"), std::string::npos);
}

TEST(Table2, ThePlannedRunsOfALeakySplitAreLeakyBeforeAnyIsDone) {
  MemoryStore store;
  add_run(store, {.leaky = true, .status = RunStatus::planned});
  EXPECT_NE(find_table(render(store), "table2_leaky"), nullptr);
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

TEST(Table2, TheArtistEffectIsTheUnpairedDifferenceOfTheMeans) {
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
TEST(Table2, TheArtistEffectIsOverTheGenresThatBothSidesTest) {
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

TEST(Table2, AGenreThatOneSeedDoesNotTestIsNotCompared) {
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

TEST(Table2, WhereNoGenreIsTestedByBothSidesNothingIsSubtracted) {
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

TEST(Table2, FoldsOfOneCrossValidationAreOneTestPart) {
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

TEST(Table2, RepeatsOfOneDivisionPrintWhatOneOfThemPrints) {
  const std::vector<PredictionRecord> predictions =
      answers("test", {{.genre = 0, .n_right = 70}, {.genre = 1, .n_right = 40}}, /*per_artist=*/5);
  const auto cell_of = [&](std::uint64_t n_seeds) {
    MemoryStore store;
    for (std::uint64_t seed = 0; seed < n_seeds; ++seed)
      add_run(store, {.seed = seed,
                      .accuracy = 0.55,
                      .parameters = {{"split.kind", "published"}},
                      .predictions = predictions,
                      .division = "the published list"});
    const Document document = render(store);
    const Table& table = *find_table(document, "table2_grouped");
    EXPECT_TRUE(has_note(
        table,
        "[low, high]: 95 % interval over the 40 artists of the test tracks of one division"));
    EXPECT_EQ(text_at(*find_table(document, "table2_cells"), "table2_grouped", "ci_method"),
              "bootstrap_artists");
    EXPECT_EQ(text_at(*find_table(document, "table2_cells"), "table2_grouped", "ci_n"), "40");
    return text_at(table, "SVM", "full songs: ours");
  };
  const std::string one = cell_of(1);
  EXPECT_EQ(one, cell_of(5));
  EXPECT_TRUE(one.starts_with("55.0 [")) << one;
  EXPECT_FALSE(contains(one, "± 0.0"));
}

TEST(Table2, SeedsThatShareFoldsCountAsTheFolds) {
  const auto cell_of = [](std::uint64_t n_seeds) {
    MemoryStore store;
    const std::vector<double> accuracies = {0.40, 0.45, 0.50};
    for (std::uint64_t seed = 0; seed < n_seeds; ++seed)
      for (std::size_t fold = 0; fold < accuracies.size(); ++fold)
        add_run(store, {.seed = seed,
                        .accuracy = accuracies[fold],
                        .parameters = {{"split.kind", "kfold"},
                                       {"split.seed", "0"},
                                       {"split.fold", fmt::format("{}", fold)}}});
    return text_at(*find_table(render(store), "table2_grouped"), "SVM", "full songs: ours");
  };
  EXPECT_EQ(cell_of(1), "45.0 ± 18.8 %");
  EXPECT_EQ(cell_of(5), "45.0 ± 18.8 %");
}

TEST(Table2, OneDivisionWithoutKnownArtistsHasWilsonsInterval) {
  MemoryStore store;
  // stats.binomtest(43, 100).proportion_ci(0.95, "wilson"): 0.33733, 0.52785
  add_run(store, {.accuracy = 0.43, .predictions = answers("test", {{.genre = 0, .n_right = 43}})});
  const Document document = render(store);
  EXPECT_EQ(text_at(*find_table(document, "table2_grouped"), "SVM", "full songs: ours"),
            "43.0 [33.7, 52.8] %");
  EXPECT_EQ(text_at(*find_table(document, "table2_cells"), "table2_grouped", "ci_method"),
            "wilson");
  EXPECT_TRUE(has_note(*find_table(document, "table2_grouped"), "No artist is known"));
}

TEST(Table2, AnIntervalNeverLeavesTheRangeOfAnAccuracy) {
  MemoryStore store;
  // Mean 0.95, half-width 0.187783 as above.
  add_seeds(store, {}, {0.90, 0.95, 1.00});
  const Document document = render(store);
  EXPECT_EQ(text_at(*find_table(document, "table2_grouped"), "SVM", "full songs: ours"),
            "95.0 [76.2, 100.0] %");
  EXPECT_EQ(text_at(*find_table(document, "table2_cells"), "table2_grouped", "ci_high"), "1");
}

TEST(Table2, SplitsThatDifferInMoreAreComparedWithANote) {
  MemoryStore store;
  add_answers(store, {.parameters = {{"split.train_fraction", "0.8"}}}, {30, 41});
  add_answers(store, {.experiment = "table2_leaky", .leaky = true}, {42, 45});
  const Document document = render(store);
  const Table* effect = find_table(document, "table2_artist_effect");
  ASSERT_NE(effect, nullptr);
  EXPECT_TRUE(has_note(*effect, "split.train_fraction is 0.8 (grouped) and 0.7 (leaky)"));
}

TEST(Table2, OtherFeaturesOrDataHaveNoArtistEffectInCommon) {
  MemoryStore store;
  add_seeds(store, {.parameters = {{"features.n_mfcc", "13"}}}, {0.30, 0.41});
  add_seeds(store, {.leaky = true}, {0.42, 0.45});
  EXPECT_EQ(find_table(render(store), "table2_artist_effect"), nullptr);
}

TEST(Table2, ADatasetWithoutKnownGroupsIsMarked) {
  MemoryStore store;
  add_seeds(store, {.groups = ""}, {0.40, 0.42});
  const Document document = render(store);
  const Table* table = find_table(document, "table2_ungrouped");
  ASSERT_NE(table, nullptr);
  EXPECT_EQ(text_at(*table, "SVM", "full songs: ours"), "41.0 ± 17.3 % ‡");
  EXPECT_TRUE(has_note(*table, "‡ The dataset gives no groups"));
}

TEST(Table2, OptionsOfAMethodThatDifferMakeRowsOfTheirOwn) {
  MemoryStore store;
  add_seeds(store,
            {.method = "knn",
             .parameters = {{"method.neighbours", "3"}, {"method.distance", "euclidean"}}},
            {0.3, 0.3});
  add_seeds(store,
            {.method = "knn",
             .parameters = {{"method.neighbours", "5"}, {"method.distance", "euclidean"}}},
            {0.4, 0.4});
  const Document document = render(store);
  const Table& table = *find_table(document, "table2_grouped");
  EXPECT_EQ(text_at(table, "KNN (neighbours=3)", "full songs: ours"), "30.0 %");
  EXPECT_EQ(text_at(table, "KNN (neighbours=5)", "full songs: ours"), "40.0 %");
  EXPECT_EQ(text_at(table, "KNN (neighbours=3)", "full songs: paper"), "27.67 %");
  EXPECT_EQ(text_at(table, "KNN (neighbours=5)", "full songs: paper"), "");
}

TEST(Table2, OptionsOfAnExcerptThatDifferMakeColumnsOfTheirOwn) {
  MemoryStore store;
  add_seeds(store, {.excerpt = "chunks"}, {0.3, 0.3});
  add_seeds(store, {.excerpt = "chunks", .parameters = {{"excerpt.duration_s", "5"}}}, {0.4, 0.4});
  const Document document = render(store);
  const Table& table = *find_table(document, "table2_grouped");
  EXPECT_EQ(text_at(table, "SVM", "segmented songs (duration_s=3): ours"), "30.0 %");
  EXPECT_EQ(text_at(table, "SVM", "segmented songs (duration_s=5): ours"), "40.0 %");
}

TEST(Table2, OtherDifferencesMakeTablesOfTheirOwnThatSayWhatDiffers) {
  MemoryStore store;
  add_seeds(store, {}, {0.3, 0.3});
  add_seeds(store, {.parameters = {{"split.train_fraction", "0.8"}}}, {0.4, 0.4});
  const Document document = render(store);
  const Table* first = find_table(document, "table2_grouped");
  const Table* second = find_table(document, "table2_grouped_2");
  ASSERT_NE(first, nullptr);
  ASSERT_NE(second, nullptr);
  EXPECT_TRUE(first->title.ends_with("; split.train_fraction=0.7")) << first->title;
  EXPECT_TRUE(second->title.ends_with("; split.train_fraction=0.8")) << second->title;
  EXPECT_EQ(text_at(*second, "SVM", "full songs: ours"), "40.0 %");
}

TEST(Table2, WhereTheFilesLieDoesNotMatter) {
  MemoryStore store;
  add_run(store, {.seed = 0, .accuracy = 0.4});
  add_run(store, {.seed = 1, .accuracy = 0.4, .parameters = {{"dataset.root", "/elsewhere"}}});
  const Document document = render(store);
  EXPECT_EQ(text_at(*find_table(document, "table2_grouped"), "SVM", "full songs: seeds"), "2/2");
}

TEST(Table2, RunsOfOneSeedThatDifferInAPlaceAreNotPooled) {
  MemoryStore store;
  add_run(store, {.seed = 0, .accuracy = 0.4});
  add_run(store, {.seed = 0, .accuracy = 0.5, .parameters = {{"dataset.root", "/elsewhere"}}});
  const Document document = render(store);
  EXPECT_NE(find_table(document, "table2_grouped_2"), nullptr);
  EXPECT_EQ(text_at(*find_table(document, "table2_grouped"), "SVM", "full songs: seeds"), "1/1");
}

TEST(Table2, FoldsOfACrossValidationArePooledAndNamed) {
  MemoryStore store;
  add_run(store, {.accuracy = 0.4, .parameters = {{"split.fold", "0"}}});
  add_run(store, {.accuracy = 0.5, .parameters = {{"split.fold", "1"}}});
  const Document document = render(store);
  const Table& table = *find_table(document, "table2_grouped");
  EXPECT_EQ(text_at(table, "SVM", "full songs: runs"), "2/2");
  EXPECT_TRUE(has_note(table, "over 2 divisions of the tracks"));
}

TEST(Table2, ARunOfTwoExperimentsCountsOnce) {
  MemoryStore store;
  const std::string id = add_run(store, {.accuracy = 0.4});
  store.plan("again").run_ids = {id};
  const Document document = render(store);
  EXPECT_EQ(text_at(*find_table(document, "table2_grouped"), "SVM", "full songs: seeds"), "1/1");
}

TEST(Table2, NotesTellDatasetFeaturesSplitTuningAndBadTracks) {
  MemoryStore store;
  add_run(
      store,
      {.accuracy = 0.4,
       .facts = {{"split.notes", list_text({"4 genres have one artist: in training only: blues"})},
                 {"tuned.c", "10"},
                 {"split.n_train", "690"},
                 {"split.n_valid", "0"},
                 {"split.n_test", "310"}},
       .bad_tracks = {{"jazz.00054", "decodes to 0 samples"}}});
  add_run(store,
          {.seed = 1,
           .accuracy = 0.4,
           .facts = {{"split.n_train", "702"}, {"split.n_valid", "0"}, {"split.n_test", "298"}}});
  const Document document = render(store);
  const Table& table = *find_table(document, "table2_grouped");
  EXPECT_TRUE(has_note(table,
                       "Dataset: gtzan, 1000 tracks, 2 genres; training 690 to 702, validation 0, "
                       "test 298 to 310 tracks."));
  EXPECT_TRUE(has_note(table, "Features: mfcc_statistics (n_mfcc=20)."));
  EXPECT_TRUE(
      has_note(table, "Split: stratified (leaky=false, train_fraction=0.7); grouped by artist."));
  EXPECT_TRUE(has_note(table, "Split: 4 genres have one artist: in training only: blues"));
  EXPECT_TRUE(has_note(table, "SVM. Tuned on the validation part: c=10 (1 run)."));
  EXPECT_TRUE(has_note(
      table, "1 track could not be used and was skipped: jazz.00054 (decodes to 0 samples)."));
  EXPECT_EQ(text_at(*find_table(document, "table2_bad_tracks"), "table2_grouped", "track"),
            "jazz.00054");
}

TEST(Table2, GenresWithoutTracksAreNotCountedAsIfTheyHadSome) {
  MemoryStore store;
  add_run(store, {.accuracy = 0.4,
                  .facts = {{"dataset.genres", list_text({"blues", "folk", "jazz"})},
                            {"split.train_by_genre", list_text({"70", "0", "9"})},
                            {"split.test_by_genre", list_text({"30", "0", "0"})}}});
  const Document document = render(store);
  EXPECT_TRUE(
      has_note(*find_table(document, "table2_grouped"),
               "1000 tracks, 3 genres (2 with training tracks, 1 with test tracks); training 700"));
}

TEST(Table2, AnotherDatasetIsNamedBesideThePapersNumbers) {
  MemoryStore store;
  add_run(store, {.accuracy = 0.4, .parameters = {{"dataset.name", "feature_table"}}});
  const Document document = render(store);
  const Table& table = *find_table(document, "table2_grouped");
  EXPECT_TRUE(table.title.starts_with("Evaluation of some classic algorithms on feature_table"));
  EXPECT_TRUE(has_note(table, "ours in this table are for the dataset 'feature_table'"));
}

TEST(Table2, DataHaveOneRowARunWithItsWholeId) {
  MemoryStore store;
  const std::string done = add_run(store, {.seed = 0, .accuracy = 0.4});
  const std::string failed =
      add_run(store, {.seed = 1, .status = RunStatus::failed, .message = "why"});
  const Document document = render(store);
  const Table& runs = *find_table(document, "table2_runs");
  ASSERT_EQ(runs.rows.size(), 2u);
  EXPECT_EQ(text_at(runs, "table2_grouped", "run_id"), done);
  EXPECT_EQ(text_at(runs, "table2_grouped", "accuracy"), "0.4");
  EXPECT_EQ(text_at(runs, "table2_grouped", "macro_f1"), "0.39");
  EXPECT_EQ(text_at(*find_table(document, "table2_cells"), "table2_grouped", "run_ids"),
            done + " " + failed);
}

TEST(Table2, RunsWithoutACellAreMentioned) {
  MemoryStore store;
  add_run(store, {.accuracy = 0.4});
  add_run(store, {.method = "vgg16", .accuracy = 0.9});
  EXPECT_NE(render_terminal(render(store)).find("no cell for: vgg16 with excerpt full (1)"),
            std::string::npos);
}

TEST(Table2, OnlyTheExperimentsInScopeCount) {
  MemoryStore store;
  add_seeds(store, {}, {0.4});
  add_seeds(store, {.experiment = "table2_leaky", .leaky = true}, {0.6});
  EXPECT_EQ(find_table(render(store, {.experiments = {"table2"}}), "table2_leaky"), nullptr);
}

TEST(Table2, AnUnknownExperimentIsAnErrorWithTheNearestName) {
  MemoryStore store;
  add_run(store, {.accuracy = 0.4});
  try {
    render(store, {.experiments = {"tabel2"}});
    FAIL();
  } catch (const ConfigError& error) {
    EXPECT_NE(std::string(error.what()).find("'table2'"), std::string::npos) << error.what();
  }
}

TEST(Table2, AStoreWithoutRunsIsAnError) {
  MemoryStore store;
  EXPECT_THROW(render(store), ConfigError);
  store.plan("empty");
  EXPECT_THROW(render(store), ConfigError);
}

TEST(Table2, RunsOfOtherMethodsAloneAreAnError) {
  MemoryStore store;
  add_run(store, {.method = "vgg16", .accuracy = 0.9});
  EXPECT_THROW(render(store), ConfigError);
}

}  // namespace
}  // namespace genrebench
