#pragma once
// What is known of Extended Ballroom without its metadata file: its genres, the paper's counts, and
// the published folds (datasets/data/extended_ballroom_folds.csv, compiled into the program).

#include <string>
#include <vector>

#include "harness/plugin/dataset.hpp"

namespace genrebench {

/// The thirteen genres in alphabetical order, as the owners write them.
const std::vector<std::string>& ballroom_genres();

/// Those without the four rare ones (Pasodoble, Salsa, Slowwaltz, Wcswing), which make up 188 of
/// the 4180 tracks.
const std::vector<std::string>& common_ballroom_genres();

/// "Chacha/100701": what a track is called here and, with ".mp3", in the owners' distribution.
std::string ballroom_track_id(const std::string& genre, const std::string& number);

/// The paper's Table 1.
const std::vector<PublishedCount>& ballroom_published_counts();

/// The published folds, over all 4180 tracks.
const PublishedSplit& ballroom_folds();

}  // namespace genrebench
