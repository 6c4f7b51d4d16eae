#include "harness/store/snapshot.hpp"

#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include <optional>
#include <string>
#include <system_error>

#include "base/error.hpp"
#include "base/unfinished_file.hpp"
#include "harness/store/connection.hpp"

namespace genrebench {
namespace {

namespace fs = std::filesystem;

/// True if the error is about the copy, not about the store that is read.
bool is_of_the_copy(const SQLite::Exception& error) {
  const int code = error.getErrorCode() & 0xff;
  return code == SQLITE_FULL || code == SQLITE_IOERR || code == SQLITE_CANTOPEN ||
         code == SQLITE_READONLY || code == SQLITE_PERM;
}

}  // namespace

void write_snapshot(const fs::path& file, const fs::path& copy) {
  const auto refuse = [&](const std::string& what) {
    throw DataError(fmt::format("{}; {} was not changed", what, file.string()));
  };
  const auto write = [&](const auto& work) {
    try {
      work();
    } catch (const DataError& error) {
      refuse(error.what());
    }
  };
  const Connection connection(file, {.mode = RunStore::Mode::read});
  std::optional<UnfinishedFile> unfinished;
  write([&] { unfinished.emplace(copy); });
  const std::string place = unfinished->path();
  // Whoever may read or write the store may do so with the copy.
  struct stat status {};
  if (::stat(file.c_str(), &status) == 0) ::chmod(place.c_str(), status.st_mode & 0666);
  connection.guard([&] {
    std::error_code ignored;
    fs::resize_file(place, 0, ignored);  // what an earlier try has left
    try {
      connection.query("VACUUM INTO ?").run(place);
    } catch (const SQLite::Exception& error) {
      if (is_of_the_copy(error))
        refuse(fmt::format("{}: cannot be written: {}", copy.string(), error.what()));
      throw;
    }
  });
  unfinished->sync_on_commit();
  write([&] { unfinished->commit(); });
}

}  // namespace genrebench
