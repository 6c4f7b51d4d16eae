#include "base/temporary_folder.hpp"

#include <fmt/format.h>
#include <stdlib.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <system_error>

#include "base/error.hpp"

namespace genrebench {

namespace fs = std::filesystem;

fs::path system_temporary_folder() {
  std::error_code error;
  const fs::path folder = fs::temp_directory_path(error);
  return error ? fs::path("/tmp") : folder;
}

TemporaryFolder::TemporaryFolder(std::string_view purpose)
    : TemporaryFolder(purpose, system_temporary_folder()) {}

TemporaryFolder::TemporaryFolder(std::string_view purpose, const fs::path& parent) {
  std::error_code ignored;  // mkdtemp reports what is wrong
  fs::create_directories(parent, ignored);
  std::string name = (parent / fmt::format("genrebench-{}-XXXXXX", purpose)).string();
  if (::mkdtemp(name.data()) == nullptr)
    throw DataError(
        fmt::format("{}: cannot make this temporary folder: {}", name, std::strerror(errno)));
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

}  // namespace genrebench
