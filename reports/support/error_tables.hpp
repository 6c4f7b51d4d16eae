#pragma once
// The tables of the report `errors` on one dataset and protocol.

#include <cstddef>
#include <string>
#include <vector>

#include "harness/plugin/document.hpp"
#include "reports/support/artist_errors.hpp"
#include "reports/support/label_errors.hpp"
#include "reports/support/tested_tracks.hpp"
#include "reports/support/track_facts.hpp"

namespace genrebench::errors {

/// What tables of one dataset and protocol are made from.
struct Subject {
  const TestedTracks& tested;
  const TrackSource& source;
  std::string id;         ///< begins the ids of its tables: "errors-gtzan"
  std::string mark = {};  ///< of the protocol, after every accuracy: " †"

  std::string genre(int k) const { return tested.genres[static_cast<std::size_t>(k)]; }
  /// "artist": one of the clusters.
  std::string unit() const;
};

/// "pop (10), rock (2)": what runs took a track for, the most frequent first.
std::string taken_for_text(const Subject& subject, const TestedTrack& track);

/// The tracks in order of the share of runs that miss them, then of their confidence, then by id;
/// without those that none misses.
std::vector<const TestedTrack*> missed_tracks(const TestedTracks& tested);

/// The first so many of missed_tracks().
Table missed_table(const Subject& subject, std::size_t n_listed);

/// The first so many suspects.
Table suspects_table(const Subject& subject, const LabelErrors& errors, LabelRanking ranking,
                     std::size_t n_listed);

/// Artists with at least so many tracks.
Table artists_table(const Subject& subject, const std::vector<ArtistAccuracy>& artists,
                    std::size_t least_tracks, double level);

/// "The worst of 12 artists with at least 5 tracks is X (rock): …"; empty where there are none.
std::string worst_artist(const Subject& subject, const std::vector<ArtistAccuracy>& artists,
                         std::size_t least_tracks);

Table recalls_table(const Subject& subject, const std::vector<GenreRecall>& recalls, double level);

/// The first so many confusions, and whose they are.
Table confusions_table(const Subject& subject, const std::vector<GenreConfusion>& confusions,
                       std::size_t n_listed);

}  // namespace genrebench::errors
