#pragma once
// Reads Extended Ballroom's metadata file, extendedballroom_v1.1.xml. The only place that knows
// pugixml.

#include <filesystem>
#include <string>
#include <vector>

namespace genrebench {

/// One song as its owners describe it. All text is valid UTF-8 on one line.
struct BallroomSong {
  std::string genre;                 ///< one of ballroom_genres()
  std::string number;                ///< its id, digits: "100701"
  std::string artist, album, title;  ///< empty where the file gives none
  double tempo_bpm = 0.0;            ///< 0: not given
  std::string md5;                   ///< of the owners' MP3, 32 lower-case hexadecimal digits
  /// Ids of other songs that this one repeats: the elements `version` (another recording), `exact`
  /// (the same one), `time` (at another speed) and `karaoke` (without the voice).
  std::vector<std::string> repeats;
};

/// All songs, in the order of the file.
/// @throws DataError  naming the file and, where one is at fault, the line: the file is missing,
/// larger than 16 MiB or no XML; it
///                    declares entities (they are never expanded); an element is none of those that
///                    the owners use; a song without an id of digits or without an MD5 sum, or with
///                    an id that is there twice
std::vector<BallroomSong> read_ballroom_metadata(const std::filesystem::path& file);

}  // namespace genrebench
