#pragma once
// A folder that exists as long as the object that owns it.

#include <filesystem>
#include <string_view>

namespace genrebench {

/// $TMPDIR, or /tmp where that names no folder.
std::filesystem::path system_temporary_folder();

/// Only this user may enter it.
class TemporaryFolder {
 public:
  /// Makes "genrebench-PURPOSE-XXXXXX" in the system's folder for temporary files, with a unique
  /// ending.
  /// @throws DataError  naming the folder and the system's reason
  explicit TemporaryFolder(std::string_view purpose);

  /// The same in `parent`, which is made if need be. Use it where files are moved out of the folder
  /// afterwards: a rename works only inside one file system.
  TemporaryFolder(std::string_view purpose, const std::filesystem::path& parent);

  /// Deletes the folder and all that is in it. Errors are ignored.
  ~TemporaryFolder();

  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(const std::filesystem::path& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

}  // namespace genrebench
