#pragma once
// A file that is open for reading, and by what the file system tells its versions apart.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace genrebench {

/// The system refuses a file: it does not exist, may not be read, is not a regular file, or its
/// disk or network fails. The content is not at fault.
class FileUnreadable : public DataError {
 public:
  FileUnreadable(std::filesystem::path file, const std::string& reason);
  const std::filesystem::path& file() const { return file_; }

 private:
  std::filesystem::path file_;
};

/// By which the file system tells one file, and one version of it, from another.
struct FileState {
  std::uint64_t device = 0, inode = 0;
  std::int64_t size = 0;
  std::int64_t modified_ns = 0;  ///< mtime, which anyone may set
  std::int64_t changed_ns = 0;   ///< ctime, which the kernel sets with every change of content,
                                 ///< name, owner or mtime
  bool operator==(const FileState&) const = default;
};

/// A regular file, open for reading.
class OpenFile {
 public:
  /// @throws FileUnreadable
  explicit OpenFile(const std::filesystem::path& file);
  ~OpenFile();
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;

  /// @throws FileUnreadable
  FileState state() const;

  /// Reads the file from its beginning to its end and hands each block of bytes to `take`.
  /// @throws FileUnreadable
  void read(const std::function<void(std::string_view)>& take) const;

  /// Reads from `offset` on. @return  bytes read: fewer than `count` at the end of the file
  /// @throws FileUnreadable
  std::size_t read_at(std::int64_t offset, void* to, std::size_t count) const;

 private:
  [[noreturn]] void fail(int code) const;

  std::filesystem::path file_;
  int descriptor_ = -1;
};

/// True if the system opens the file now.
bool is_readable(const std::filesystem::path& file);

}  // namespace genrebench
