#include "base/short_name.hpp"

#include <cassert>

#include "base/digest.hpp"

namespace genrebench {

std::string shortened_name(std::string_view name, std::size_t most, std::string_view whole) {
  constexpr std::size_t kHash = 12;
  assert(most > kHash + 1);
  if (name.size() <= most) return std::string(name);
  std::size_t end = most - kHash - 1;
  // Bytes 10xxxxxx go on with a character.
  while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xC0) == 0x80) --end;
  return std::string(name.substr(0, end)) + "-" + sha256(whole).substr(0, kHash);
}

}  // namespace genrebench
