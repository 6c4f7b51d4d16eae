#include "harness/store/connection.hpp"

#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <random>
#include <sstream>
#include <thread>

#include "base/error.hpp"

namespace genrebench {
namespace {

namespace fs = std::filesystem;

/// Time that SQLite waits for a lock by itself, and time that we wait in all. SQLite does not wait
/// for some locks, such as the one for making the log of a new file.
constexpr double kRoundMs = 20000.0;
constexpr double kPatienceS = 120.0;

/// SQLite calls this while another connection holds the lock. Under load SQLite's own handler,
/// which sleeps for up to 100 ms at a time, can starve a connection. This one retries after a
/// random delay of at most about 4 ms.
int wait_for_lock(void*, int attempt) {
  thread_local std::minstd_rand random(
      static_cast<unsigned>(::getpid()) ^
      static_cast<unsigned>(std::hash<std::thread::id>()(std::this_thread::get_id())));
  thread_local double waited_ms = 0.0;
  if (attempt == 0) waited_ms = 0.0;
  if (waited_ms > kRoundMs) return 0;
  const double longest_ms = std::min(0.2 * (attempt + 1), 4.0);
  const double ms = std::uniform_real_distribution<double>(0.1, longest_ms + 0.1)(random);
  std::this_thread::sleep_for(std::chrono::duration<double, std::milli>(ms));
  waited_ms += ms;
  return 1;
}

/// True if no process can be writing to a store with a write-ahead log: the disk is mounted
/// read-only, or this process may not make the log's files and no other process has made them.
bool is_at_rest(const std::string& file) {
  struct statvfs disk {};
  if (::statvfs(file.c_str(), &disk) == 0 && (disk.f_flag & ST_RDONLY) != 0) return true;
  const fs::path folder = fs::absolute(file).parent_path();
  std::error_code error;
  return ::access(folder.c_str(), W_OK) != 0 && !fs::exists(file + "-wal", error) && !error;
}

/// A file as a URI for SQLite, in which '?', '#' and '%' are special.
std::string uri_of(const std::string& file, const std::string& parameters) {
  std::string uri = "file://";
  for (const char c : fs::absolute(file).string()) {
    if (c == '?' || c == '#' || c == '%')
      uri += fmt::format("%{:02X}", static_cast<unsigned>(c));
    else
      uri += c;
  }
  return uri + "?" + parameters;
}

int code_of(const SQLite::Exception& error) { return error.getErrorCode() & 0xff; }

}  // namespace

void check_exists(const fs::path& file) {
  std::error_code error;
  if (!fs::exists(file, error))
    throw DataError(fmt::format("{}: no such database; `genrebench run` makes it", file.string()));
}

bool Connection::Patience::more() {
  std::this_thread::sleep_for(std::chrono::milliseconds(5));
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count() <
         kPatienceS;
}

bool Connection::is_busy(const SQLite::Exception& error) {
  const int code = code_of(error);
  return code == SQLITE_BUSY || code == SQLITE_PROTOCOL;
}

Connection::Connection(const fs::path& file, const ConnectionSettings& settings)
    : file_(file.string()) {
  std::error_code error;
  if (fs::is_directory(file, error))
    throw DataError(fmt::format("{}: expected a database file, found a folder", file_));
  if (settings.mode != RunStore::Mode::write) {
    check_exists(file);
  } else {
    const fs::path folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
    fs::create_directories(folder, error);
    if (error)
      throw DataError(fmt::format("{}: cannot make its folder: {}", file_, error.message()));
  }
  guard([&] { open(settings); });
}

void Connection::open(const ConnectionSettings& settings) {
  statements_.clear();
  const auto patient = [&] {
    sqlite3_busy_handler(database_->getHandle(), wait_for_lock, nullptr);
  };
  // 64 MiB: the pages of thousands of runs.
  const auto roomy = [&] { database_->exec("PRAGMA cache_size = -65536"); };
  uri_ = uri_of(file_, "mode=ro");
  if (settings.mode != RunStore::Mode::read) {
    // OPEN_URI is needed to attach other stores. An absolute name is never taken for a URI.
    const int create = settings.mode == RunStore::Mode::write ? SQLite::OPEN_CREATE : 0;
    database_ = std::make_unique<SQLite::Database>(
        fs::absolute(file_), SQLite::OPEN_READWRITE | SQLite::OPEN_URI | create);
    patient();
    // Fails here, before anything is changed, if the file is not a database.
    database_->execAndGet("PRAGMA schema_version");
    roomy();
    return;
  }
  database_ = std::make_unique<SQLite::Database>(file_, SQLite::OPEN_READONLY);
  patient();
  try {
    database_->execAndGet("PRAGMA schema_version");
  } catch (const SQLite::Exception& error) {
    if ((code_of(error) != SQLITE_CANTOPEN && code_of(error) != SQLITE_READONLY) ||
        !is_at_rest(file_))
      throw;
    at_rest_ = true;
    uri_ = uri_of(file_, "immutable=1");
    database_ = std::make_unique<SQLite::Database>(uri_, SQLite::OPEN_READONLY | SQLite::OPEN_URI);
  }
  roomy();
}

Query Connection::query(const std::string& sql) const {
  auto found = statements_.find(sql);
  if (found == statements_.end())
    found = statements_.emplace(sql, SQLite::Statement(*database_, sql)).first;
  return Query(found->second);
}

void Connection::check_in_place() const {
  int moved = 0;
  sqlite3_file_control(database_->getHandle(), "main", SQLITE_FCNTL_HAS_MOVED, &moved);
  if (moved != 0)
    throw StoreGone(
        fmt::format("{}: the database was deleted, moved or replaced while it was in use; nothing "
                    "more is recorded",
                    file_));
}

std::string Connection::holder() const {
  // The writer locks byte 120 of SQLite's shared memory. The kernel's list of locks is read,
  // because opening and closing the file itself would drop the locks that this process has on it.
  struct stat status {};
  if (::stat((file_ + "-shm").c_str(), &status) != 0) return {};
  std::ifstream locks("/proc/locks");
  for (std::string line; std::getline(locks, line);) {
    std::istringstream words(line);
    std::string number, kind, advice, access, process, place, from;
    words >> number >> kind >> advice >> access >> process >> place >> from;
    if (access == "WRITE" && from == "120" && place.ends_with(fmt::format(":{}", status.st_ino)))
      return fmt::format(" (process {})", process);
  }
  return {};
}

void Connection::complain(const SQLite::Exception& error) const {
  const int code = code_of(error);
  if (code == SQLITE_NOTADB) throw DataError(fmt::format("{}: not an SQLite database", file_));
  if (error.getExtendedErrorCode() == SQLITE_READONLY_ROLLBACK)
    throw DataError(
        fmt::format("{}: a process was killed while it wrote; its unfinished write must be undone "
                    "before the store can be read, which `genrebench store vacuum` does",
                    file_));
  if (code == SQLITE_READONLY || (code == SQLITE_CANTOPEN && is_at_rest(file_)))
    throw DataError(fmt::format("{}: the database is read-only; nothing was changed", file_));
  if (code == SQLITE_FULL || code == SQLITE_IOERR)
    throw DataError(
        fmt::format("{}: cannot write: {}; what was recorded before is kept", file_, error.what()));
  if (code == SQLITE_BUSY || code == SQLITE_PROTOCOL)
    throw DataError(
        fmt::format("{}: another process{} has held the database for {:.0f} s; end that process, "
                    "or let it go on",
                    file_, holder(), kPatienceS));
  throw DataError(fmt::format("{}: {}", file_, error.what()));
}

ReadSnapshot::ReadSnapshot(const Connection& connection) {
  if (sqlite3_get_autocommit(connection.database().getHandle()) != 0)
    transaction_.emplace(connection.database());
}

}  // namespace genrebench
