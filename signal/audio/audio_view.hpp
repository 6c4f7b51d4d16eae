#pragma once
// Internal. A file as its decoder should see it.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "signal/audio/file_bytes.hpp"

namespace genrebench {

/// Ranges of a file and bytes made for its decoder, one after the other: headers with true sizes,
/// the audio, and nothing that a decoder would stumble over.
class AudioView {
 public:
  void add(std::string bytes);
  void add(std::int64_t offset, std::int64_t count);
  /// What `other` has from its byte `from` on.
  void add(const AudioView& other, std::int64_t from = 0);

  /// Bytes in all.
  std::int64_t size() const { return size_; }

  /// Reads from `position` of the view. @return  bytes read: fewer than `count` at its end
  /// @throws FileUnreadable
  std::size_t read(const FileBytes& file, std::int64_t position, void* to, std::size_t count) const;

 private:
  struct Piece {
    std::string made;         // if not empty, instead of a range
    std::int64_t offset = 0;  // in the file
    std::int64_t begin = 0;   // in the view
    std::int64_t count = 0;
  };
  std::vector<Piece> pieces_;
  std::int64_t size_ = 0;
};

/// Numbers as headers hold them.
std::string little_endian(std::uint64_t value, int bytes);
std::string big_endian(std::uint64_t value, int bytes);

}  // namespace genrebench
