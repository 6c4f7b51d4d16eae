#pragma once
// Counts the files of a collection that are no tracks of it, so that none is passed over in
// silence.

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace genrebench {

class LeftOutFiles {
 public:
  /// A file that becomes a track.
  void add_track() { ++n_tracks_; }
  /// A file that does not, because of its name: no name of a sound file, one of a format that only
  /// ffmpeg decodes where ffmpeg is not installed, or a hidden one.
  void add_unread(const std::filesystem::path& file);
  /// A socket, a pipe or a device.
  void add_no_file() { ++n_no_files_; }
  /// A file whose track is there in a format that is preferred.
  void add_second_format(const std::filesystem::path& file);
  /// A sound file outside the folders of genres.
  void add_without_genre(const std::filesystem::path& file);

  std::size_t n_without_genre() const { return without_genre_.size(); }

  /// "6 of 10 files are .m4a; install ffmpeg to read them"; empty: there are none.
  std::string advice() const;

  /// One sentence for each reason why files are left out, with counts by extension.
  std::vector<std::string> notes() const;

 private:
  using Counts = std::map<std::string, std::size_t>;  ///< by extension

  std::size_t n_tracks_ = 0, n_no_files_ = 0;
  Counts need_ffmpeg_, no_audio_, hidden_, second_formats_;
  std::vector<std::string> without_genre_;  ///< names
};

}  // namespace genrebench
