#include "reports/support/error_tables.hpp"

#include <gtest/gtest.h>

#include "reports/example_runs.hpp"
#include "reports/statistics/basic.hpp"

namespace genrebench::errors {
namespace error_tables_test {

TestedTrack track(const std::string& id, std::map<int, int> answers, double confidence = 0.5) {
  TestedTrack result{.id = id,
                     .genre = 0,
                     .cluster = "Nina",
                     .answers = std::move(answers),
                     .confidence = confidence};
  for (const auto& [answer, n] : result.answers) {
    result.n_runs += static_cast<std::size_t>(n);
    if (answer != 0) result.n_missed += static_cast<std::size_t>(n);
  }
  return result;
}

class ErrorTables : public ::testing::Test {
 protected:
  ErrorTables() {
    tested_.title = "GTZAN";
    tested_.genres = {"blues", "jazz", "rock"};
    tested_.units = "artists";
  }

  Subject subject() const { return {.tested = tested_, .source = source_, .id = "errors-gtzan"}; }

  TestedTracks tested_;
  const TrackSource source_{{}, ""};
};

TEST_F(ErrorTables, TracksAreInOrderOfTheShareThenOfTheConfidence) {
  tested_.tracks = {track("a", {{0, 3}, {1, 1}}), track("b", {{1, 1}, {2, 3}}, 0.6),
                    track("c", {{2, 4}}, 0.9), track("d", {{0, 4}}),
                    track("e", {{1, 2}}, kNotANumber)};
  const Table table = missed_table(subject(), 10);
  EXPECT_EQ(column(table, 0), (std::vector<std::string>{"c", "b", "e", "a"}));
  EXPECT_EQ(text_at(table, "b", "taken for"), "rock (3), jazz (1)");
  EXPECT_EQ(text_at(table, "b", "missed by"), "4/4");
  EXPECT_EQ(text_at(table, "a", "share"), "25.0 %");
  EXPECT_EQ(text_at(table, "e", "confidence"), "–");
  EXPECT_EQ(text_at(table, "a", "artist"), "Nina");
  EXPECT_TRUE(has_note(missed_table(subject(), 3), "The first 3 of 4 tracks that some run misses"));
}

TEST_F(ErrorTables, TheWorstArtistIsNamedWithAWarning) {
  tested_.tracks = {track("a", {{0, 1}, {1, 3}}), track("b", {{1, 4}})};
  const std::vector<ArtistAccuracy> artists = artist_accuracies(tested_, 2, 0.95);
  const std::string text = worst_artist(subject(), artists, 2);
  EXPECT_TRUE(contains(text, "The worst of 1 artist with at least 2 tracks is Nina: 12.5 ["));
  EXPECT_TRUE(contains(text, "of 2 tracks, blues (2), mostly taken for jazz. The lowest of many"));
  EXPECT_EQ(worst_artist(subject(), {}, 2), "");
  EXPECT_EQ(text_at(artists_table(subject(), artists, 2, 0.95), "Nina", "genre (tracks)"),
            "blues (2)");
}

TEST_F(ErrorTables, AConfusionOfMostlyOneArtistIsSetOff) {
  tested_.tracks = {track("a", {{1, 4}}), track("b", {{1, 4}})};
  const Table table = confusions_table(subject(), genre_confusions(tested_), 10);
  ASSERT_EQ(table.rows.size(), 1u);
  EXPECT_EQ(table.rows[0][2].text, "2.0");
  EXPECT_EQ(table.rows[0].back().text, "100.0 %");
  EXPECT_TRUE(table.rows[0].back().strong);
}

TEST_F(ErrorTables, AGenreOfOneArtistHasNoInterval) {
  tested_.tracks = {track("a", {{0, 1}, {1, 3}}), track("b", {{1, 4}})};
  const Table table = recalls_table(subject(), genre_recalls(tested_, 0.95), 0.95);
  EXPECT_EQ(text_at(table, "blues", "recall"), "12.5 %");
  EXPECT_EQ(text_at(table, "blues", "artists"), "1");
  EXPECT_TRUE(has_note(table, "Without an interval: all tracks of the genre are by one artist."));
}

TEST_F(ErrorTables, SuspectsSayWhatIsKnownOfThem) {
  tested_.tracks = {track("a", {{1, 4}}), track("b", {{0, 4}})};
  tested_.tracks[0].probabilities = {0.1, 0.8, 0.1};
  tested_.tracks[1].probabilities = {0.9, 0.1, 0.0};
  tested_.n_without_probabilities = 1;
  const Table table =
      suspects_table(subject(), label_errors(tested_, LabelRanking::normalized_margin),
                     LabelRanking::normalized_margin, 1);
  ASSERT_EQ(table.rows.size(), 1u);
  EXPECT_EQ(table.rows[0][1].text, "a");
  EXPECT_EQ(text_at(table, "1", "rather"), "jazz");
  EXPECT_EQ(text_at(table, "1", "p(genre)"), "0.10");
  EXPECT_EQ(text_at(table, "1", "p(rather)"), "0.80");
  EXPECT_TRUE(has_note(table, "Ordered by the probability of the track's genre minus"));
  EXPECT_TRUE(has_note(table, "Not counted here: 1 run without probabilities."));
}

}  // namespace error_tables_test
}  // namespace genrebench::errors
