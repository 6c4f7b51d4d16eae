#include "harness/plugin/option_value.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <set>
#include <system_error>

namespace genrebench {
namespace {

constexpr std::string_view kEscapes = "nrt\"\\", kEscaped = "\n\r\t\"\\";

/// A word of a list, in quotes unless it is plain.
std::string list_word(const std::string& word) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == '/' || c == '-';
  };
  static const std::set<std::string> kYamlWords = {"null", "true", "false", "auto"};
  if (!word.empty() && word.front() != '-' && std::all_of(word.begin(), word.end(), plain) &&
      !kYamlWords.contains(word))
    return word;
  std::string quoted = "\"";
  for (const char c : word) {
    if (const std::size_t at = kEscaped.find(c); at != std::string_view::npos)
      quoted += {'\\', kEscapes[at]};
    else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F)
      quoted += fmt::format("\\u{:04x}", c);
    else
      quoted += c;
  }
  return quoted + "\"";
}

std::string_view without_blanks(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

/// Takes off a text what follows a backslash in it.
std::optional<char> take_escape(std::string_view& text) {
  if (text.empty()) return std::nullopt;
  const char name = text.front();
  text.remove_prefix(1);
  if (const std::size_t at = kEscapes.find(name); at != std::string_view::npos) return kEscaped[at];
  constexpr std::size_t kDigits = 4;
  if (name != 'u' || text.size() < kDigits) return std::nullopt;
  unsigned code = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + kDigits, code, 16);
  if (error != std::errc() || stop != text.data() + kDigits || code > 0x7F) return std::nullopt;
  text.remove_prefix(kDigits);
  return static_cast<char>(code);
}

/// Takes a word and its closing quotes off a text that begins behind the opening ones.
std::optional<std::string> take_quoted(std::string_view& text) {
  std::string word;
  while (!text.empty()) {
    const char c = text.front();
    text.remove_prefix(1);
    if (c == '"') return word;
    const auto character = c == '\\' ? take_escape(text) : std::optional(c);
    if (!character) return std::nullopt;
    word += *character;
  }
  return std::nullopt;
}

}  // namespace

std::string to_string(const OptionValue& value) {
  struct Writer {
    std::string operator()(std::monostate) const { return "auto"; }
    std::string operator()(bool v) const { return v ? "true" : "false"; }
    std::string operator()(std::int64_t v) const { return std::to_string(v); }
    std::string operator()(double v) const { return fmt::format("{}", v); }
    std::string operator()(const std::string& v) const { return v; }
    std::string operator()(const std::vector<std::string>& v) const {
      std::vector<std::string> words(v.size());
      std::transform(v.begin(), v.end(), words.begin(), list_word);
      return fmt::format("[{}]", fmt::join(words, ", "));
    }
  };
  return std::visit(Writer{}, value);
}

std::optional<std::vector<std::string>> parse_list(std::string_view text) {
  text = without_blanks(text);
  if (text.size() < 2 || text.front() != '[' || text.back() != ']') return std::nullopt;
  text = without_blanks(text.substr(1, text.size() - 2));
  std::vector<std::string> words;
  while (!text.empty()) {
    if (text.front() == '"') {
      text.remove_prefix(1);
      auto word = take_quoted(text);
      if (!word) return std::nullopt;
      words.push_back(*std::move(word));
      text = without_blanks(text);
      if (!text.empty() && text.front() != ',') return std::nullopt;
    } else {
      const std::size_t end = std::min(text.find(','), text.size());
      words.emplace_back(without_blanks(text.substr(0, end)));
      text.remove_prefix(end);
    }
    if (!text.empty()) text = without_blanks(text.substr(1));
  }
  return words;
}

}  // namespace genrebench
