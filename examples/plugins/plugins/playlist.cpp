// A dataset: the songs that a text file lists, one per line, as genre, artist and file name,
// separated by tabs. File names are relative to the folder of the text file.

#include <algorithm>
#include <fstream>
#include <set>

#include "base/error.hpp"
#include "harness/plugin/registry.hpp"

namespace genrebench {
namespace {

struct PlaylistOptions {
  std::string file;
};

// Options are declared once; YAML, `list` and error messages come from this table.
const OptionTable<PlaylistOptions>& playlist_options() {
  static const auto table = OptionTable<PlaylistOptions>().path(
      "file", &PlaylistOptions::file, "Text file with one song per line: genre, artist, file.");
  return table;
}

class Playlist final : public Dataset {
 public:
  explicit Playlist(const std::filesystem::path& file) {
    std::ifstream in(file);
    if (!in) throw DataError("dataset playlist: cannot read '" + file.string() + "'");
    std::map<std::string, std::string> genre_of;  // by track id
    std::set<std::string> genres;
    for (std::string genre, artist, song;
         std::getline(in, genre, '\t') && std::getline(in, artist, '\t') && std::getline(in, song);)
      if (genres.insert(genre); genre_of.emplace(song, genre).second)
        tracks_.push_back({song, 0, file.parent_path() / song, {{"artist", artist}}, {}});
    // The order must depend on the ids alone, and classes are in alphabetical order.
    std::ranges::sort(tracks_, {}, &Track::id);
    genres_.assign(genres.begin(), genres.end());
    for (Track& track : tracks_)
      track.genre = int(std::distance(genres.begin(), genres.find(genre_of[track.id])));
  }
  const std::vector<std::string>& genres() const override { return genres_; }
  const std::vector<Track>& tracks() const override { return tracks_; }

 private:
  std::vector<std::string> genres_;
  std::vector<Track> tracks_;
};

}  // namespace

void register_playlist(Registry& registry) {
  registry.datasets.add({{.name = "playlist",
                          .summary = "The songs that a text file lists",
                          .options = playlist_options().schema()},
                         [](const OptionValues& values, const Registry&) {
                           return std::make_unique<Playlist>(playlist_options().parse(values).file);
                         }});
}
}  // namespace genrebench
