#pragma once
// A file that appears under its name only when it is whole.

#include <cstdio>
#include <filesystem>
#include <string>
#include <string_view>

namespace genrebench {

/// Sixteen hexadecimal digits that nobody can guess, from the kernel. For names of files that
/// others must not be able to put in place beforehand.
std::string unguessable_digits();

/// A new file beside `target`, which takes its place on commit(). Its name cannot be guessed, and
/// it is made by this process (O_EXCL, O_NOFOLLOW), so whatever others put into the folder is
/// neither followed nor written to. The umask decides who may read it.
class UnfinishedFile {
 public:
  /// Makes the folder too if need be. @throws DataError  naming the target and the system's reason
  explicit UnfinishedFile(std::filesystem::path target);
  /// Removes the file unless it was committed.
  ~UnfinishedFile();
  UnfinishedFile(const UnfinishedFile&) = delete;
  UnfinishedFile& operator=(const UnfinishedFile&) = delete;

  /// Where it is until it is committed.
  const std::filesystem::path& path() const { return path_; }

  /// @throws DataError  naming the target: no space, no permission
  void write(std::string_view bytes);

  /// Brings the file to the disk before commit() returns.
  void sync_on_commit() { sync_ = true; }

  /// Renames it to the target, whose old content it replaces. @throws DataError
  void commit();

 private:
  [[noreturn]] void fail(int code);

  std::filesystem::path target_, path_;
  std::FILE* stream_ = nullptr;
  bool sync_ = false;
};

}  // namespace genrebench
