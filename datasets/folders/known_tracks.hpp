#pragma once
// Datasets whose tracks are all known beforehand: one folder a genre, in it one file a track, named
// after it.

#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "datasets/folders/audio_folder.hpp"
#include "datasets/folders/left_out_files.hpp"
#include "harness/plugin/dataset.hpp"

namespace genrebench {

struct KnownTrack {
  std::string id;
  std::string genre;
};

/// How such a dataset is laid out.
struct KnownLayout {
  LayoutText text;
  const std::vector<std::string>& genres;
  /// The track that has this name, a file's without its extension.
  std::function<std::optional<KnownTrack>(const std::string& name)> track_of;
  std::string_view authority;  ///< what knows a track's genre better than its folder: "its name"
  /// The files of a genre, for messages: "names from blues.00000 to blues.00099".
  std::function<std::string(const std::string& genre)> names_in;
};

/// What the folders hold.
struct Inventory {
  std::map<std::string, std::filesystem::path> files;  ///< by track id
  std::vector<DatasetProblem> problems;  ///< seen on the way: extra files and folders, files in a
                                         ///< wrong folder
  std::vector<std::string> notes;        ///< Dataset::notes()
  std::string advice;                    ///< LeftOutFiles::advice()
};

/// Looks through the genre folders. A genre folder spelled in another case is used, and noted; a
/// file in the wrong one is used unless the right one has the track as well.
/// @throws DataError  a folder cannot be read, or the right one holds two files of one track
Inventory take_inventory(const std::filesystem::path& root, const KnownLayout& layout);

/// What one genre lacks.
struct AbsentTracks {
  std::string genre;
  std::size_t expected = 0;  ///< how many tracks there should be
  std::vector<int> numbers;  ///< of those that are absent, ascending
};

/// A note a genre that lacks tracks, an error a genre that lacks all, and a note on the whole.
/// @param digits  of a number, for messages
std::vector<DatasetProblem> report_absent(const std::vector<AbsentTracks>& genres, int digits);

}  // namespace genrebench
