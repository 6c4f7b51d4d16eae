#pragma once
// Text as readers see it: how wide it is, and without what would break a terminal or a file.

#include <cstddef>
#include <string>
#include <string_view>

namespace genrebench {

/// The text as valid UTF-8 that cannot steer a terminal: each invalid byte and each control
/// character other than the line feed becomes U+FFFD, a tab becomes a space, CR LF and CR become a
/// line feed.
std::string clean_text(std::string_view text);

/// As clean_text, with line feeds turned into spaces.
std::string single_line(std::string_view text);

/// The same with a sign for each line end, for cells and names: "a\nb" and "a b" are not the same.
std::string visible_line(std::string_view text);

/// Columns that the text takes in a terminal: combining marks none, East Asian wide characters and
/// emoji two.
/// @param text  valid UTF-8, as clean_text returns it
/// Source: the ranges of Unicode 15 East Asian Width (UAX #11), to the precision that tables need
std::size_t display_width(std::string_view text);

/// The text broken at spaces so that no line is wider than `width`, except for longer words; its
/// own line feeds stay. Lines after the first start with `indent`.
std::string wrap_text(std::string_view text, std::size_t width, std::string_view indent = {});

/// Replaces every occurrence of one character by what `replacement` gives for it: a helper for
/// escaping.
template <typename Replacement>
std::string replace_each(std::string_view text, Replacement&& replacement) {
  std::string result;
  result.reserve(text.size() + text.size() / 8);
  for (const char c : text) {
    const std::string_view other = replacement(c);
    if (other.data() == nullptr)
      result += c;
    else
      result += other;
  }
  return result;
}

}  // namespace genrebench
