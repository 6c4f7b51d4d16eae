#pragma once
// Fingerprints of text and files: SHA-256 where a result is named by it, xxHash where content is only compared.

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>

namespace genrebench {

/// @return  64 hex digits
std::string sha256(std::string_view text);

/// The same of a file's bytes. @throws DataError  if the file cannot be read
std::string sha256_of_file(const std::filesystem::path& file);

/// MD5 of a file's bytes, as published lists give it: 32 lower-case hex digits. Not for security.
/// @throws DataError  if the file cannot be read
std::string md5_of_file(const std::filesystem::path& file);

/// XXH3, 128 bits, of any bytes. @return  32 hex digits
std::string content_hash(std::string_view bytes);

/// The same of bytes that come in pieces.
std::string content_hash(std::span<const std::string_view> pieces);

/// The same of bytes that come one piece after the other.
class ContentHasher {
 public:
  ContentHasher();
  ~ContentHasher();
  void add(std::string_view piece);
  /// Of all pieces so far. @return  32 hex digits
  std::string hash() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Hashes of files, remembered between processes by path, size and time of change, so that a dataset of
/// gigabytes is recognised in milliseconds. Threads may share one.
class FileHashes {
 public:
  /// @param memory  file that remembers; empty: nothing is remembered. Unreadable or damaged: starts empty.
  explicit FileHashes(std::filesystem::path memory);

  /// @throws DataError  if the file cannot be read
  std::string operator()(const std::filesystem::path& file);

  /// Writes what is new, atomically. A full disk is no error: it is only memory.
  void save();

 private:
  std::filesystem::path memory_;
  std::mutex mutex_;
  std::map<std::string, std::string> known_;  ///< "path\tsize\ttime" to hash
  bool changed_ = false;
};

}  // namespace genrebench
