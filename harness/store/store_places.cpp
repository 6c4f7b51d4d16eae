#include "harness/store/store_places.hpp"

namespace genrebench {

std::filesystem::path files_folder_of(const std::filesystem::path& database) {
  return database.string() + ".files";
}

}  // namespace genrebench
