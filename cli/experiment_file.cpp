#include "cli/experiment_file.hpp"

#include <fmt/format.h>

#include <system_error>

#include "cli/standard_streams.hpp"

namespace genrebench::cli {

std::filesystem::path experiment_file(const std::string& word, const Installation& installation) {
  const std::filesystem::path file = word;
  std::error_code ignored;
  if (!installation.data || !file.is_relative() || std::filesystem::exists(file, ignored))
    return file;
  for (const std::filesystem::path& folder :
       {*installation.data, *installation.data / "experiments"})
    if (std::filesystem::is_regular_file(folder / file, ignored)) {
      say(fmt::format("{} is taken from {}", word, (folder / file).string()));
      return folder / file;
    }
  return file;
}

}  // namespace genrebench::cli
