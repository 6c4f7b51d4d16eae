#pragma once
// Ids of runs for tests: short to write, and of the form that stores ask for.

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <string>
#include <string_view>

namespace genrebench::testing {

/// 64 hexadecimal digits that begin with a name of such digits: "aa000...". Of any other name each
/// character is two digits, behind an f: "k" is "f6b000...".
inline std::string run_id(std::string_view name) {
  std::string id(name);
  const auto is_digit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  if (!std::all_of(id.begin(), id.end(), is_digit)) {
    id = "f";
    for (const char c : name) {
      char digits[3];
      std::snprintf(digits, sizeof digits, "%02x", static_cast<unsigned>(c) & 0xFFu);
      id += digits;
    }
  }
  id.resize(64, '0');
  return id;
}

inline namespace literals {
inline std::string operator""_run(const char* name, std::size_t length) {
  return run_id({name, length});
}
}  // namespace literals

}  // namespace genrebench::testing

namespace genrebench {
using testing::run_id;
using namespace testing::literals;
}  // namespace genrebench
