#pragma once
// Who plays what, as far as a file's tags, name and folders say.

#include <filesystem>
#include <string>
#include <vector>

namespace genrebench {

/// Where the artist's name is found.
enum class ArtistFrom { none, parent_folder, first_folder, file_prefix, tags };

/// The words for ArtistFrom, in the order of its values.
std::vector<std::string> artist_from_words();

/// What each word means, for the help of an option.
std::string artist_from_help();

/// What is known of a song. All text is valid UTF-8 on one line; empty text is unknown.
struct SongNames {
  std::string artist, album, title;
};

/// @param file         an audio file; one that cannot be read has no tags
/// @param below_genre  the same file, relative to the folder of its genre
/// @return             the artist from where it was asked for; album and title from where the
/// artist is, if they are there as well
SongNames names_of(const std::filesystem::path& file, const std::filesystem::path& below_genre,
                   ArtistFrom artist_from);

/// The first that knows the artist: the tags, the file's name, the folder that holds the file. If
/// none does, the first placeholder in place of an artist, alone.
SongNames names_from_anywhere(const std::filesystem::path& file,
                              const std::filesystem::path& below_genre);

}  // namespace genrebench
