#include "harness/workers/json_text.hpp"

#include <vector>

namespace genrebench {

nlohmann::json text_to_json(const std::string& text) {
  const nlohmann::json as_string = text;
  try {
    static_cast<void>(as_string.dump());
    return as_string;
  } catch (const nlohmann::json::type_error&) {
    return std::vector<unsigned char>(text.begin(), text.end());
  }
}

}  // namespace genrebench
