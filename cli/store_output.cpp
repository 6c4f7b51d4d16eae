#include "cli/store_output.hpp"

#include <nlohmann/json.hpp>

namespace genrebench::cli {

nlohmann::ordered_json to_json(const StoreSize& size) {
  return {{"database_bytes", size.database_bytes},
          {"files_bytes", size.files_bytes},
          {"deleted_bytes", size.deleted_bytes}};
}

void warn(Progress& progress, const std::vector<std::string>& warnings) {
  for (const std::string& warning : warnings) progress.message("warning: " + warning);
}

}  // namespace genrebench::cli
