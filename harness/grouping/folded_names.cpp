#include "harness/grouping/folded_names.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/text.hpp"

namespace genrebench {
namespace {

using Codepoints = std::vector<utf8proc_int32_t>;

/// Accents of scripts that can be read without them. Others, such as the voicing marks of Japanese
/// and the vowel signs of Thai, make another letter.
bool is_accent(utf8proc_int32_t c) {
  return (c >= 0x0300 && c <= 0x036F) || (c >= 0x0591 && c <= 0x05C7) ||
         (c >= 0x064B && c <= 0x065F) || c == 0x0670 || (c >= 0x1AB0 && c <= 0x1AFF) ||
         (c >= 0x1DC0 && c <= 0x1DFF) || (c >= 0x20D0 && c <= 0x20FF);
}

/// Letters whose stroke or ligature Unicode does not decompose, in lower case.
std::string_view plain_letters(utf8proc_int32_t c) {
  static constexpr std::array<std::pair<utf8proc_int32_t, std::string_view>, 10> kPlain = {
      {{0xE6, "ae"},
       {0xF0, "d"},
       {0xF8, "o"},
       {0xFE, "th"},
       {0x111, "d"},
       {0x127, "h"},
       {0x131, "i"},
       {0x142, "l"},
       {0x153, "oe"},
       {0x167, "t"}}};
  const auto found =
      std::ranges::find(kPlain, c, &std::pair<utf8proc_int32_t, std::string_view>::first);
  return found == kPlain.end() ? std::string_view() : found->second;
}

/// A text in NFKC, case folded, without accents; nothing where it is too long.
std::optional<std::string> folded(std::string_view text) {
  constexpr auto kDecompose = static_cast<utf8proc_option_t>(
      UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE);
  constexpr auto kCompose = static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE);
  const auto* bytes = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  const auto size = static_cast<utf8proc_ssize_t>(text.size());
  const utf8proc_ssize_t needed = utf8proc_decompose(bytes, size, nullptr, 0, kDecompose);
  if (needed < 0) return std::nullopt;
  Codepoints decomposed(static_cast<std::size_t>(needed));
  utf8proc_decompose(bytes, size, decomposed.data(), needed, kDecompose);
  Codepoints kept;
  for (const utf8proc_int32_t c : decomposed) {
    if (is_accent(c)) continue;
    if (const std::string_view plain = plain_letters(c); !plain.empty())
      kept.insert(kept.end(), plain.begin(), plain.end());
    else
      kept.push_back(c);
  }
  const auto n = static_cast<utf8proc_ssize_t>(kept.size());
  kept.push_back(0);  // utf8proc writes its result, UTF-8 with a final zero, over the codepoints
  const utf8proc_ssize_t length = utf8proc_reencode(kept.data(), n, kCompose);
  if (length < 0) return std::nullopt;
  return std::string(reinterpret_cast<const char*>(kept.data()), static_cast<std::size_t>(length));
}

bool is_letter_or_digit(utf8proc_int32_t c) {
  switch (utf8proc_category(c)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO:
      return true;
    default:
      return false;
  }
}

bool is_ascii_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

std::string folded_name(std::string_view text) {
  const std::string decoded = decoded_text(text);
  if (auto result = folded(decoded)) return *std::move(result);
  return ascii_lower(decoded);
}

std::vector<std::string> words_of(std::string_view folded_text, std::string_view symbols) {
  std::vector<std::string> words(1);
  while (!folded_text.empty()) {
    utf8proc_int32_t c = 0;
    const utf8proc_ssize_t length =
        utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(folded_text.data()),
                         static_cast<utf8proc_ssize_t>(folded_text.size()), &c);
    const std::size_t n = length < 1 ? 1 : static_cast<std::size_t>(length);
    if (length < 1 || is_letter_or_digit(c)) {
      words.back() += folded_text.substr(0, n);
    } else {
      if (!words.back().empty()) words.emplace_back();
      if (n == 1 && symbols.find(folded_text.front()) != std::string_view::npos) {
        words.back() = folded_text.front();
        words.emplace_back();
      }
    }
    folded_text.remove_prefix(n);
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

std::string concatenated(const std::vector<std::string>& words) {
  std::string result;
  for (const std::string& word : words) {
    if (!result.empty() && !word.empty() && is_ascii_digit(result.back()) &&
        is_ascii_digit(word.front()))
      result += '.';
    result += word;
  }
  return result;
}

std::string normalised_name(std::string_view text) {
  return concatenated(words_of(folded_name(text)));
}

}  // namespace genrebench
