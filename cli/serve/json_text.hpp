#pragma once
// JSON of many rows, written without a tree of values.

#include <fmt/format.h>

#include <string>
#include <string_view>

namespace genrebench::cli {

/// A text as a JSON string, in quotes. Bytes that are not UTF-8 become U+FFFD.
std::string json_quoted(std::string_view text);

/// Adds values with commas between them, as `[a,b]`.
/// @param write  adds one value
template <typename List, typename Write>
void add_list(fmt::memory_buffer& out, const List& list, const Write& write) {
  char before = '[';
  for (const auto& one : list) {
    out.push_back(before);
    write(one);
    before = ',';
  }
  if (before == '[') out.push_back('[');
  out.push_back(']');
}

/// Adds text.
inline void add_text(fmt::memory_buffer& out, std::string_view text) {
  out.append(text.data(), text.data() + text.size());
}

}  // namespace genrebench::cli
