#pragma once
// Changes of a store, as an input of the target `store` describes them.

#include <filesystem>
#include <string_view>

namespace genrebench::fuzz {

/// Changes cells, rows, the schema and single bytes of a store's file.
void change_store(const std::filesystem::path& file, std::string_view input);

}  // namespace genrebench::fuzz
