#include <gtest/gtest.h>

#include <set>

#include "harness/plugin/registry.hpp"
#include "reports/example_runs.hpp"
#include "reports/render/render.hpp"

namespace genrebench {
void register_summary(Registry& registry);

namespace summary_test {

Document render(const MemoryStore& store, const OptionValues& options = {}) {
  return render_report(register_summary, store, {}, options);
}

TEST(Summary, TheLeaderboardHasARowAConfigurationAndAColumnAParameterThatVaries) {
  MemoryStore store;
  for (const char* c : {"1", "10"})
    for (const std::uint64_t seed : {0u, 1u})
      add_run(store, {.method = "svm",
                      .seed = seed,
                      .accuracy = std::string(c) == "1" ? 0.4 : 0.5,
                      .parameters = {{"method.c", c}}});
  add_run(store, {.method = "knn", .accuracy = 0.45, .parameters = {{"method.neighbours", "5"}}});
  const Document document = render(store);
  const Table* table = find_table(document, "summary-table2");
  ASSERT_NE(table, nullptr);
  // The number of neighbours does not vary: it comes with the method.
  EXPECT_EQ(table->columns,
            (std::vector<std::string>{"method.name", "method.c", "seeds", "test accuracy",
                                      "test macro F1", "time a run"}));
  ASSERT_EQ(table->rows.size(), 3u);
  const auto row = [&](std::size_t r) {
    std::vector<std::string> texts;
    for (const Cell& cell : table->rows[r]) texts.push_back(cell.text);
    return texts;
  };
  EXPECT_EQ(row(0), (std::vector<std::string>{"svm", "10", "2/2", "50.0 %", "49.0 %", "2.00 s"}));
  EXPECT_EQ(row(1), (std::vector<std::string>{"knn", "–", "1/1", "45.0 %", "44.0 %", "2.00 s"}));
  EXPECT_EQ(row(2), (std::vector<std::string>{"svm", "1", "2/2", "40.0 %", "39.0 %", "2.00 s"}));
  EXPECT_TRUE(has_note(*table, "Ordered by test accuracy"));
  EXPECT_TRUE(has_note(*table, "optimistic"));
}

TEST(Summary, ParametersThatAdvanceTogetherBothHaveAColumn) {
  MemoryStore store;
  add_run(store, {.accuracy = 0.4, .parameters = {{"method.c", "1"}, {"method.gamma", "a"}}});
  add_run(store, {.accuracy = 0.5, .parameters = {{"method.c", "2"}, {"method.gamma", "b"}}});
  const Document document = render(store);
  const std::vector<std::string>& columns = find_table(document, "summary-table2")->columns;
  EXPECT_EQ(std::vector<std::string>(columns.begin(), columns.begin() + 2),
            (std::vector<std::string>{"method.c", "method.gamma"}));
}

TEST(Summary, ValidationAccuracyChoosesTheBestWhereThereIsOne) {
  MemoryStore store;
  add_run(store, {.method = "svm",
                  .accuracy = 0.9,
                  .valid_accuracy = 0.3,
                  .predictions = {{"test", "a", 0, 1, {}}}});
  add_run(store, {.method = "knn",
                  .accuracy = 0.5,
                  .valid_accuracy = 0.6,
                  .predictions = {{"test", "a", 0, 0, {}}}});
  const Document document = render(store);
  const Table& table = *find_table(document, "summary-table2");
  EXPECT_EQ(table.rows[0][0].text, "knn");
  EXPECT_EQ(text_at(table, "knn", "valid accuracy"), "60.0 %");
  EXPECT_TRUE(has_note(table, "Ordered by validation accuracy"));
  const Table& confusion = *find_table(document, "summary-table2-confusion");
  EXPECT_EQ(confusion.title, "Confusion of the best configuration of table2: method.name=knn");
  EXPECT_TRUE(has_note(confusion, "The best by mean validation accuracy."));
}

TEST(Summary, TunedMethodsBesideUntunedOnesAreSaidToHaveAnAdvantage) {
  MemoryStore store;
  add_run(store,
          {.method = "svm", .accuracy = 0.5, .facts = {{"tuned.c", "10"}}, .valid_accuracy = 0.7});
  EXPECT_FALSE(has_note(*find_table(render(store), "summary-table2"),
                        "chose options by their validation accuracy"));
  add_run(store, {.method = "knn", .accuracy = 0.5, .valid_accuracy = 0.6});
  add_run(store, {.method = "softmax", .accuracy = 0.5, .valid_accuracy = 0.65});
  EXPECT_TRUE(has_note(*find_table(render(store), "summary-table2"),
                       "1 of 3 rows chose options by their validation accuracy"));
}

TEST(Summary, MacroF1SaysOverHowManyGenresItIs) {
  MemoryStore store;
  add_run(
      store,
      {.seed = 0, .accuracy = 0.5, .facts = {{"split.test_by_genre", list_text({"3", "0", "2"})}}});
  EXPECT_TRUE(has_note(*find_table(render(store), "summary-table2"),
                       "Macro F1 is the mean over the 2 genres that have test tracks."));
  add_run(
      store,
      {.seed = 1, .accuracy = 0.5, .facts = {{"split.test_by_genre", list_text({"3", "1", "2"})}}});
  EXPECT_TRUE(has_note(*find_table(render(store), "summary-table2"),
                       "Macro F1 is the mean over the 2 to 3 genres that have test tracks."));
}

TEST(Summary, TheLeaderboardEndsWithWhatGuessingGives) {
  MemoryStore store;
  add_run(store, {.accuracy = 0.9,
                  .facts = {{"split.train_by_genre", list_text({"30", "70"})},
                            {"split.test_by_genre", list_text({"10", "30"})}},
                  .valid_accuracy = 0.8,
                  .predictions = answers("valid", {{0, 2, 2}, {1, 2, 2}})});
  const Document document = render(store);
  const Table& table = *find_table(document, "summary-table2");
  ASSERT_EQ(table.rows.size(), 3u);
  EXPECT_EQ(text_at(table, "chance", "test accuracy"), "50.0 %");
  EXPECT_EQ(text_at(table, "majority class", "test accuracy"), "75.0 %");
  EXPECT_EQ(text_at(table, "majority class", "valid accuracy"), "50.0 %");
  EXPECT_EQ(text_at(table, "chance", "time a run"), "");
}

TEST(Summary, ASkipOfLengthZeroStandsOnceWhateverItsWayOfCombining) {
  MemoryStore store;
  for (const char* combine : {"add", "mean", "gate"})
    for (const char* length : {"0", "8"})
      add_run(store, {.method = "skip_gru",
                      .accuracy = 0.5,
                      .parameters = {{"method.length", length}, {"method.combine", combine}}});
  const Document document = render(store);
  const Table& table = *find_table(document, "summary-table2");
  EXPECT_EQ(table.rows.size(), 4u);
  EXPECT_TRUE(has_note(table, "skip_gru with length 0 is the plain GRU"));
  EXPECT_EQ(find_table(document, "summary_configurations")->rows.size(), 6u);
  EXPECT_EQ(find_table(document, "summary_runs")->rows.size(), 6u);
}

TEST(Summary, IntervalsSayWhatMadeThem) {
  MemoryStore store;
  for (const std::uint64_t seed : {0u, 1u})
    add_run(store, {.seed = seed,
                    .accuracy = 0.55,
                    .predictions = answers(
                        "test", {{.genre = 0, .n_right = 70}, {.genre = 1, .n_right = 40}}, 5),
                    .division = "a list"});
  const Document document = render(store);
  const Table& data = *find_table(document, "summary_configurations");
  EXPECT_EQ(text_at(data, "table2", "test_accuracy_ci_method"), "bootstrap_artists");
  EXPECT_EQ(text_at(data, "table2", "test_accuracy_ci_n"), "40");
  EXPECT_EQ(text_at(data, "table2", "test_macro_f1_ci_method"), "bootstrap_artists");
  EXPECT_EQ(text_at(data, "table2", "ci_level"), "0.95");
}

TEST(Summary, ConfusionIsSummedOverSeedsWithRecalls) {
  MemoryStore store;
  const PredictionRecord right{"test", "a", 0, 0, {}};
  const PredictionRecord wrong{"test", "b", 0, 1, {}};
  const PredictionRecord of_valid{"valid", "c", 1, 1, {}};
  add_run(store, {.seed = 0, .accuracy = 0.5, .predictions = {right, wrong, of_valid}});
  add_run(store, {.seed = 1, .accuracy = 1.0, .predictions = {right, right}});
  const Document document = render(store);
  const Table* confusion = find_table(document, "summary-table2-confusion");
  ASSERT_NE(confusion, nullptr);
  EXPECT_EQ(confusion->columns,
            (std::vector<std::string>{"truth", "blues", "jazz", "tracks", "recall"}));
  EXPECT_EQ(text_at(*confusion, "blues", "blues"), "3");
  EXPECT_EQ(text_at(*confusion, "blues", "jazz"), "1");
  EXPECT_EQ(text_at(*confusion, "blues", "tracks"), "4");
  EXPECT_EQ(text_at(*confusion, "blues", "recall"), "75.0 %");
  EXPECT_EQ(text_at(*confusion, "jazz", "recall"), "–");  // the validation part does not count
  const Table* data = find_table(document, "summary_confusion");
  ASSERT_NE(data, nullptr);
  ASSERT_EQ(data->rows.size(), 2u);
  EXPECT_EQ(data->rows[0][4].text, "3") << "of blues taken for blues, in both runs";
  EXPECT_EQ(data->rows[1][4].text, "1");
  EXPECT_EQ(data->rows[0][5].text, "2");
}

TEST(Summary, ClassesWithoutANameAreNumbered) {
  MemoryStore store;
  add_run(store, {.accuracy = 0.5,
                  .facts = {{"dataset.genres", list_text({})}},
                  .predictions = {{"test", "a", 1, 1, {}}}});
  const Document document = render(store);
  EXPECT_EQ(text_at(*find_table(document, "summary-table2-confusion"), "class 1", "recall"),
            "100.0 %");
}

TEST(Summary, ALeakyConfigurationNeverOutranksAnHonestOneAndIsMarked) {
  MemoryStore store;
  add_run(store, {.accuracy = 0.9, .leaky = true});
  add_run(store, {.accuracy = 0.5});
  const Document document = render(store);
  const Table& table = *find_table(document, "summary-table2");
  EXPECT_EQ(table.columns,
            (std::vector<std::string>{"method.name", "protocol", "seeds", "test accuracy",
                                      "test macro F1", "time a run"}));
  EXPECT_EQ(table.rows[0][1].text, "grouped by artist");
  EXPECT_EQ(table.rows[1][1].text, "leaky split");
  EXPECT_EQ(table.rows[1][3].text, "90.0 % †");
  EXPECT_TRUE(has_note(table, "† Leaky split"));
}

TEST(Summary, FailedAndSkippedRunsAreListedWithTheirMessages) {
  MemoryStore store;
  add_run(store, {.seed = 0, .accuracy = 0.5});
  const std::string failed =
      add_run(store, {.seed = 1, .status = RunStatus::failed, .message = "it broke"});
  add_run(store, {.seed = 2, .status = RunStatus::skipped, .message = "needs sequences"});
  add_run(store, {.seed = 3, .status = RunStatus::planned});
  const Document document = render(store);
  EXPECT_EQ(find_table(document, "summary-table2")->rows[0][1].text, "1/4 (1 failed, 1 skipped)");
  EXPECT_TRUE(has_note(*find_table(document, "summary-table2"), "* Not all planned runs are done"));
  const Table* failures = find_table(document, "summary-table2-failures");
  ASSERT_NE(failures, nullptr);
  ASSERT_EQ(failures->rows.size(), 2u);
  EXPECT_EQ(failures->rows[0][2].text, "failed");
  EXPECT_EQ(failures->rows[0][3].text, "it broke");
  EXPECT_EQ(failures->rows[0][4].text, failed.substr(0, 8));
  EXPECT_EQ(failures->rows[1][3].text, "needs sequences");
  EXPECT_NE(render_terminal(document).find("1 of 4 runs done, 1 failed, 1 skipped."),
            std::string::npos);
}

TEST(Summary, LongListsAreCutWithANote) {
  MemoryStore store;
  for (std::uint64_t seed = 0; seed < 3; ++seed)
    add_run(store, {.seed = seed,
                    .status = RunStatus::failed,
                    .message = "no",
                    .bad_tracks = {{fmt::format("t{}", seed), "bad"}}});
  const Document document = render(store, {{"listed", std::int64_t{2}}});
  EXPECT_TRUE(has_note(*find_table(document, "summary-table2-failures"), "2 of 3 are shown"));
  EXPECT_TRUE(has_note(*find_table(document, "summary-table2-bad_tracks"), "2 of 3 are shown"));
  EXPECT_EQ(find_table(document, "summary_runs")->rows.size(), 3u);
  EXPECT_EQ(find_table(document, "summary_bad_tracks")->rows.size(), 3u);
}

TEST(Summary, BadTracksAreListedOnceWithTheirNumberOfRuns) {
  MemoryStore store;
  for (const std::uint64_t seed : {0u, 1u})
    add_run(
        store,
        {.seed = seed, .accuracy = 0.5, .bad_tracks = {{"jazz.00054", "decodes to 0 samples"}}});
  const Document document = render(store);
  EXPECT_EQ(text_at(*find_table(document, "summary-table2-bad_tracks"), "jazz.00054", "runs"), "2");
}

TEST(Summary, TracksThatWereLeftOutForOneReasonAreCounted) {
  MemoryStore store;
  std::vector<BadTrackRecord> bad;
  for (int i = 0; i < 7; ++i)
    bad.push_back({fmt::format("t{}", i), fmt::format("/music/t{}.npy: cannot be read", i)});
  bad.push_back({"z", "/music/z.npy: no frames"});
  add_run(store, {.accuracy = 0.5, .bad_tracks = bad});
  const Document document = render(store);
  const Table& table = *find_table(document, "summary-table2-bad_tracks");
  EXPECT_EQ(table.rows.size(), 4u) << "three of the first reason, one of the other";
  EXPECT_EQ(text_at(table, "z", "message"), "/music/z.npy: no frames");
  EXPECT_TRUE(has_note(table, "7 in all like this: cannot be read"));
  EXPECT_TRUE(has_note(table, "4 of 8 are shown"));
  EXPECT_EQ(find_table(document, "summary_bad_tracks")->rows.size(), 8u);
}

TEST(Summary, AnExperimentThatHasNotRunHasALeaderboardWithoutNumbers) {
  MemoryStore store;
  add_run(store, {.status = RunStatus::planned});
  const Document document = render(store);
  const Table& table = *find_table(document, "summary-table2");
  EXPECT_EQ(text_at(table, "svm", "test accuracy"), "–");
  EXPECT_EQ(text_at(table, "svm", "time a run"), "–");
  EXPECT_EQ(find_table(document, "summary-table2-confusion"), nullptr);
}

TEST(Summary, EveryExperimentHasItsPartAndNoTwoTablesShareAnId) {
  MemoryStore store;
  for (const char* name : {"a b", "a_b", "A-B"})
    add_run(store, {.experiment = name, .accuracy = 0.5, .predictions = {{"test", "t", 0, 0, {}}}});
  const Document document = render(store);
  std::set<std::string> ids;
  for (const auto& part : document.body) {
    if (const auto* table = std::get_if<Table>(&part)) {
      EXPECT_TRUE(ids.insert(table->id).second) << table->id;
    }
  }
  EXPECT_EQ(ids.size(), 6u);
}

TEST(Summary, WarningsAndOtherCommitsAreTold) {
  MemoryStore store;
  add_run(store, {.seed = 0,
                  .accuracy = 0.5,
                  .facts = {{"fit.warnings", list_text({"did not converge"})}},
                  .commit = "abc"});
  add_run(store, {.seed = 1,
                  .accuracy = 0.5,
                  .facts = {{"fit.warnings", list_text({"did not converge"})}},
                  .commit = "abc"});
  const Document one_commit = render(store);
  EXPECT_TRUE(
      has_note(*find_table(one_commit, "summary-table2"), "Warning of 2 runs: did not converge"));
  EXPECT_FALSE(has_note(*find_table(one_commit, "summary-table2"), "commits"));
}

TEST(Summary, AnExperimentNamedTwiceIsReportedOnce) {
  MemoryStore store;
  add_run(store, {.accuracy = 0.5});
  Registry registry;
  register_summary(registry);
  const ReportPlugin& plugin = registry.reports.get("summary", "a test");
  const auto report = plugin.make(plugin.options.resolve({}, "a test"));
  const Document document = report->render(store, {.experiments = {"table2", "table2"}});
  EXPECT_EQ(find_table(document, "summary_runs")->rows.size(), 1u);
}

TEST(Summary, AnEmptyStoreIsAnError) { EXPECT_THROW(render(MemoryStore()), ConfigError); }

TEST(Summary, PrunedRunsAreCountedListedAndMakeTheMeanOfTheOthersTooHigh) {
  MemoryStore store;
  add_run(store, {.seed = 0, .accuracy = 0.5});
  add_run(store, {.seed = 1,
                  .status = RunStatus::pruned,
                  .message = "validation loss 2 at epoch 1 is number 2 of the 3 there"});
  add_run(store, {.seed = 2, .status = RunStatus::lost});
  const Document document = render(store);
  const Table& table = *find_table(document, "summary-table2");
  EXPECT_EQ(text_at(table, "svm", "seeds"), "1/3 (1 pruned)") << "a run that was lost is not done";
  EXPECT_TRUE(has_note(table, "1 of 3 runs was pruned: the means over the others are too high."));
  EXPECT_TRUE(has_note(table, "Not all planned runs are done"));
  const Table& failures = *find_table(document, "summary-table2-failures");
  ASSERT_EQ(failures.rows.size(), 1u);
  EXPECT_EQ(failures.rows[0][2].text, "pruned");
}

}  // namespace summary_test
}  // namespace genrebench
