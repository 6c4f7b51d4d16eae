#include "cli/serve/track_audio.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "signal/audio/audio.hpp"

namespace genrebench::cli {
namespace {

/// Datasets and files that are remembered: a viewer listens to tracks of few runs at a time.
constexpr std::size_t kDatasets = 4, kFiles = 10000;

bool is_sound(const std::filesystem::path& file) {
  try {
    probe_audio(file);
    return true;
  } catch (const DataError&) {
    return false;
  }
}

}  // namespace

std::shared_ptr<const TracksById> TrackAudio::tracks(const RunStore& store, const RunRecord& run) {
  const std::lock_guard lock(mutex_);
  const auto known = datasets_.find(run.dataset_fingerprint);
  if (known != datasets_.end()) return known->second;
  TracksById by_id;
  for (TrackRecord& track : store.tracks(run.dataset_fingerprint)) {
    std::string id = track.id;
    by_id.emplace(std::move(id), std::move(track));
  }
  if (datasets_.size() >= kDatasets) datasets_.clear();
  return datasets_[run.dataset_fingerprint] = std::make_shared<const TracksById>(std::move(by_id));
}

std::filesystem::path TrackAudio::file(const RunStore& store, const RunRecord& run,
                                       const std::string& track) {
  const std::shared_ptr<const TracksById> all = tracks(store, run);
  const auto found = all->find(track);
  if (found == all->end() || !found->second.audio)
    throw DataError(
        fmt::format("the store names no file for track '{}'", single_line(track.substr(0, 60))));
  if (!has_audio(found->second)) throw DataError("the track's file is not on this machine");
  std::filesystem::path path = *found->second.audio;
  const std::lock_guard lock(mutex_);
  if (sound_.size() >= kFiles) sound_.clear();
  const auto known = sound_.find(path);
  const bool sound = known != sound_.end() ? known->second : (sound_[path] = is_sound(path));
  if (!sound) throw DataError("the file that the store names is no sound file");
  return path;
}

std::string audio_type(const std::filesystem::path& file) {
  std::string ending = file.extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  static const std::map<std::string, std::string> types = {
      {".wav", "audio/wav"},   {".mp3", "audio/mpeg"}, {".flac", "audio/flac"},
      {".ogg", "audio/ogg"},   {".oga", "audio/ogg"},  {".opus", "audio/ogg"},
      {".m4a", "audio/mp4"},   {".aac", "audio/aac"},  {".aif", "audio/aiff"},
      {".aiff", "audio/aiff"}, {".au", "audio/basic"}, {".webm", "audio/webm"}};
  const auto found = types.find(ending);
  return found == types.end() ? "application/octet-stream" : found->second;
}

bool has_audio(const TrackRecord& track) {
  if (!track.audio) return false;
  const std::filesystem::path path = *track.audio;
  std::error_code error;
  return path.is_absolute() && std::filesystem::is_regular_file(path, error);
}

}  // namespace genrebench::cli
