#pragma once
// UTF-8 text as readers see it: cleaned of what would break a terminal or a file, measured,
// wrapped and split.

#include <cstddef>
#include <optional>
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

/// Columns that the text takes in a terminal: 0 for combining marks, 2 for East Asian wide
/// characters and emoji.
/// @param text  valid UTF-8, as clean_text returns it
/// Source: Unicode East Asian Width (UAX #11), as utf8proc implements it
std::size_t display_width(std::string_view text);

/// The text broken at spaces so that no line is wider than `width`, except for longer words; its
/// own line feeds stay. Lines after the first start with `indent`.
std::string wrap_text(std::string_view text, std::size_t width, std::string_view indent = {});

/// A file name as valid UTF-8 on one line: bytes that are not UTF-8, and those of control
/// characters, become `\xNN`.
std::string utf8_name(std::string_view bytes);

/// A text of which nobody says how it is encoded, as UTF-8: where it is none, it is read as
/// Windows-1252.
std::string decoded_text(std::string_view bytes);

/// The text of a tag as valid UTF-8 on one line, without the blanks around it, by decoded_text().
std::string tag_text(std::string_view bytes);

struct KeyValue {
  std::string key, value;
};

/// Splits "key=value" at the first equals sign. The value may be empty.
/// @return  nothing if there is no equals sign or no key before it
std::optional<KeyValue> split_key_value(std::string_view word);

/// The text with ASCII letters in lower case, whatever the locale; all other bytes stay.
std::string ascii_lower(std::string_view text);

/// "1 track", "2 tracks". For nouns whose plural ends in s.
std::string counted(std::size_t n, std::string_view noun);

/// Replaces each character for which `replacement` returns a text by that text. Characters for
/// which it returns a null view stay. For escaping.
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
