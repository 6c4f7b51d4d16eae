#include "reports/support/track_facts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <system_error>

#include "base/error.hpp"
#include "base/text.hpp"

namespace genrebench {
namespace {

namespace fs = std::filesystem;

/// Sound files that browsers or their users' systems play, and those that datasets come in.
constexpr std::array<std::string_view, 12> kExtensions = {".wav", ".mp3",  ".ogg",  ".flac",
                                                          ".oga", ".opus", ".m4a",  ".aac",
                                                          ".mp4", ".webm", ".aiff", ".au"};

bool is_folder(const fs::path& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}

/// Ids and genres come from the store, which may be a stranger's: they name files below a folder
/// and nothing else.
bool stays_below(const fs::path& name) {
  return !name.empty() && name.is_relative() && name.native().find('\0') == std::string::npos &&
         std::find(name.begin(), name.end(), "..") == name.end();
}

/// The file of this name with one of the extensions; empty where there is none.
std::string with_extension(const fs::path& folder, const fs::path& name) {
  if (!stays_below(name)) return {};
  for (const std::string_view extension : kExtensions) {
    fs::path file = folder / name;
    file += extension;
    std::error_code ignored;
    if (fs::is_regular_file(file, ignored)) return file.native();
  }
  return {};
}

/// True for a sound file on this machine. The store may be a stranger's: it names no other file,
/// and nothing of it is read here.
bool is_sound_file(const fs::path& path) {
  std::error_code ignored;
  return path.is_absolute() && path.native().find('\0') == std::string::npos &&
         std::find(kExtensions.begin(), kExtensions.end(),
                   ascii_lower(path.extension().native())) != kExtensions.end() &&
         fs::is_regular_file(path, ignored);
}

bool is_below(const fs::path& file, const fs::path& folder) {
  const fs::path relative = file.lexically_relative(folder);
  return !relative.empty() && *relative.begin() != "..";
}

}  // namespace

TrackSource::TrackSource(const Runs& runs, const std::string& audio_root,
                         const std::vector<TrackRecord>& recorded) {
  for (const TrackRecord& track : recorded)
    if (const auto artist = track.groups.find("artist"); artist != track.groups.end())
      recorded_[track.id].artist = artist->second;
  if (!audio_root.empty()) {
    if (!is_folder(audio_root))
      throw ConfigError(
          fmt::format("errors: audio_root: expected a folder with the tracks' sound "
                      "files, found none at '{}'",
                      utf8_name(audio_root)));
    folders_ = {fs::absolute(audio_root).lexically_normal()};
    return;
  }
  for (const RunRecord* run : runs) {
    const std::string own = run->parameter("dataset.audio_root");
    const fs::path folder = own.empty() ? run->parameter("dataset.root") : own;
    if (folder.is_absolute() &&
        std::find(folders_.begin(), folders_.end(), folder) == folders_.end() && is_folder(folder))
      folders_.push_back(folder);
  }
  for (const TrackRecord& track : recorded) {
    if (!track.audio || !is_sound_file(*track.audio)) continue;
    recorded_[track.id].audio = *track.audio;
    n_elsewhere_ += std::none_of(folders_.begin(), folders_.end(), [&](const fs::path& folder) {
      return is_below(*track.audio, folder);
    });
  }
}

TrackFacts TrackSource::facts(const std::string& track, const std::string& genre,
                              const std::string& cluster) const {
  const auto own = recorded_.find(track);
  TrackFacts facts{.genre = genre, .artist = cluster, .audio = audio(track, genre)};
  if (own == recorded_.end()) return facts;
  if (facts.artist.empty()) facts.artist = own->second.artist;
  if (facts.audio.empty()) facts.audio = own->second.audio;
  return facts;
}

std::string TrackSource::audio(const std::string& track, const std::string& genre) const {
  for (const fs::path& folder : folders_)
    for (const fs::path& name : {fs::path(track), fs::path(genre) / fs::path(track)})
      if (std::string file = with_extension(folder, name); !file.empty()) return file;
  return {};
}

}  // namespace genrebench
