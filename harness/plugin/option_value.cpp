#include "harness/plugin/option_value.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>

namespace genrebench {
namespace {

/// A word of a list, in quotes unless YAML reads it back as the same word without them.
std::string list_word(const std::string& word) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == '/' || c == '-';
  };
  static const std::set<std::string> kYamlWords = {"null", "true", "false", "auto", "~", "-"};
  if (!word.empty() && word.front() != '-' && std::all_of(word.begin(), word.end(), plain) &&
      !kYamlWords.contains(word))
    return word;
  std::string quoted = "\"";
  for (const char c : word) {
    if (c == '"' || c == '\\') quoted += '\\';
    if (c == '\n')
      quoted += "\\n";
    else if (c == '\r')
      quoted += "\\r";
    else if (c == '\t')
      quoted += "\\t";
    else
      quoted += c;
  }
  return quoted + "\"";
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

OptionValue parse_option_value(std::string_view text) {
  if (text.empty()) return std::string();
  if (text == "auto" || text == "null" || text == "~") return std::monostate{};
  if (text == "true") return true;
  if (text == "false") return false;
  const char* const end = text.data() + text.size();
  const char* const begin = text.data() + (text.front() == '+' ? 1 : 0);
  std::int64_t integer = 0;
  if (const auto [stop, error] = std::from_chars(begin, end, integer);
      error == std::errc() && stop == end)
    return integer;
  double number = 0.0;
  if (const auto [stop, error] = std::from_chars(begin, end, number);
      error == std::errc() && stop == end && std::isfinite(number))
    return number;
  return std::string(text);
}

}  // namespace genrebench
