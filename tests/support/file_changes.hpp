#pragma once
// Ways in which the content under a path changes while size and time of modification stay: what
// tells is ctime, inode and device.

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

namespace genrebench::testing {

inline std::string content_of(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

/// Writes over what is there, in place.
inline void write_over(const std::filesystem::path& file, const std::string& content) {
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT, 0644);
  if (descriptor < 0) throw std::runtime_error("cannot open " + file.string());
  const bool whole =
      ::ftruncate(descriptor, 0) == 0 &&
      ::write(descriptor, content.data(), content.size()) == static_cast<ssize_t>(content.size());
  ::close(descriptor);
  if (!whole) throw std::runtime_error("cannot write " + file.string());
}

/// Gives a file the time of modification of another one.
inline void copy_time(const std::filesystem::path& from, const std::filesystem::path& to) {
  struct stat status {};
  if (::stat(from.c_str(), &status) != 0)
    throw std::runtime_error("cannot look at " + from.string());
  const timespec times[2] = {status.st_atim, status.st_mtim};
  if (::utimensat(AT_FDCWD, to.c_str(), times, 0) != 0)
    throw std::runtime_error("cannot set the time of " + to.string());
}

struct FileChange {
  std::string name;
  /// Brings the content of `other`, a file of the same size and time of modification in the same
  /// folder, to the path `file`.
  std::function<void(const std::filesystem::path& file, const std::filesystem::path& other)> apply;
};

inline void exchange(const std::filesystem::path& a, const std::filesystem::path& b) {
  const std::filesystem::path between = a.string() + ".between";
  std::filesystem::rename(a, between);
  std::filesystem::rename(b, a);
  std::filesystem::rename(between, b);
}

inline std::vector<FileChange> file_changes() {
  namespace fs = std::filesystem;
  return {{"exchanged by mv", exchange},
          {"written over in place, time restored (cp --preserve)",
           [](const fs::path& file, const fs::path& other) {
             write_over(file, content_of(other));
             copy_time(other, file);
           }},
          {"deleted and made anew, time restored (tar)",
           [](const fs::path& file, const fs::path& other) {
             fs::remove(file);
             write_over(file, content_of(other));
             copy_time(other, file);
           }},
          {"a temporary file renamed over it, time restored (rsync -t)",
           [](const fs::path& file, const fs::path& other) {
             const fs::path temporary = file.string() + ".XXXX";
             write_over(temporary, content_of(other));
             copy_time(other, temporary);
             fs::rename(temporary, file);
           }},
          {"a hard link to the other",
           [](const fs::path& file, const fs::path& other) {
             fs::remove(file);
             fs::create_hard_link(other, file);
           }},
          {"a link to the other", [](const fs::path& file, const fs::path& other) {
             fs::remove(file);
             fs::create_symlink(other, file);
           }}};
}

}  // namespace genrebench::testing
