#include <gtest/gtest.h>

#include <fstream>

#include "harness/plugin/registry.hpp"
#include "reports/example_runs.hpp"
#include "reports/render/render.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
void register_errors(Registry& registry);

namespace errors_test {

Document render(const MemoryStore& store, const OptionValues& options = {}) {
  return render_report(register_errors, store, {}, options);
}

PredictionRecord answer(const std::string& track, int truth, int predicted, float p_blues,
                        const std::string& artist) {
  return {"test", track, truth, predicted, {p_blues, 1.0f - p_blues}, artist};
}

/// Blues by Nina, which all runs take for jazz, by Otis, and jazz by Miles.
std::vector<PredictionRecord> predictions(bool right = false) {
  std::vector<PredictionRecord> result;
  for (int i = 0; i < 5; ++i) {
    result.push_back(answer(fmt::format("blues.{}", i), 0, right ? 0 : 1, 0.1f, "Nina"));
    result.push_back(answer(fmt::format("blues.{}", i + 5), 0, 0, 0.9f, "Otis"));
    result.push_back(answer(fmt::format("jazz.{}", i), 1, 1, 0.2f, "Miles"));
  }
  return result;
}

/// A run that misses Nina's tracks, and one of another method that has them right.
MemoryStore example() {
  MemoryStore store;
  add_run(store, {.method = "svm", .accuracy = 0.6, .predictions = predictions()});
  add_run(store, {.method = "knn", .accuracy = 1.0, .predictions = predictions(/*right=*/true)});
  return store;
}

bool says(const Document& document, const std::string& text) {
  return contains(render_terminal(document, {.width = 10000}), text);
}

TEST(ErrorsReport, SaysWhichTracksAndWhoseAreMissed) {
  const Document document = render(example());
  EXPECT_TRUE(says(document,
                   "GTZAN, grouped by artist: 2 runs of 2 configurations tested 15 tracks out of "
                   "sample, each in 2 of the runs. All of these runs miss 0 tracks, and none "
                   "misses 10 tracks."));
  const Table* missed = find_table(document, "errors-gtzan_grouped_by_artist-missed");
  ASSERT_NE(missed, nullptr);
  ASSERT_EQ(missed->rows.size(), 5u);
  EXPECT_EQ(text_at(*missed, "blues.0", "missed by"), "1/2");
  EXPECT_EQ(text_at(*missed, "blues.0", "taken for"), "jazz (1)");
  EXPECT_EQ(text_at(*missed, "blues.0", "artist"), "Nina");
  EXPECT_EQ(text_at(*missed, "blues.0", "confidence"), "0.90");
  EXPECT_TRUE(says(document, "The worst of 3 artists with at least 5 tracks is Nina: 50.0 ["));
  const Table* recall = find_table(document, "errors-gtzan_grouped_by_artist-recall");
  ASSERT_NE(recall, nullptr);
  EXPECT_TRUE(contains(text_at(*recall, "blues", "recall"), "75.0 ["));
  EXPECT_NE(find_figure(document, "errors-gtzan_grouped_by_artist-recall-figure"), nullptr);
  const Table* confusions = find_table(document, "errors-gtzan_grouped_by_artist-confusions");
  ASSERT_NE(confusions, nullptr);
  EXPECT_EQ(text_at(*confusions, "blues", "most frequent"), "Nina");
  EXPECT_EQ(text_at(*confusions, "blues", "its share"), "100.0 %");
}

TEST(ErrorsReport, RanksTheLabelsThatRunsContradict) {
  const Document document = render(example(), {{"suspects", std::int64_t{6}}});
  const Table* suspects = find_table(document, "errors-gtzan_grouped_by_artist-suspects");
  ASSERT_NE(suspects, nullptr);
  EXPECT_EQ(suspects->rows.size(), 6u);
  EXPECT_EQ(suspects->rows[0][1].text, "blues.0");
  EXPECT_EQ(suspects->rows[0][4].text, "jazz");
  EXPECT_EQ(suspects->rows[0][7].text, "yes");
  EXPECT_EQ(suspects->rows[5][7].text, "");
  const Table* joint = find_table(document, "errors_confident_joint");
  ASSERT_NE(joint, nullptr);
  EXPECT_EQ(column(*joint, 4), (std::vector<std::string>{"5", "5", "5"}));
}

TEST(ErrorsReport, EveryNumberIsFromRunsThatItNames) {
  MemoryStore store = example();
  const Document document = render(store);
  const Table* runs = find_table(document, "errors_runs");
  ASSERT_NE(runs, nullptr);
  EXPECT_EQ(column(*runs, 1).size(), 2u);
  EXPECT_EQ(find_table(document, "errors_tracks")->rows.size(), 15u);
  EXPECT_EQ(find_table(document, "errors_artists")->rows.size(), 3u);
  EXPECT_EQ(find_table(document, "errors_genres")->rows.size(), 2u);
  EXPECT_EQ(find_table(document, "errors_confusions")->rows.size(), 1u);
  EXPECT_EQ(render_json(document), render_json(render(store)));
  const testing::TemporaryFolder folder;
  EXPECT_FALSE(write_document(document, folder.path()).empty()) << "no two ids are the same";
}

TEST(ErrorsReport, TheHtmlPlaysTracksWhoseFilesAreHere) {
  const testing::TemporaryFolder folder;
  std::filesystem::create_directories(folder.path() / "blues");
  std::ofstream(folder.path() / "blues" / "blues.0.wav") << "sound";
  const Document document = render(example(), {{"audio_root", folder.path().native()}});
  const std::string html = render_html(document);
  EXPECT_TRUE(contains(html, "src=\"file://" + folder.path().native() + "/blues/blues.0.wav\""));
  EXPECT_FALSE(contains(html, "blues.1.wav"));
  EXPECT_FALSE(contains(render_html(render(example())), "<audio"));
  EXPECT_TRUE(says(render(example()), "set the option audio_root"));
}

TEST(ErrorsReport, CountsKnownErrorsAmongTheSuspects) {
  const testing::TemporaryFolder folder;
  const std::string file = (folder.path() / "sturm.txt").native();
  std::ofstream(file) << "blues.0\nblues.1\njazz.4\n";
  EXPECT_TRUE(says(render(example(), {{"known_errors", file}, {"suspects", std::int64_t{5}}}),
                   "Of 3 known label errors in sturm.txt, 2 (66.7 %) are among the first 5 of 15"));
  std::ofstream(file) << "pop.00000\n";
  EXPECT_THROW_SAYING(render(example(), {{"known_errors", file}}), ConfigError,
                      "errors: known_errors: none of the 1 ids in sturm.txt is a track with "
                      "probabilities, such as 'blues.0'");
}

TEST(ErrorsReport, LeakyRunsAreMarkedAndOnTheirOwn) {
  MemoryStore store = example();
  add_run(store, {.accuracy = 0.6, .leaky = true, .predictions = predictions()});
  const Document document = render(store);
  const Table* leaky = find_table(document, "errors-gtzan_leaky_split-recall");
  ASSERT_NE(leaky, nullptr);
  EXPECT_TRUE(contains(text_at(*leaky, "blues", "recall"), "†"));
  EXPECT_TRUE(has_note(*find_table(document, "errors-gtzan_leaky_split-missed"), "† Leaky split"));
}

TEST(ErrorsReport, RunsThatDoNotCountAreSaidToBe) {
  MemoryStore store = example();
  add_run(store, {.method = "majority", .accuracy = 0.5, .predictions = predictions()});
  add_run(store, {.seed = 9, .status = RunStatus::failed});
  add_run(store, {.seed = 10, .accuracy = 0.5});
  EXPECT_TRUE(says(render(store),
                   "Not counted: 1 run without a result, 1 run of methods that guess, 1 run "
                   "without answers of a test part."));
}

TEST(ErrorsReport, WithoutProbabilitiesOrArtistsItSaysWhatIsMissing) {
  MemoryStore store;
  add_run(store, {.accuracy = 0.5,
                  .predictions = answers("test", {{.genre = 0, .n_right = 1, .n_tracks = 2}})});
  const Document document = render(store);
  EXPECT_TRUE(says(document, "Likely label errors are not ranked: no run gave a probability"));
  EXPECT_TRUE(says(document, "The artists are not known"));
}

TEST(ErrorsReport, WithoutAnyAnswerItIsAnError) {
  MemoryStore store;
  add_run(store, {.accuracy = 0.5});
  EXPECT_THROW_SAYING(render(store), ConfigError,
                      "errors: no track to look at; expected done runs");
}

}  // namespace errors_test
}  // namespace genrebench
