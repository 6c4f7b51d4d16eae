#pragma once
// Which artists and genres are missed, and whether a confusion of genres is one artist's.

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "reports/support/estimate.hpp"
#include "reports/support/tested_tracks.hpp"

namespace genrebench {

struct ArtistAccuracy {
  std::string artist = {};
  std::map<int, std::size_t> genres = {};  ///< number of tracks by genre
  std::size_t n_tracks = 0;
  /// The mean over the tracks of the share of runs that are right, with Wilson's interval over the
  /// tracks: it is about other tracks of this artist.
  Estimate accuracy = {};
  int taken_for = -1;  ///< the most frequent wrong answer; -1: none
};

/// Artists with at least so many tracks: the least accurate first, of equal ones that with more
/// tracks, then by name. Tracks of unknown artist do not count.
std::vector<ArtistAccuracy> artist_accuracies(const TestedTracks& tested, std::size_t least_tracks,
                                              double level);

struct GenreRecall {
  int genre = 0;
  std::size_t n_tracks = 0, n_artists = 0;  ///< artists as far as they are known
  Estimate recall = {};  ///< over all answers for its tracks; the interval is over its artists
};

/// Of each genre with tested tracks, in class order.
std::vector<GenreRecall> genre_recalls(const TestedTracks& tested, double level);

/// Tracks of one genre that runs take for another.
struct GenreConfusion {
  int genre = 0, taken_for = 0;
  std::size_t n_tracks = 0;  ///< that at least one run takes for it
  double per_run = 0.0;  ///< the sum of the tracks' shares of runs that do: tracks in a full test
  std::size_t n_artists = 0;           ///< of these tracks; a track of unknown artist counts as one
  std::string most_frequent = {};      ///< the artist with the largest part of per_run, if known
  std::size_t n_of_most_frequent = 0;  ///< of the tracks
  double share_of_most_frequent = 0.0;  ///< of per_run
};

/// All confusions that occur, the most frequent first.
std::vector<GenreConfusion> genre_confusions(const TestedTracks& tested);

}  // namespace genrebench
