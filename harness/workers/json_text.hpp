#pragma once
// Texts in JSON whose bytes may be no UTF-8, such as names of files.

#include <nlohmann/json.hpp>
#include <string>

namespace genrebench {

/// A text as JSON: a string, or, where its bytes are not UTF-8, a list of them.
nlohmann::json text_to_json(const std::string& text);

}  // namespace genrebench
