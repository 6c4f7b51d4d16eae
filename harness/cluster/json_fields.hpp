#pragma once
// Internal. Reads JSON that others may have written or damaged. Every fault is a DataError of one
// line that names the key, what was expected and what was found.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace genrebench {

/// @throws DataError  with the line and the column where the text is no JSON, or if it is nested
/// deeper than 16 levels
nlohmann::json parse_json(std::string_view text);

/// A value of a document, and where it stands there. Refers to the document.
class JsonField {
 public:
  explicit JsonField(const nlohmann::json& value, std::string name = {})
      : value_(value), name_(std::move(name)) {}

  bool has(const char* key) const;
  /// A member of an object. @throws DataError  if it is missing, or this is no object
  JsonField operator[](const char* key) const;
  /// The items of a list.
  std::vector<JsonField> items() const;

  /// A string, or a list of bytes as text_to_json() writes it. Of 64 KiB at most.
  std::string text() const;
  std::filesystem::path absolute_path() const;
  bool flag() const;
  /// A whole number within these bounds.
  std::int64_t number(std::int64_t lowest, std::int64_t highest) const;
  std::size_t count(std::int64_t highest, std::int64_t lowest = 0) const {
    return static_cast<std::size_t>(number(lowest, highest));
  }

  /// @throws DataError  always
  [[noreturn]] void refuse(const std::string& expected) const;

 private:
  const nlohmann::json& value_;
  std::string name_;  ///< "slurm.time", "arrays[0].job"; empty: the document
};

}  // namespace genrebench
