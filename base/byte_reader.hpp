#pragma once
// Reads a file's bytes from front to back and never past their end.

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace genrebench {

/// Text of a file as it may stand in a message: one line, not too long.
inline std::string printable(std::string_view text) {
  constexpr std::size_t kMost = 160;
  std::string result(text.substr(0, kMost));
  for (char& c : result)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
  return text.size() > kMost ? result + "..." : result;
}

class ByteReader {
 public:
  /// @param file      its name, for messages
  /// @param position  where to begin
  /// @throws DataError  if that is beyond the end
  ByteReader(std::string_view bytes, std::string_view file, std::size_t position = 0)
      : bytes_(bytes), file_(file), position_(std::min(position, bytes.size())) {
    if (position > bytes.size())
      fail(
          fmt::format("expected something at byte {}, found the end: the file is cut short or "
                      "damaged",
                      position));
  }

  std::size_t position() const { return position_; }
  std::size_t remaining() const { return bytes_.size() - position_; }
  std::string_view file() const { return file_; }

  /// @throws DataError  if fewer than n bytes remain
  std::string_view take(std::uint64_t n) {
    if (n > remaining())
      fail(fmt::format("expected {} bytes, found {}: the file is cut short or damaged", n,
                       remaining()));
    position_ += static_cast<std::size_t>(n);
    return bytes_.substr(position_ - static_cast<std::size_t>(n), static_cast<std::size_t>(n));
  }

  /// A little-endian number. @throws DataError  if too few bytes remain
  template <std::integral T>
  T number() {
    static_assert(std::endian::native == std::endian::little,
                  "the files read here are little-endian");
    T value;
    std::memcpy(&value, take(sizeof value).data(), sizeof value);
    return value;
  }

  /// What precedes the next newline, which is read over. @throws DataError  if there is none
  std::string_view line() {
    const std::size_t end = bytes_.find('\n', position_);
    if (end == std::string_view::npos)
      fail("expected a line, found no end of it: the file is cut short or damaged");
    const std::string_view text = take(end - position_);
    ++position_;
    return text;
  }

  [[noreturn]] void fail(std::string_view what) const {
    throw DataError(fmt::format("{}: byte {}: {}", file_, position_, what));
  }

 private:
  std::string_view bytes_;
  std::string_view file_;
  std::size_t position_;
};

}  // namespace genrebench
