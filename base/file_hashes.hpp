#pragma once
// Hashes of whole files, remembered between processes, and files that must not change while they
// are read.

#include <cstdint>
#include <filesystem>
#include <map>
#include <mutex>
#include <string>

#include "base/error.hpp"
#include "base/open_file.hpp"

namespace genrebench {

/// A file does not hold what it held before.
class FileChanged : public DataError {
 public:
  using DataError::DataError;
};

/// Hashes of files, remembered between processes, so that a dataset of gigabytes is recognised in
/// milliseconds. Threads may share one.
///
/// A remembered hash is trusted only while the FileState of the path is to the nanosecond what it
/// was, and the file can be opened. The kernel's clock ticks in steps of up to 10 ms (2 s on FAT),
/// so a file that is written twice within a step looks untouched. The hash of a file that was
/// changed less than `settle_s` ago is therefore not remembered; git's index has the same rule. Not
/// seen are changes on file systems that do not keep ctime, if they also restore mtime and inode;
/// those of a clock that was set back; and damage by the disk itself.
class FileHashes {
 public:
  /// @param memory    file that remembers; empty: nothing is kept for later processes. One that is
  /// unreadable, damaged or of another
  ///                  version of genrebench: starts empty
  /// @param settle_s  how long a file must have been left alone before its hash is remembered
  explicit FileHashes(std::filesystem::path memory, double settle_s = 3.0);

  /// The content_hash() of a file's bytes.
  /// @throws FileUnreadable
  /// @throws FileChanged     if it is written to again and again while it is being read
  std::string operator()(const std::filesystem::path& file);

  /// Writes what is new, atomically. A full disk is no error: it is only memory.
  void save();

 private:
  friend class ContentGuard;

  struct Look {
    FileState state;
    std::string hash;
    bool settled = false;  ///< a later change shows in the state
  };
  /// @param anew  read the file whatever is remembered
  Look look(const std::filesystem::path& file, bool anew);
  void load();

  std::filesystem::path memory_;
  std::int64_t settle_ns_;
  std::mutex mutex_;
  std::map<std::string, Look> known_;  ///< by absolute path; settled ones only
  bool changed_ = false;
};

/// Makes sure that a file holds what it is expected to hold, while others read it by its path.
class ContentGuard {
 public:
  /// @param hash  content_hash() of the bytes that are expected
  /// @throws FileUnreadable
  /// @throws FileChanged     if the file holds others
  ContentGuard(std::filesystem::path file, std::string hash, FileHashes& hashes);

  /// True if the file was left alone since this guard was made. False may be a change of its name
  /// or owner only.
  /// @throws FileUnreadable
  bool untouched() const;

  /// Reads the whole file again: what looks like damage may be a disk that fails now, or another
  /// file.
  /// @throws FileUnreadable
  /// @throws FileChanged
  void read_again() const;

 private:
  void expect(const std::string& hash) const;

  std::filesystem::path file_;
  std::string hash_;
  FileHashes& hashes_;
  FileHashes::Look before_;
};

/// Calls `read`, which reads a file by its path (and may do so again, where the file was touched
/// meanwhile).
/// @param hash  content_hash() of the bytes that the file must hold all the while
/// @return      what `read` returned, which is of these very bytes
/// @throws FileUnreadable  if the system refuses the file, before, after or, as far as `read`
/// failed by that, during reading
/// @throws FileChanged     if the file holds other bytes, or is touched again and again
/// @throws DataError       of `read`: the bytes are at fault
template <typename Read>
auto read_content(const std::filesystem::path& file, const std::string& hash, FileHashes& hashes,
                  const Read& read) {
  constexpr int kTries = 3;
  for (int i = 0; i < kTries; ++i) {
    const ContentGuard guard(file, hash, hashes);
    try {
      auto result = read();
      if (guard.untouched()) return result;
    } catch (const DataError&) {
      guard.read_again();
      if (guard.untouched()) throw;
    }
  }
  throw FileChanged(file.string() +
                    ": the file was touched again and again while it was being read");
}

/// What a file held when it was first looked at.
struct FileContent {
  std::string hash;   ///< content_hash() of its bytes; empty: there is no file, or it could not be
                      ///< read
  std::string error;  ///< why it could not be read
};

}  // namespace genrebench
