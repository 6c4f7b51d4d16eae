#include "base/base64.hpp"

#include <charconv>
#include <cstdint>
#include <stdexcept>

namespace genrebench {

std::string base64(std::string_view bytes) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string result;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const auto byte = [&](std::size_t k) {
      return i + k < bytes.size() ? std::uint32_t{static_cast<unsigned char>(bytes[i + k])} : 0u;
    };
    const std::uint32_t group = byte(0) << 16 | byte(1) << 8 | byte(2);
    const std::size_t n_bytes = bytes.size() - i;
    for (std::size_t k = 0; k < 4; ++k)
      result += k <= n_bytes ? kDigits[group >> (18 - 6 * k) & 63u] : '=';
  }
  return result;
}

std::string bytes_of_hex(std::string_view digits) {
  std::string result;
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    unsigned value = 0;
    const char* end = digits.data() + i + 2;
    if (i + 2 > digits.size() || std::from_chars(digits.data() + i, end, value, 16).ptr != end)
      throw std::logic_error("bytes_of_hex: expected pairs of hex digits");
    result += static_cast<char>(value);
  }
  return result;
}

}  // namespace genrebench
