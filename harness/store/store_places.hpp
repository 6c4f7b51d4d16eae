#pragma once
// Which files and folders stand beside a run store.

#include <filesystem>

namespace genrebench {

/// The folder of a store's checkpoints and fitted models: `runs.db` has `runs.db.files`.
std::filesystem::path files_folder_of(const std::filesystem::path& database);

}  // namespace genrebench
