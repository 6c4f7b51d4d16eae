// Names, tags and other text that strangers wrote: one name, tag or word a line.
#include "datasets/folders/names.hpp"

#include <string>
#include <vector>

#include "base/closest_name.hpp"
#include "base/text.hpp"
#include "datasets/folders/song_names.hpp"
#include "harness/grouping/artist_names.hpp"
#include "harness/grouping/folded_names.hpp"
#include "harness/grouping/placeholders.hpp"
#include "tests/fuzz/support/target.hpp"

namespace genrebench::fuzz {
namespace {

void check_text(const std::string& text) {
  const std::string clean = clean_text(text);
  require(clean_text(clean) == clean, "clean text stays as it is");
  for (const std::string& line : {single_line(text), visible_line(text)}) {
    require(line.find('\n') == std::string::npos, "a line has no line end");
    require(clean_text(line) == line, "text for people is valid UTF-8 without control characters");
  }
  const std::string wrapped = wrap_text(clean, 20, "  ");
  std::string words, wrapped_words;
  for (const char c : clean)
    if (c != ' ' && c != '\n') words += c;
  for (const char c : wrapped)
    if (c != ' ' && c != '\n') wrapped_words += c;
  require(words == wrapped_words, "wrapping loses nothing");
  require(display_width(single_line(text)) <= 2 * text.size() + 2,
          "a width is no larger than text");
  if (const auto pair = split_key_value(text))
    require(pair->key + "=" + pair->value == text, "key and value are the word");
}

void check_names(const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    const std::string normal = normalised_name(name);
    require(normalised_name(normal) == normal, "a normalised name stays as it is");
    words_of(folded_name(name), "&");
    names_somebody(name);
    song_name(names.front(), name);
    unknown_name_message("genre", name, "the table", names);
  }
  for (const ArtistJoins joins : {ArtistJoins::spellings, ArtistJoins::members}) {
    const std::vector<std::string> joined = join_artists(names, joins);
    require(joined.size() == names.size(), "every track has an artist or none");
    for (std::size_t i = 0; i < names.size(); ++i)
      for (std::size_t j = 0; j < i; ++j)
        require(names[i] != names[j] || joined[i] == joined[j], "equal names are one artist");
  }
  Spellings spellings;
  for (const std::string& name : names) {
    const std::string first = spellings(name);
    require(spellings(first) == first, "a spelling stands for itself");
  }
  GenreSpellings genres;
  for (const std::string& name : names) {
    const std::string first = genres(name);
    require(genres(first) == first, "a genre's spelling stands for itself");
  }
  spelling_note(genres.others());
  find_genre(names, names.back());
}

}  // namespace

void fuzz_names(std::string_view input) {
  std::vector<std::string> names;
  Values lines(input);
  while (!lines.empty() && names.size() < 64) names.emplace_back(lines.line());
  if (names.empty()) return;
  check_text(std::string(input));
  for (const std::string& name : names) check_text(name);
  check_names(names);
  const std::filesystem::path file = scratch_file("song.mp3", input.substr(0, 512));
  for (const ArtistFrom from :
       {ArtistFrom::none, ArtistFrom::parent_folder, ArtistFrom::first_folder,
        ArtistFrom::file_prefix, ArtistFrom::tags})
    for (const std::string& name : names) {
      const SongNames found = names_of(file, name, from);
      for (const std::string& text : {found.artist, found.album, found.title})
        require(single_line(text) == text, "names are valid UTF-8 on one line");
    }
}

}  // namespace genrebench::fuzz
