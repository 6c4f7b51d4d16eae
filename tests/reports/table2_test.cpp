#include <gtest/gtest.h>

#include "harness/plugin/registry.hpp"
#include "reports/example_runs.hpp"
#include "reports/render/render.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
void register_table2(Registry& registry);

namespace table2_test {

Document render(const MemoryStore& store, const ReportScope& scope = {}) {
  return render_report(register_table2, store, scope);
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
  ASSERT_EQ(table->headings.size(), table->columns.size());
  EXPECT_EQ(table->headings[0].group, "");
  EXPECT_EQ(table->headings[1].group, "full songs");
  EXPECT_EQ(table->headings[1].name, "paper");
  EXPECT_EQ(table->headings[2].group, "full songs");
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

TEST(Table2, TheBestAndWhatIsTiedWithItAreBold) {
  MemoryStore store;
  add_seeds(store, {.method = "svm"}, {0.80, 0.82, 0.81, 0.83, 0.79});
  add_seeds(store, {.method = "softmax"}, {0.79, 0.83, 0.80, 0.82, 0.80});
  add_seeds(store, {.method = "knn"}, {0.60, 0.63, 0.60, 0.62, 0.58});
  const Document document = render(store);
  const Table& table = *find_table(document, "table2_grouped");
  std::vector<std::string> bold;
  for (const std::vector<Cell>& row : table.rows)
    for (const Cell& cell : row)
      if (cell.strong) bold.push_back(row.front().text);
  EXPECT_EQ(bold, (std::vector<std::string>{"SVM", "Soft-Max"}));
  EXPECT_TRUE(has_note(table, "In bold: the best and what is tied with it."));
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

TEST(Table2, ADatasetWithoutKnownGroupsIsMarked) {
  MemoryStore store;
  add_seeds(store, {.groups = ""}, {0.40, 0.42});
  const Document document = render(store);
  const Table* table = find_table(document, "table2_ungrouped");
  ASSERT_NE(table, nullptr);
  EXPECT_EQ(text_at(*table, "SVM", "full songs: ours"), "41.0 ± 17.3 % ‡");
  EXPECT_TRUE(has_note(*table, "‡ The dataset gives no groups"));
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

}  // namespace table2_test
}  // namespace genrebench
