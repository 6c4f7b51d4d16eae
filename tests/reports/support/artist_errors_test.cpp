#include "reports/support/artist_errors.hpp"

#include <gtest/gtest.h>

namespace genrebench {
namespace artist_errors_test {

/// A track of an artist that one of its two runs, both or none takes for another genre.
TestedTrack track(const std::string& id, int genre, const std::string& artist, int n_missed,
                  int taken_for) {
  TestedTrack result{.id = id,
                     .genre = genre,
                     .cluster = artist,
                     .n_runs = 2,
                     .n_missed = static_cast<std::size_t>(n_missed)};
  if (n_missed < 2) result.answers[genre] = 2 - n_missed;
  if (n_missed > 0) result.answers[taken_for] = n_missed;
  return result;
}

/// Blues by Nina, who is always missed, by Otis, who never is, and by two of unknown artist.
TestedTracks example() {
  TestedTracks tested;
  tested.genres = {"blues", "jazz", "rock"};
  tested.units = "artists";
  tested.tracks = {track("n1", 0, "Nina", 2, 1), track("n2", 0, "Nina", 2, 1),
                   track("n3", 0, "Nina", 1, 2), track("o1", 0, "Otis", 0, 0),
                   track("o2", 0, "Otis", 0, 0), track("o3", 1, "Otis", 1, 0),
                   track("u1", 0, "", 2, 1),     track("u2", 0, "", 0, 0)};
  return tested;
}

TEST(ArtistAccuracies, TheLeastAccurateComesFirstWithAnIntervalOverItsTracks) {
  const std::vector<ArtistAccuracy> artists = artist_accuracies(example(), 3, 0.95);
  ASSERT_EQ(artists.size(), 2u);
  EXPECT_EQ(artists[0].artist, "Nina");
  EXPECT_EQ(artists[0].n_tracks, 3u);
  EXPECT_NEAR(artists[0].accuracy.mean, 0.5 / 3.0, 1e-12);
  EXPECT_EQ(artists[0].taken_for, 1);
  ASSERT_TRUE(artists[0].accuracy.interval);
  const Interval expected = wilson_interval(0.5, 3.0, 0.95);
  EXPECT_DOUBLE_EQ(artists[0].accuracy.interval->low, expected.low);
  EXPECT_DOUBLE_EQ(artists[0].accuracy.interval->high, expected.high)
      << "two runs of one track are not two tracks";
  EXPECT_EQ(artists[1].artist, "Otis");
  EXPECT_EQ(artists[1].genres, (std::map<int, std::size_t>{{0, 2}, {1, 1}}));
  EXPECT_NEAR(artists[1].accuracy.mean, 2.5 / 3.0, 1e-12);
  EXPECT_TRUE(artist_accuracies(example(), 4, 0.95).empty());
}

TEST(ArtistAccuracies, OfEqualOnesThatWithMoreTracksComesFirst) {
  TestedTracks tested;
  tested.genres = {"blues", "jazz"};
  tested.tracks = {track("a", 0, "few", 2, 1), track("b", 0, "many", 2, 1),
                   track("c", 0, "many", 2, 1)};
  const std::vector<ArtistAccuracy> artists = artist_accuracies(tested, 1, 0.95);
  EXPECT_EQ(artists.front().artist, "many");
  EXPECT_EQ(artists.front().accuracy.mean, 0.0);
  EXPECT_GT(artists.front().accuracy.interval->high, 0.5) << "two tracks say little";
}

TEST(GenreRecalls, HaveIntervalsOverTheArtistsOfTheGenre) {
  const std::vector<GenreRecall> recalls = genre_recalls(example(), 0.95);
  ASSERT_EQ(recalls.size(), 2u) << "no track of rock was tested";
  EXPECT_EQ(recalls[0].n_tracks, 7u);
  EXPECT_EQ(recalls[0].n_artists, 2u);
  EXPECT_NEAR(recalls[0].recall.mean, 7.0 / 14.0, 1e-12);
  ASSERT_TRUE(recalls[0].recall.interval);
  EXPECT_EQ(recalls[0].recall.method, IntervalMethod::bootstrap);
  EXPECT_EQ(recalls[0].recall.units, "artists");
  EXPECT_EQ(recalls[0].recall.n_units, 4u) << "each track of unknown artist is one";
  EXPECT_FALSE(recalls[1].recall.interval) << "all of jazz is by one artist";
}

TEST(GenreConfusions, SayWhoseTracksTheyAre) {
  const std::vector<GenreConfusion> confusions = genre_confusions(example());
  ASSERT_EQ(confusions.size(), 3u);
  EXPECT_EQ(confusions[0].genre, 0);
  EXPECT_EQ(confusions[0].taken_for, 1);
  EXPECT_EQ(confusions[0].n_tracks, 3u);
  EXPECT_DOUBLE_EQ(confusions[0].per_run, 3.0);
  EXPECT_EQ(confusions[0].n_artists, 2u) << "Nina, and somebody unknown";
  EXPECT_EQ(confusions[0].most_frequent, "Nina");
  EXPECT_EQ(confusions[0].n_of_most_frequent, 2u);
  EXPECT_NEAR(confusions[0].share_of_most_frequent, 2.0 / 3.0, 1e-12);
  EXPECT_DOUBLE_EQ(confusions[1].per_run, 0.5);
}

}  // namespace artist_errors_test
}  // namespace genrebench
