// The views as a reader without this program sees them: by SQLite alone.
#include "harness/store/views.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>

#include "support/example_store.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace views_test {

namespace fs = std::filesystem;
using testing::ExampleStore;
using testing::fill;
using testing::TemporaryFolder;

/// The rows of a query, cells joined by '|'.
std::vector<std::string> rows(const fs::path& file, const std::string& sql) {
  const SQLite::Database database(file, SQLite::OPEN_READONLY);
  SQLite::Statement query(database, sql);
  std::vector<std::string> lines;
  while (query.executeStep()) {
    std::string line;
    for (int i = 0; i < query.getColumnCount(); ++i)
      line += (i == 0 ? "" : "|") + query.getColumn(i).getString();
    lines.push_back(line);
  }
  return lines;
}

using Lines = std::vector<std::string>;

TEST(Views, ShowRunsWithTheirNamesAndValues) {
  const TemporaryFolder folder;
  const ExampleStore store(folder / "runs.db");
  fill(store);
  const fs::path& file = store.file();
  EXPECT_EQ(rows(file, "SELECT version FROM v_version"), Lines{"1"});
  EXPECT_EQ(rows(file,
                 "SELECT run_id, status, message, seed, origin, dataset, method, "
                 "dataset_fingerprint, wall_s, parameters FROM v_runs WHERE status = 'failed'"),
            Lines{"kk"_run + "|failed|it went wrong|64|computed|synthetic|knn|data|0.0|"
                             "{\"dataset.name\":\"synthetic\",\"method.name\":\"knn\"}"});
  EXPECT_EQ(rows(file,
                 "SELECT position, run_id FROM v_experiments WHERE experiment = 'table2' "
                 "ORDER BY position"),
            (Lines{"0|" + "aa"_run, "1|" + "bb"_run, "2|" + "kk"_run, "3|" + "dd"_run}));
  const std::string aa = " WHERE run_id = '" + "aa"_run + "' ORDER BY 1, 2, 3";
  EXPECT_EQ(rows(file, "SELECT name, value FROM v_parameters WHERE run_id = '" + "aa"_run +
                           "' ORDER BY name"),
            (Lines{"dataset.name|synthetic", "method.name|svm"}));
  EXPECT_EQ(rows(file, "SELECT name, value, 0 FROM v_facts" + aa),
            Lines{"dataset.genres|[\"polka\",\"rock\"]|0"});
  EXPECT_EQ(rows(file, "SELECT name, value, 0 FROM v_environment" + aa), Lines{"host|here|0"});
  EXPECT_EQ(rows(file, "SELECT split, metric, value FROM v_metrics" + aa),
            Lines{"test|accuracy|0.75"});
  EXPECT_EQ(rows(file, "SELECT split, metric, step, value FROM v_curves" + aa),
            (Lines{"train|loss|1|2.0", "train|seconds|1|0.25"}));
  EXPECT_EQ(rows(file, "SELECT track, message, 0 FROM v_bad_tracks" + aa),
            Lines{"jazz.54|unreadable|0"});
}

TEST(Views, ShowPredictionsWithGenresAndProbabilities) {
  const TemporaryFolder folder;
  const ExampleStore store(folder / "runs.db");
  fill(store);
  EXPECT_EQ(
      rows(store.file(),
           "SELECT split, track, genre, predicted_genre, truth, predicted, cluster, "
           "probabilities FROM v_predictions WHERE run_id = '" +
               "aa"_run + "' ORDER BY track"),
      (Lines{"test|polka.1|polka|rock|0|1||[0.25,0.75]", "test|polka.2|rock|rock|1|1||[0.5,0.5]"}));
}

