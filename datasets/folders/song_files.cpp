#include "datasets/folders/song_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/error.hpp"
#include "datasets/folders/audio_folder.hpp"
#include "signal/audio/audio_formats.hpp"

namespace genrebench {
namespace fs = std::filesystem;

std::vector<FoundTrack> find_tracks(const fs::path& root, const std::vector<GenreFolder>& folders,
                                    std::string_view where, LeftOutFiles& left_out) {
  std::vector<FoundTrack> files;
  for (const GenreFolder& folder : folders)
    for (const fs::path& file : find_audio_files(root / folder.folder, &left_out)) {
      FoundTrack& one = files.emplace_back(
          FoundTrack{.genre = folder.genre, .below_genre = file, .track = Track()});
      one.track.id =
          utf8_name((fs::path(folder.genre) / file.parent_path() / file.stem()).generic_string());
      one.track.audio = root / folder.folder / file;
    }
  // Formats that libsndfile decodes come first: they win.
  std::stable_partition(files.begin(), files.end(), [](const FoundTrack& one) {
    return sound_name(one.track.audio) == SoundName::library;
  });
  const auto name_of = [&](const FoundTrack& one) {
    return utf8_name(one.track.audio.lexically_relative(root).generic_string());
  };
  std::vector<FoundTrack> found;
  std::map<std::string, std::size_t> place_by_id;
  for (FoundTrack& one : files) {
    const auto [other, is_new] = place_by_id.emplace(one.track.id, found.size());
    if (is_new) {
      found.push_back(std::move(one));
      left_out.add_track();
      continue;
    }
    // The same song in two formats would stand on both sides of a split.
    const FoundTrack& first = found[other->second];
    if (sound_name(first.track.audio) == sound_name(one.track.audio))
      throw DataError(
          fmt::format("{}: {} and {} in {} would both be track '{}': keep one of them, or rename "
                      "one if they are different songs",
                      where, name_of(first), name_of(one), utf8_name(root.native()), one.track.id));
    left_out.add_second_format(one.track.audio);
  }
  return found;
}

}  // namespace genrebench
