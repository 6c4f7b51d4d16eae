#include "datasets/folders/song_files.hpp"

#include <fmt/format.h>

#include <map>

#include "base/error.hpp"
#include "datasets/folders/audio_folder.hpp"

namespace genrebench {
namespace fs = std::filesystem;

std::vector<FoundTrack> find_tracks(const fs::path& root, const std::vector<GenreFolder>& folders,
                                    std::string_view where) {
  std::vector<FoundTrack> found;
  std::map<std::string, std::string> file_by_id;
  for (const GenreFolder& folder : folders)
    for (const fs::path& file : find_audio_files(root / folder.folder)) {
      Track track;
      track.id =
          utf8_name((fs::path(folder.genre) / file.parent_path() / file.stem()).generic_string());
      track.audio = root / folder.folder / file;
      // The same song in two formats would stand on both sides of a split.
      const std::string name = utf8_name((fs::path(folder.folder) / file).generic_string());
      if (const auto [other, is_new] = file_by_id.emplace(track.id, name); !is_new)
        throw DataError(
            fmt::format("{}: {} and {} in {} would both be track '{}': keep one of them, or rename "
                        "one if they are different songs",
                        where, other->second, name, utf8_name(root.native()), track.id));
      found.push_back({folder.genre, file, std::move(track)});
    }
  return found;
}

}  // namespace genrebench
