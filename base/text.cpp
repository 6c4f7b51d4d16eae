#include "base/text.hpp"

#include <fmt/format.h>
#include <utf8proc.h>

#include <algorithm>
#include <array>

namespace genrebench {
namespace {

struct Character {
  utf8proc_int32_t code = 0;
  std::size_t n_bytes = 1;
  bool valid = false;
};

/// The character at the start of a non-empty text. An invalid one is one byte long. Overlong forms,
/// surrogates and codes above U+10FFFF are invalid.
Character first_character(std::string_view text) {
  utf8proc_int32_t code = 0;
  const utf8proc_ssize_t n_bytes =
      utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                       static_cast<utf8proc_ssize_t>(text.size()), &code);
  if (n_bytes <= 0) return {};
  return {.code = code, .n_bytes = static_cast<std::size_t>(n_bytes), .valid = true};
}

/// Takes the first character off a text that is not empty.
Character take_character(std::string_view& text) {
  const Character character = first_character(text);
  text.remove_prefix(character.n_bytes);
  return character;
}

bool is_utf8(std::string_view bytes) {
  while (!bytes.empty())
    if (!take_character(bytes).valid) return false;
  return true;
}

bool is_control(utf8proc_int32_t code) { return code < 0x20 || (code >= 0x7F && code < 0xA0); }

/// What Windows-1252 has in place of the control characters of ISO 8859-1 from 0x80 on; 0: nothing.
/// Source: WHATWG, Encoding Standard, index windows-1252
constexpr std::array<utf8proc_int32_t, 32> kWindows1252 = {
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

/// Those who write ISO 8859-1 mostly mean Windows-1252: curly quotes and dashes.
std::string from_latin1(std::string_view bytes) {
  std::string result;
  for (const char c : bytes) {
    utf8proc_int32_t code = static_cast<unsigned char>(c);
    if (code >= 0x80 && code < 0xA0 && kWindows1252[static_cast<std::size_t>(code - 0x80)] != 0)
      code = kWindows1252[static_cast<std::size_t>(code - 0x80)];
    std::array<utf8proc_uint8_t, 4> encoded{};
    const utf8proc_ssize_t n = utf8proc_encode_char(code, encoded.data());
    result.append(reinterpret_cast<const char*>(encoded.data()), static_cast<std::size_t>(n));
  }
  return result;
}

constexpr std::string_view kReplacement = "\uFFFD";

}  // namespace

std::string clean_text(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    const std::string_view before = text;
    const Character character = take_character(text);
    if (!character.valid) {
      result += kReplacement;
    } else if (character.code == '\r') {
      if (text.empty() || text.front() != '\n') result += '\n';
    } else if (character.code == '\t') {
      result += ' ';
    } else if (is_control(character.code) && character.code != '\n') {
      result += kReplacement;
    } else {
      result += before.substr(0, character.n_bytes);
    }
  }
  return result;
}

std::string single_line(std::string_view text) {
  std::string result = clean_text(text);
  std::replace(result.begin(), result.end(), '\n', ' ');
  return result;
}

std::string visible_line(std::string_view text) {
  return replace_each(clean_text(text), [](char c) {
    return c == '\n' ? std::string_view("↵") : std::string_view();
  });
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty())
    width += static_cast<std::size_t>(utf8proc_charwidth(take_character(text).code));
  return width;
}

std::string wrap_text(std::string_view text, std::size_t width, std::string_view indent) {
  std::string result;
  std::size_t used = 0;
  bool line_is_empty = true;
  const auto break_line = [&] {
    result += '\n';
    result += indent;
    used = display_width(indent);
    line_is_empty = true;
  };
  while (!text.empty()) {
    if (text.front() == '\n') {
      break_line();
      text.remove_prefix(1);
      continue;
    }
    const std::size_t end = std::min(text.find_first_of(" \n"), text.size());
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(end);
    if (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    if (word.empty()) continue;
    const std::size_t word_width = display_width(word);
    if (!line_is_empty && used + 1 + word_width > width) break_line();
    if (!line_is_empty) {
      result += ' ';
      ++used;
    }
    result += word;
    used += word_width;
    line_is_empty = false;
  }
  return result;
}

std::string utf8_name(std::string_view bytes) {
  std::string result;
  while (!bytes.empty()) {
    const std::string_view before = bytes;
    const Character character = take_character(bytes);
    const std::string_view taken = before.substr(0, character.n_bytes);
    if (character.valid && !is_control(character.code))
      result += taken;
    else
      for (const char byte : taken)
        result += fmt::format("\\x{:02X}", static_cast<unsigned char>(byte));
  }
  return result;
}

std::string decoded_text(std::string_view bytes) {
  return is_utf8(bytes) ? std::string(bytes) : from_latin1(bytes);
}

std::string tag_text(std::string_view bytes) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const std::size_t begin = bytes.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  bytes = bytes.substr(begin, bytes.find_last_not_of(kBlanks) - begin + 1);
  return utf8_name(decoded_text(bytes));
}

std::string ascii_lower(std::string_view text) {
  std::string result(text);
  for (char& c : result)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return result;
}

std::string counted(std::size_t n, std::string_view noun) {
  return fmt::format("{} {}{}", n, noun, n == 1 ? "" : "s");
}

std::optional<KeyValue> split_key_value(std::string_view word) {
  const std::size_t equals = word.find('=');
  if (equals == std::string_view::npos || equals == 0) return std::nullopt;
  return KeyValue{.key = std::string(word.substr(0, equals)),
                  .value = std::string(word.substr(equals + 1))};
}

}  // namespace genrebench
