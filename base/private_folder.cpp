#include "base/private_folder.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/error.hpp"
#include "base/temporary_folder.hpp"

namespace genrebench {

namespace fs = std::filesystem;

void make_private_folder(const fs::path& folder) {
  const auto refuse = [&](const std::string& what) {
    throw DataError(fmt::format("{}: expected a folder that only this user may enter, {}",
                                folder.string(), what));
  };
  if (::mkdir(folder.c_str(), 0700) == 0) return;
  if (errno != EEXIST)
    throw DataError(
        fmt::format("{}: cannot make the folder: {}", folder.string(), std::strerror(errno)));
  struct stat status {};
  if (::lstat(folder.c_str(), &status) != 0) refuse(std::strerror(errno));
  if (S_ISLNK(status.st_mode)) refuse("found a link");
  if (!S_ISDIR(status.st_mode)) refuse("found a file");
  if (status.st_uid != ::geteuid())
    refuse(fmt::format("found one of the user with the number {}", status.st_uid));
  if ((status.st_mode & 077) != 0)
    refuse(fmt::format("found the permissions {:o}; `chmod 700` makes it private",
                       status.st_mode & 0777));
}

fs::path user_folder() {
  const fs::path folder = system_temporary_folder() / fmt::format("genrebench-{}", ::geteuid());
  try {
    make_private_folder(folder);
  } catch (const DataError& error) {
    throw DataError(
        fmt::format("{}; TMPDIR may name another folder for temporary files", error.what()));
  }
  return folder;
}

}  // namespace genrebench
