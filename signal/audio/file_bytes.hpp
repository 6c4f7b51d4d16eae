#pragma once
// Internal. The bytes of a file through a window, so that memory does not grow with the file.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string_view>
#include <vector>

#include "base/open_file.hpp"

namespace genrebench {

/// A regular file, open for reading. Offsets and counts are in bytes. A size that the file claims
/// may be handed to look(): memory is taken for bytes that exist, and for kLargestLook at most.
class FileBytes {
 public:
  static constexpr std::int64_t kLargestLook = 1 << 17;

  /// @throws FileUnreadable
  explicit FileBytes(const std::filesystem::path& file);

  const std::filesystem::path& file() const { return file_; }
  std::int64_t size() const { return size_; }

  /// Whether bytes offset .. offset + count - 1 exist and are at most kLargestLook; if so they are
  /// at data() until the next call.
  /// @throws FileUnreadable
  bool look(std::int64_t offset, std::int64_t count);

  const unsigned char* data() const { return data_; }
  bool starts_with(std::string_view text) const;
  /// Numbers of `count` bytes, `at` bytes after data().
  std::uint64_t little(std::int64_t at, int count) const;
  std::uint64_t big(std::int64_t at, int count) const;

  /// The bytes at `offset` as text; fewer than `count` at the end of the file. @throws
  /// FileUnreadable
  std::string_view text(std::int64_t offset, std::int64_t count);

  /// Whether all bytes from `offset` to the end are zero. @throws FileUnreadable
  bool only_zeros_from(std::int64_t offset);

  /// Reads without the window. @return  bytes read: fewer than `count` at the end of the file
  /// @throws FileUnreadable
  std::size_t read(std::int64_t offset, void* to, std::size_t count) const;

 private:
  std::filesystem::path file_;
  OpenFile opened_;
  std::int64_t size_ = 0;
  std::vector<unsigned char> window_;
  std::int64_t start_ = 0;
  const unsigned char* data_ = nullptr;
};

/// Where the file goes on after ID3v2 tags at `offset`; `offset` itself if none is there. May lie
/// behind the end of the file.
std::int64_t after_id3v2(FileBytes& bytes, std::int64_t offset);

}  // namespace genrebench
