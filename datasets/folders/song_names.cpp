#include "datasets/folders/song_names.hpp"

#include <algorithm>
#include <string_view>

#include "base/error.hpp"
#include "base/text.hpp"
#include "datasets/folders/names.hpp"
#include "signal/audio/audio.hpp"

namespace genrebench {
namespace fs = std::filesystem;
namespace {

SongNames names_from_tags(const fs::path& file) {
  try {
    const AudioTags tags = read_tags(file);
    return {tag_text(tags.artist), tag_text(tags.album), tag_text(tags.title)};
  } catch (const DataError&) {
    return {};  // whoever decodes the file will say why
  }
}

/// "01", "7.", "1-03", "001": no artist, but the number of a track. "311" is a band.
bool is_track_number(std::string_view text) {
  const bool digits_alone =
      !text.empty() && text.find_first_not_of("0123456789-.") == std::string_view::npos;
  const auto n_digits = std::ranges::count_if(text, [](char c) { return c >= '0' && c <= '9'; });
  return digits_alone && n_digits > 0 &&
         (n_digits < 3 || text.front() == '0' || text.find('-') != std::string_view::npos);
}

SongNames names_from_file_name(const fs::path& file) {
  constexpr std::string_view kDash = " - ";
  const std::string name = file.stem().native();
  std::string_view rest = name;
  std::size_t dash = rest.find(kDash);
  if (dash != std::string_view::npos && is_track_number(rest.substr(0, dash))) {
    rest.remove_prefix(dash + kDash.size());
    dash = rest.find(kDash);
  }
  if (dash == std::string_view::npos) return {};
  return {utf8_name(rest.substr(0, dash)), {}, utf8_name(rest.substr(dash + kDash.size()))};
}

}  // namespace

std::vector<std::string> artist_from_words() {
  return {"none", "parent_folder", "first_folder", "file_prefix", "tags"};
}

std::string artist_from_help() {
  return "parent_folder: the folder that holds the file (<genre>/<artist>/<file>). first_folder: "
         "the folder below the genre (<genre>/<artist>/<album>/<file>). file_prefix: the file's "
         "name up to ' - ', without a track number before it. tags: the tags in the file, such as "
         "ID3. The artist of a file without such a folder, prefix or tag is unknown, as is one "
         "that is a placeholder, such as 'Various Artists'.";
}

SongNames names_of(const fs::path& file, const fs::path& below_genre, ArtistFrom artist_from) {
  const fs::path parent = below_genre.parent_path();
  switch (artist_from) {
    case ArtistFrom::none:
      return {};
    case ArtistFrom::parent_folder:
      return {utf8_name(parent.filename().native()), {}, {}};
    case ArtistFrom::first_folder:
      return {parent.empty() ? std::string() : utf8_name(parent.begin()->native()), {}, {}};
    case ArtistFrom::file_prefix:
      return names_from_file_name(below_genre);
    case ArtistFrom::tags:
      return names_from_tags(file);
  }
  return {};
}

SongNames names_from_anywhere(const fs::path& file, const fs::path& below_genre) {
  std::string placeholder;
  for (const ArtistFrom place :
       {ArtistFrom::tags, ArtistFrom::file_prefix, ArtistFrom::parent_folder})
    if (SongNames names = names_of(file, below_genre, place); names_somebody(names.artist))
      return names;
    else if (placeholder.empty())
      placeholder = names.artist;
  return {placeholder, {}, {}};
}

}  // namespace genrebench
