#include "cli/json_output.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace genrebench::cli {

void print_json(const nlohmann::ordered_json& document) {
  fmt::print("{}\n", document.dump(2, ' ', /*ensure_ascii=*/false,
                                   nlohmann::ordered_json::error_handler_t::replace));
}

}  // namespace genrebench::cli
