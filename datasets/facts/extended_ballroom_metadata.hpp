#pragma once
// Reads Extended Ballroom's metadata file, extendedballroom_v1.1.xml. No other file includes
// pugixml.

#include <filesystem>
#include <string>
#include <vector>

namespace genrebench {

/// One song as its owners describe it. All text is valid UTF-8 on one line.
struct BallroomSong {
  std::string genre;                 ///< one of ballroom_genres()
  std::string number;                ///< its id, digits: "100701"
  std::string artist, album, title;  ///< empty if the file gives none
  double tempo_bpm = 0.0;            ///< 0: not given
  std::string md5;                   ///< of the owners' MP3, 32 lower-case hexadecimal digits
  /// Ids of other songs that this one repeats: the elements `version` (another recording), `exact`
  /// (the same one), `time` (at another speed) and `karaoke` (without the voice).
  std::vector<std::string> repeats;
};

/// All songs, in the order of the file.
/// @throws DataError  naming the file and, if it can, the line: the file is missing, larger than
///                    16 MiB or not XML; it declares entities (which are never expanded); it has an
///                    element that the owners do not use; a song has no id of digits, no MD5 sum,
///                    or the id of another song
std::vector<BallroomSong> read_ballroom_metadata(const std::filesystem::path& file);

}  // namespace genrebench
