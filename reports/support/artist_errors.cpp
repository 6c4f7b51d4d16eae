#include "reports/support/artist_errors.hpp"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "reports/support/intervals.hpp"

namespace genrebench {
namespace {

/// The share of a track's runs that give this answer.
double share_of(const TestedTrack& track, int n) {
  return static_cast<double>(n) / static_cast<double>(track.n_runs);
}

int most_frequent(const std::map<int, double>& weights) {
  int best = -1;
  for (const auto& [genre, weight] : weights)
    if (best < 0 || weight > weights.at(best)) best = genre;
  return best;
}

Estimate of_tracks(double sum, std::size_t n, double level) {
  const auto count = static_cast<double>(n);
  return {.mean = sum / count,
          .interval = wilson_interval(sum, count, level),
          .method = IntervalMethod::wilson,
          .units = "tracks",
          .n_units = n};
}

/// What the tracks of one confusion have in common.
struct ConfusionTally {
  std::map<std::string, std::pair<double, std::size_t>> of_artist = {};
  std::size_t n_tracks = 0, n_unknown = 0;
  double per_run = 0.0;
};

}  // namespace

std::vector<ArtistAccuracy> artist_accuracies(const TestedTracks& tested, std::size_t least_tracks,
                                              double level) {
  struct Sums {
    ArtistAccuracy artist = {};
    double right = 0.0;
    std::map<int, double> wrong = {};
  };
  std::map<std::string, Sums> all;
  for (const TestedTrack& track : tested.tracks) {
    if (track.cluster.empty()) continue;
    Sums& sums = all[track.cluster];
    ++sums.artist.n_tracks;
    ++sums.artist.genres[track.genre];
    sums.right += 1.0 - track.share_missed();
    for (const auto& [answer, n] : track.answers)
      if (answer != track.genre) sums.wrong[answer] += share_of(track, n);
  }
  std::vector<ArtistAccuracy> result;
  for (auto& [name, sums] : all) {
    if (sums.artist.n_tracks < least_tracks) continue;
    sums.artist.artist = name;
    sums.artist.accuracy = of_tracks(sums.right, sums.artist.n_tracks, level);
    sums.artist.taken_for = most_frequent(sums.wrong);
    result.push_back(std::move(sums.artist));
  }
  std::stable_sort(
      result.begin(), result.end(), [](const ArtistAccuracy& a, const ArtistAccuracy& b) {
        return std::tuple(a.accuracy.mean, b.n_tracks) < std::tuple(b.accuracy.mean, a.n_tracks);
      });
  return result;
}

std::vector<GenreRecall> genre_recalls(const TestedTracks& tested, double level) {
  std::map<int, GenreRecall> of_genre;
  std::map<int, std::set<std::string>> artists;
  for (const TestedTrack& track : tested.tracks) {
    ++of_genre[track.genre].n_tracks;
    if (!track.cluster.empty()) artists[track.genre].insert(track.cluster);
  }
  std::vector<GenreRecall> result;
  for (auto& [genre, recall] : of_genre) {
    recall.genre = genre;
    recall.n_artists = artists[genre].size();
    const std::vector<ScoredRun> pooled = {pooled_answers(tested, genre)};
    recall.recall = estimate_score(pooled, ScoreKind::accuracy, tested.units, level);
    result.push_back(std::move(recall));
  }
  return result;
}

std::vector<GenreConfusion> genre_confusions(const TestedTracks& tested) {
  std::map<std::pair<int, int>, ConfusionTally> tallies;
  for (const TestedTrack& track : tested.tracks)
    for (const auto& [answer, n] : track.answers) {
      if (answer == track.genre) continue;
      ConfusionTally& tally = tallies[{track.genre, answer}];
      const double share = share_of(track, n);
      ++tally.n_tracks;
      tally.per_run += share;
      if (track.cluster.empty()) {
        ++tally.n_unknown;
        continue;
      }
      auto& [weight, n_tracks] = tally.of_artist[track.cluster];
      weight += share;
      ++n_tracks;
    }
  std::vector<GenreConfusion> result;
  for (const auto& [pair, tally] : tallies) {
    GenreConfusion confusion{.genre = pair.first,
                             .taken_for = pair.second,
                             .n_tracks = tally.n_tracks,
                             .per_run = tally.per_run,
                             .n_artists = tally.of_artist.size() + tally.n_unknown};
    for (const auto& [artist, of_artist] : tally.of_artist) {
      const double share = of_artist.first / tally.per_run;
      if (share <= confusion.share_of_most_frequent) continue;
      confusion.most_frequent = artist;
      confusion.n_of_most_frequent = of_artist.second;
      confusion.share_of_most_frequent = share;
    }
    result.push_back(std::move(confusion));
  }
  std::stable_sort(
      result.begin(), result.end(),
      [](const GenreConfusion& a, const GenreConfusion& b) { return a.per_run > b.per_run; });
  return result;
}

}  // namespace genrebench
