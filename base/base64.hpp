#pragma once
// Bytes as text.

#include <string>
#include <string_view>

namespace genrebench {

/// Source: RFC 4648, section 4, with padding
std::string base64(std::string_view bytes);

/// The bytes that hex digits stand for.
/// @throws std::logic_error  if these are no pairs of hex digits
std::string bytes_of_hex(std::string_view digits);

}  // namespace genrebench
