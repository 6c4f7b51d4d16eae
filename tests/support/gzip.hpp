#pragma once
// Bytes as gzip and zip compress them.

#include <zlib.h>

#include <stdexcept>
#include <string>
#include <string_view>

namespace genrebench::testing {

/// @param window_bits  as deflateInit2() takes it: MAX_WBITS, with a sign or a 16 for the header
inline std::string deflated(std::string_view text, int window_bits) {
  z_stream stream = {};
  if (deflateInit2(&stream, 9, Z_DEFLATED, window_bits, 9, Z_DEFAULT_STRATEGY) != Z_OK)
    throw std::runtime_error("zlib");
  std::string input(text), result(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(input.data());
  stream.avail_in = static_cast<uInt>(input.size());
  stream.next_out = reinterpret_cast<Bytef*>(result.data());
  stream.avail_out = static_cast<uInt>(result.size());
  deflate(&stream, Z_FINISH);
  result.resize(stream.total_out);
  deflateEnd(&stream);
  return result;
}

inline std::string gzip(std::string_view text) {
  constexpr int kGzip = 16;  // added to the window size
  return deflated(text, kGzip + MAX_WBITS);
}

/// As the members of zip archives are compressed.
inline std::string raw_deflate(std::string_view text) { return deflated(text, -MAX_WBITS); }

/// ASCII text in UTF-16, without a byte order mark.
inline std::string utf16(std::string_view ascii, bool big_endian) {
  std::string result;
  for (const char c : ascii) {
    if (big_endian) result += '\0';
    result += c;
    if (!big_endian) result += '\0';
  }
  return result;
}

}  // namespace genrebench::testing
