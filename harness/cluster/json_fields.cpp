#include "harness/cluster/json_fields.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"

namespace genrebench {
namespace {

using nlohmann::json;

constexpr int kDeepest = 16;
constexpr std::size_t kLongestText = 1 << 16;
constexpr std::size_t kShownBytes = 60;

/// What a value is, in a few words.
std::string in_words(const json& value) {
  if (value.is_object()) return "an object";
  if (value.is_array()) return "a list";
  std::string text = value.dump(-1, ' ', /*ensure_ascii=*/true, json::error_handler_t::replace);
  if (text.size() > kShownBytes) text = text.substr(0, kShownBytes) + "…";
  return text;
}

bool is_bytes(const json& value) {
  return value.is_array() && std::all_of(value.begin(), value.end(), [](const json& item) {
           return item.is_number_unsigned() && item.get<std::uint64_t>() < 256;
         });
}

std::string place_in(std::string_view text, std::size_t byte) {
  const std::string_view before = text.substr(0, std::min(text.size(), byte > 0 ? byte - 1 : 0));
  const std::size_t line_begin = before.rfind('\n') + 1;  // npos + 1 is 0
  return fmt::format("line {}, column {}", std::count(before.begin(), before.end(), '\n') + 1,
                     before.size() - line_begin + 1);
}

}  // namespace

json parse_json(std::string_view text) {
  const auto check_depth = [](int depth, json::parse_event_t, json&) {
    if (depth > kDeepest)
      throw DataError(fmt::format("expected at most {} levels of lists and objects", kDeepest));
    return true;
  };
  try {
    return json::parse(text, check_depth);
  } catch (const json::parse_error& error) {
    throw DataError(text.find_first_not_of(" \t\r\n") == std::string_view::npos
                        ? "damaged: expected JSON, found nothing"
                        : "damaged: expected JSON, found other text at " +
                              place_in(text, error.byte));
  } catch (const json::exception&) {
    throw DataError("damaged: it has a number that is too large");
  }
}

bool JsonField::has(const char* key) const { return value_.is_object() && value_.contains(key); }

JsonField JsonField::operator[](const char* key) const {
  if (!value_.is_object()) refuse("an object");
  const auto found = value_.find(key);
  const std::string name = name_.empty() ? key : fmt::format("{}.{}", name_, key);
  if (found == value_.end()) throw DataError(fmt::format("damaged: '{}' is missing", name));
  return JsonField(*found, name);
}

std::vector<JsonField> JsonField::items() const {
  if (!value_.is_array()) refuse("a list");
  std::vector<JsonField> result;
  for (const json& item : value_)
    result.emplace_back(item, fmt::format("{}[{}]", name_, result.size()));
  return result;
}

std::string JsonField::text() const {
  std::string result;
  if (value_.is_string())
    result = value_.get_ref<const std::string&>();
  else if (is_bytes(value_))
    for (const json& byte : value_) result += static_cast<char>(byte.get<unsigned char>());
  else
    refuse("a text");
  if (result.size() > kLongestText)
    throw DataError(fmt::format("damaged: '{}': expected a text of at most {} bytes, found {}",
                                name_, kLongestText, result.size()));
  return result;
}

std::filesystem::path JsonField::absolute_path() const {
  std::filesystem::path path = text();
  if (!path.is_absolute()) refuse("an absolute path");
  return path;
}

bool JsonField::flag() const {
  if (!value_.is_boolean()) refuse("true or false");
  return value_.get<bool>();
}

std::int64_t JsonField::number(std::int64_t lowest, std::int64_t highest) const {
  const auto expected = [&] {
    return fmt::format("a whole number from {} to {}", lowest, highest);
  };
  if (!value_.is_number_integer()) refuse(expected());
  if (value_.is_number_unsigned() &&
      value_.get<std::uint64_t>() > static_cast<std::uint64_t>(highest))
    refuse(expected());
  const auto number = value_.get<std::int64_t>();
  if (number < lowest || number > highest) refuse(expected());
  return number;
}

void JsonField::refuse(const std::string& expected) const {
  throw DataError(
      name_.empty()
          ? fmt::format("damaged: expected {}, found {}", expected, in_words(value_))
          : fmt::format("damaged: '{}': expected {}, found {}", name_, expected, in_words(value_)));
}

}  // namespace genrebench
