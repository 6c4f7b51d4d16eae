#pragma once
// What is known of GTZAN's 1000 tracks: datasets/data/gtzan_tracks.csv, compiled into the program.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "harness/plugin/dataset.hpp"

namespace genrebench {

/// One of the 1000 tracks; empty text is unknown.
struct GtzanTrack {
  std::string id;       ///< "blues.00000"
  std::string genre;    ///< "blues"
  std::string md5_wav;  ///< of the original WAV file, lower-case hexadecimal
  std::string artist, title;
  /// Groups as Track::groups has them: "artist"; "song", equal for tracks with the same artist and
  /// title and for exact copies. Absent where unknown.
  std::map<std::string, std::string> groups;
};

/// The ten genres in alphabetical order.
const std::vector<std::string>& gtzan_genres();

/// All tracks, by id.
const std::map<std::string, GtzanTrack, std::less<>>& gtzan_tracks();

/// The track "blues.00000" of "blues.00000" and of the piece "blues.00000.3"; null where it is none
/// of GTZAN's.
const GtzanTrack* gtzan_track_of(std::string_view id);

/// The three published splits, over all tracks that they name.
const std::vector<PublishedSplit>& gtzan_published_splits();

/// The same with each part moved from GTZAN's tracks to those of a dataset that come from them.
/// @param gtzan_by_id  GTZAN's id by the dataset's
std::vector<PublishedSplit> gtzan_splits_of(const std::map<std::string, std::string>& gtzan_by_id);

}  // namespace genrebench
