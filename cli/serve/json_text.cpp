#include "cli/serve/json_text.hpp"

#include <nlohmann/json.hpp>

namespace genrebench::cli {

std::string json_quoted(std::string_view text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace genrebench::cli
