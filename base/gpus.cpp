#include "base/gpus.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>

namespace genrebench {
namespace {

namespace fs = std::filesystem;

/// One folder per GPU, named after its place on the bus. Empty where there is no such driver.
std::vector<fs::path> driver_folders() {
  std::error_code error;
  std::vector<fs::path> folders;
  for (fs::directory_iterator entry("/proc/driver/nvidia/gpus", error), end; !error && entry != end;
       entry.increment(error))
    folders.push_back(entry->path());
  std::sort(folders.begin(), folders.end());
  return folders;
}

}  // namespace

std::vector<std::string> visible_gpus() {
  std::vector<std::string> names;
  if (const char* visible = std::getenv("CUDA_VISIBLE_DEVICES"); visible != nullptr) {
    std::istringstream list(visible);
    for (std::string name; std::getline(list, name, ',') && !name.starts_with('-');)
      names.push_back(name);
    return names;
  }
  const std::size_t n = driver_folders().size();
  for (std::size_t i = 0; i < n; ++i) names.push_back(std::to_string(i));
  return names;
}

std::vector<std::string> gpu_models() {
  constexpr std::string_view kModel = "Model:";
  std::vector<std::string> models;
  for (const fs::path& folder : driver_folders()) {
    std::ifstream information(folder / "information");
    for (std::string line; std::getline(information, line);)
      if (line.starts_with(kModel))
        models.push_back(
            line.substr(std::min(line.find_first_not_of(" \t", kModel.size()), line.size())));
  }
  return models;
}

}  // namespace genrebench
