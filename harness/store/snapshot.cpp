#include "harness/store/snapshot.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <unistd.h>

#include <string>

#include "base/error.hpp"
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

bool sync(const std::string& file) {
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return false;
  const bool synced = ::fsync(descriptor) == 0;
  return ::close(descriptor) == 0 && synced;
}

}  // namespace

void write_snapshot(const fs::path& file, const fs::path& copy) {
  const std::string temporary = fmt::format("{}.tmp.{}", copy.string(), ::getpid());
  const auto give_up = [&](const std::string& reason) {
    std::error_code ignored;
    fs::remove(temporary, ignored);
    fs::remove(temporary + "-journal", ignored);
    throw DataError(fmt::format("{}: cannot be written: {}; {} was not changed", copy.string(),
                                reason, file.string()));
  };
  const Connection connection(file, {.mode = RunStore::Mode::read});
  connection.guard([&] {
    std::error_code ignored;
    // A killed process of the same number, or an earlier try, may have left the file.
    fs::remove(temporary, ignored);
    try {
      connection.query("VACUUM INTO ?").run(temporary);
    } catch (const SQLite::Exception& error) {
      if (is_of_the_copy(error)) give_up(error.what());
      throw;
    }
  });
  std::error_code error;
  if (!sync(temporary)) give_up("it cannot be brought to the disk");
  fs::rename(temporary, copy, error);
  if (error) give_up(error.message());
}

}  // namespace genrebench
