#pragma once
// Finding audio files below a folder.

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.hpp"
#include "datasets/folders/left_out_files.hpp"

namespace genrebench {

/// Checks an option `root` that names a folder.
/// @param where     "dataset gtzan", for messages
/// @param expected  the layout, for messages: "expected <genre>/<file>"
/// @throws ConfigError  the option is empty
/// @throws DataError    the folder is missing, a file or unreadable
std::filesystem::path require_folder(const std::string& root, std::string_view where,
                                     std::string_view expected);

/// What messages say of a dataset's layout.
struct LayoutText {
  std::string_view where;     ///< "dataset gtzan"
  std::string_view dataset;   ///< "GTZAN"
  std::string_view expected;  ///< "expected <genre>/<file>"
};

/// The folder that holds a dataset's genre folders: `root` itself or, in their order, the first
/// folder in it of those named, or else the only one up to three levels below it whose genre
/// folders hold audio.
/// @param genres  names of genre folders; spellings that differ by case or punctuation count as
/// well
/// @throws ConfigError, DataError  as require_folder; none of them holds a genre folder, or several
///                                 do
std::filesystem::path find_genre_folders(const std::string& root,
                                         const std::vector<std::string>& inside,
                                         const std::vector<std::string>& genres,
                                         const LayoutText& text);

/// Names of the folders directly in `dir`, links to folders included, hidden ones and those of
/// systems ("__MACOSX") not; sorted by bytes.
/// @throws DataError  where `dir` cannot be read
std::vector<std::string> list_folders(const std::filesystem::path& dir);

/// Names of the files directly in `dir` that are not hidden (links that lead nowhere included);
/// sorted by bytes.
/// @throws DataError  where `dir` cannot be read
std::vector<std::string> list_files(const std::filesystem::path& dir);

/// Audio files in `dir` and below, by paths relative to `dir`, sorted by bytes. Hidden files and
/// folders are left out. Links are followed, but each real folder is entered once, so that links in
/// a circle end. A link with an audio file's name that leads nowhere counts as a file: reading it
/// will tell.
/// @param left_out  is given every other file; null: they are not counted
/// @throws DataError  where a folder cannot be read
std::vector<std::filesystem::path> find_audio_files(const std::filesystem::path& dir,
                                                    LeftOutFiles* left_out = nullptr);

}  // namespace genrebench
