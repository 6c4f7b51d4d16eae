#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace genrebench {
namespace {

struct Character {
  char32_t code = 0;
  std::size_t n_bytes = 1;
  bool valid = false;
};

/// The character at the start of a non-empty text. Overlong forms, surrogates and what lies beyond
/// U+10FFFF are not valid.
Character first_character(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t lead = byte(0);
  if (lead < 0x80) return {lead, 1, true};
  const std::size_t n = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < n) return {};
  char32_t code = lead & (0xFFu >> (n + 1));
  for (std::size_t i = 1; i < n; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {};
    code = (code << 6) | (byte(i) & 0x3Fu);
  }
  constexpr std::array<char32_t, 5> kSmallest = {0, 0, 0x80, 0x800, 0x10000};
  if (code < kSmallest[n] || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return {};
  return {code, n, true};
}

struct Range {
  char32_t first, last;
};

template <std::size_t n>
bool within(const std::array<Range, n>& ranges, char32_t code) {
  return std::any_of(ranges.begin(), ranges.end(), [code](const Range& range) {
    return code >= range.first && code <= range.last;
  });
}

constexpr std::array<Range, 10> kNoWidth = {{{0x0300, 0x036F},
                                             {0x0483, 0x0489},
                                             {0x0591, 0x05BD},
                                             {0x064B, 0x065F},
                                             {0x1AB0, 0x1AFF},
                                             {0x1DC0, 0x1DFF},
                                             {0x200B, 0x200F},
                                             {0x20D0, 0x20FF},
                                             {0xFE00, 0xFE0F},
                                             {0xFE20, 0xFE2F}}};
constexpr std::array<Range, 9> kDoubleWidth = {{{0x1100, 0x115F},
                                                {0x2E80, 0x303E},
                                                {0x3041, 0xA4CF},
                                                {0xAC00, 0xD7A3},
                                                {0xF900, 0xFAFF},
                                                {0xFE30, 0xFE4F},
                                                {0xFF00, 0xFF60},
                                                {0xFFE0, 0xFFE6},
                                                {0x1F300, 0x1FAFF}}};
constexpr Range kDoubleWidthPlanes = {0x20000, 0x3FFFD};

constexpr std::string_view kReplacement = "\uFFFD";

}  // namespace

std::string clean_text(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    const Character character = first_character(text);
    const std::string_view bytes = text.substr(0, character.n_bytes);
    text.remove_prefix(character.n_bytes);
    if (!character.valid) {
      result += kReplacement;
    } else if (character.code == '\r') {
      if (text.empty() || text.front() != '\n') result += '\n';
    } else if (character.code == '\t') {
      result += ' ';
    } else if ((character.code < 0x20 && character.code != '\n') ||
               (character.code >= 0x7F && character.code < 0xA0)) {
      result += kReplacement;
    } else {
      result += bytes;
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
  while (!text.empty()) {
    const Character character = first_character(text);
    text.remove_prefix(character.n_bytes);
    if (character.code == '\n' || within(kNoWidth, character.code)) continue;
    const bool wide =
        within(kDoubleWidth, character.code) ||
        (character.code >= kDoubleWidthPlanes.first && character.code <= kDoubleWidthPlanes.last);
    width += wide ? 2 : 1;
  }
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

}  // namespace genrebench
