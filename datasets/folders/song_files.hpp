#pragma once
// Collections that are sorted into one folder a genre, with files at any depth below.

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "datasets/folders/left_out_files.hpp"
#include "harness/plugin/dataset.hpp"

namespace genrebench {

struct GenreFolder {
  std::string genre;   ///< as ids have it
  std::string folder;  ///< its name on disk
};

/// A track whose genre, id and file are known.
struct FoundTrack {
  std::string genre;
  std::filesystem::path below_genre;  ///< its file, relative to the folder of the genre
  Track track;
};

/// A track for every audio file below the genre folders. Its id is the genre and the path below it
/// without the extension. Where a track is there both in a format of libsndfile and in one that
/// only ffmpeg decodes, the latter is left out.
/// @param where     "dataset folder", for messages
/// @param left_out  is given the tracks and the files that are none
/// @throws DataError  a folder cannot be read, or two files would be the same track
std::vector<FoundTrack> find_tracks(const std::filesystem::path& root,
                                    const std::vector<GenreFolder>& folders, std::string_view where,
                                    LeftOutFiles& left_out);

}  // namespace genrebench