TEST(Views, DecodeEveryKindOfFloat) {
  const std::vector<float> values = {0.0f,
                                     1.0f,
                                     0.1f,
                                     1.0f / 3.0f,
                                     -0.75f,
                                     1e-30f,
                                     std::numeric_limits<float>::denorm_min(),
                                     std::numeric_limits<float>::min(),
                                     std::numeric_limits<float>::max(),
                                     16777216.0f,
                                     -3e9f};
  const TemporaryFolder folder;
  const ExampleStore store(folder / "runs.db");
  store.plan("table2", {"aa"_run});
  RunResult result;
  std::vector<std::string> genres(values.size(), "g");
  result.facts = {{"dataset.genres", list_text(genres)}};
  result.predictions = {{"test", "a", 0, 1, values}, {"test", "b", 0, 1, {}}};
  store->finish(store.take("aa"_run), result);
  const Lines found = rows(store.file(), "SELECT probabilities FROM v_predictions ORDER BY track");
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[1], "") << "none";
  const auto numbers = nlohmann::json::parse(found[0]);
  ASSERT_EQ(numbers.size(), values.size());
  for (std::size_t i = 0; i < values.size(); ++i)
    EXPECT_EQ(static_cast<float>(numbers[i].get<double>()), values[i]) << i;
}

TEST(Views, DecodeManyTracksAndGenres) {
  const TemporaryFolder folder;
  const ExampleStore store(folder / "runs.db");
  store.plan("table2", {"aa"_run, "bb"_run});
  std::vector<std::string> genres;
  for (int g = 0; g < 300; ++g) genres.push_back("genre " + std::to_string(g));
  RunResult result;
  result.facts = {{"dataset.genres", list_text(genres)}};
  for (int t = 0; t < 300; ++t)
    result.predictions.push_back({.split = "test",
                                  .track = "track " + std::to_string(1000 + t),
                                  .truth = t,
                                  .predicted = 299 - t,
                                  .probabilities = {},
                                  .cluster = "artist " + std::to_string(t / 3)});
  store->finish(store.take("aa"_run), result);
  {
    // From here on keys need four bytes.
    SQLite::Database(store.file(), SQLite::OPEN_READWRITE)
        .exec(
            "INSERT INTO scored_tracks SELECT 70000, dataset, track, 299, cluster FROM "
            "scored_tracks WHERE key = 1");
    result.predictions.push_back({.split = "test",
                                  .track = "track 9999",
                                  .truth = 7,
                                  .predicted = 8,
                                  .probabilities = {},
                                  .cluster = "artist 7"});
    store->finish(store.take("bb"_run), result);
  }
  for (const std::string& run : {"aa"_run, "bb"_run}) {
    Lines expected;
    for (const PredictionRecord& p : store->predictions(run, "test"))
      expected.push_back(p.track + "|" + std::to_string(p.truth) + "|" + genres[p.truth] + "|" +
                         std::to_string(p.predicted) + "|" + genres[p.predicted] + "|" + p.cluster +
                         "|");
    EXPECT_EQ(expected.size(), run == "aa"_run ? 300u : 301u);
    EXPECT_EQ(rows(store.file(),
                   "SELECT track, truth, genre, predicted, predicted_genre, cluster, probabilities "
                   "FROM v_predictions WHERE run_id = '" +
                       run + "' ORDER BY track"),
              expected);
  }
}

TEST(Views, ShowTracks) {
  const TemporaryFolder folder;
  const ExampleStore store(folder / "runs.db");
  store->add_tracks({{.fingerprint = "data",
                      .tracks = {{.id = "polka.1",
                                  .genre = 1,
                                  .groups = {{"artist", "Queen"}},
                                  .start_s = 1.5,
                                  .duration_s = 30.0,
                                  .content = "abc",
                                  .audio = "/music/1.wav"}}}});
  EXPECT_EQ(rows(store.file(), "SELECT * FROM v_tracks"),
            Lines{"data|polka.1|1|1.5|30.0|{\"artist\":\"Queen\"}|abc|/music/1.wav"});
}

}  // namespace views_test
}  // namespace genrebench
