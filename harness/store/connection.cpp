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

#include "signal/error.hpp"

namespace genrebench {
namespace {

namespace fs = std::filesystem;

/// One round of waiting inside SQLite, and how many rounds there are: 2 minutes in all.
constexpr double kRoundMs = 20000.0;
constexpr int kRounds = 6;

/// Called by SQLite while another connection has the lock. Its own handler sleeps for up to 100 ms at a time and is unlucky for
/// long where many processes write; this one comes back soon, at moments that differ between processes.
int wait_for_lock(void*, int attempt) {
  thread_local std::minstd_rand random(static_cast<unsigned>(::getpid()) ^ static_cast<unsigned>(std::hash<std::thread::id>()(std::this_thread::get_id())));
  thread_local double waited_ms = 0.0;
  if (attempt == 0) waited_ms = 0.0;
  if (waited_ms > kRoundMs) return 0;
  const double longest_ms = std::min(0.2 * (attempt + 1), 4.0);
  const double ms = std::uniform_real_distribution<double>(0.1, longest_ms + 0.1)(random);
  std::this_thread::sleep_for(std::chrono::duration<double, std::milli>(ms));
  waited_ms += ms;
  return 1;
}

/// Nobody can write there: the disk is mounted read-only.
bool read_only_disk(const std::string& file) {
  struct statvfs disk {};
  return ::statvfs(file.c_str(), &disk) == 0 && (disk.f_flag & ST_RDONLY) != 0;
}

int code_of(const SQLite::Exception& error) { return error.getErrorCode() & 0xff; }

}  // namespace

bool Connection::Patience::more() {
  std::this_thread::sleep_for(std::chrono::milliseconds(5));
  return ++rounds_ < kRounds;
}

bool Connection::is_busy(const SQLite::Exception& error) {
  const int code = code_of(error);
  return code == SQLITE_BUSY || code == SQLITE_PROTOCOL;
}

Connection::Connection(const fs::path& file, const ConnectionSettings& settings) : file_(file.string()) {
  std::error_code error;
  const bool exists = fs::exists(file, error);
  if (fs::is_directory(file, error)) throw DataError(fmt::format("{}: expected a database file, found a folder", file_));
  if (settings.mode == RunStore::Mode::read && !exists)
    throw DataError(fmt::format("{}: no such database; `genrebench run` makes it", file_));
  if (settings.mode == RunStore::Mode::write) {
    const fs::path folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
    fs::create_directories(folder, error);
    if (error) throw DataError(fmt::format("{}: cannot make its folder: {}", file_, error.message()));
  }
  guard([&] { open(settings); });
}

void Connection::open(const ConnectionSettings& settings) {
  statements_.clear();
  const auto patient = [&] { sqlite3_busy_handler(database_->getHandle(), wait_for_lock, nullptr); };
  if (settings.mode == RunStore::Mode::write) {
    database_ = std::make_unique<SQLite::Database>(file_, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    patient();
    database_->execAndGet("PRAGMA schema_version");  // not a database: said before anything is changed
    return;
  }
  database_ = std::make_unique<SQLite::Database>(file_, SQLite::OPEN_READONLY);
  patient();
  try {
    database_->execAndGet("PRAGMA schema_version");
  } catch (const SQLite::Exception& error) {
    // A store in WAL mode on a read-only disk: nobody can be writing to it.
    if ((code_of(error) != SQLITE_CANTOPEN && code_of(error) != SQLITE_READONLY) || !read_only_disk(file_)) throw;
    database_ = std::make_unique<SQLite::Database>("file:" + file_ + "?immutable=1", SQLite::OPEN_READONLY | SQLite::OPEN_URI);
  }
}

Query Connection::query(const std::string& sql) const {
  auto found = statements_.find(sql);
  if (found == statements_.end()) found = statements_.emplace(sql, SQLite::Statement(*database_, sql)).first;
  return Query(found->second);
}

void Connection::check_in_place() const {
  int moved = 0;
  sqlite3_file_control(database_->getHandle(), "main", SQLITE_FCNTL_HAS_MOVED, &moved);
  if (moved != 0)
    throw StoreGone(fmt::format("{}: the database was deleted, moved or replaced while it was in use; nothing more is written", file_));
}

std::string Connection::holder() const {
  // In SQLite's shared memory, byte 120 is the lock of the one writer. The file itself must not be opened for this: closing it would
  // drop the locks that this process has there.
  struct stat status {};
  if (::stat((file_ + "-shm").c_str(), &status) != 0) return {};
  std::ifstream locks("/proc/locks");
  for (std::string line; std::getline(locks, line);) {
    std::istringstream words(line);
    std::string number, kind, advice, access, process, place, from;
    words >> number >> kind >> advice >> access >> process >> place >> from;
    if (access == "WRITE" && from == "120" && place.ends_with(fmt::format(":{}", status.st_ino))) return fmt::format(" (process {})", process);
  }
  return {};
}

void Connection::complain(const SQLite::Exception& error) const {
  const int code = code_of(error);
  if (code == SQLITE_NOTADB) throw DataError(fmt::format("{}: not an SQLite database", file_));
  if (code == SQLITE_READONLY) throw DataError(fmt::format("{}: the database is read-only; nothing was changed", file_));
  if (code == SQLITE_FULL || code == SQLITE_IOERR)
    throw DataError(fmt::format("{}: cannot write: {}; what was recorded before is kept", file_, error.what()));
  if (code == SQLITE_BUSY || code == SQLITE_PROTOCOL)
    throw DataError(fmt::format("{}: another process{} has held the database for {:.0f} s; end or continue it", file_, holder(), kRounds * kRoundMs / 1000.0));
  throw DataError(fmt::format("{}: {}", file_, error.what()));
}

}  // namespace genrebench
