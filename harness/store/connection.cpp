#include "harness/store/connection.hpp"

#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <fstream>
#include <random>
#include <sstream>
#include <string_view>
#include <thread>
#include <utility>

#include "base/error.hpp"
#include "harness/store/shared_rows.hpp"
#include "harness/store/store_places.hpp"

namespace genrebench {
namespace {

namespace fs = std::filesystem;

/// Time that SQLite waits for a lock by itself, and time that we wait in all. SQLite does not wait
/// for some locks, such as the one for making the log of a new file.
constexpr double kRoundMs = 20000.0;
constexpr double kPatienceS = 120.0;

/// Bytes of the longest text or blob.
constexpr int kLongestCell = 64 << 20;

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

/// What keeps this user from a store's files; empty: nothing that the file system tells.
std::string obstacle_of(const std::string& file) {
  const auto refused = [](const std::string& path, int access) {
    return ::access(path.c_str(), access) == 0 ? 0 : errno;
  };
  for (const char* part : {"", "-wal", "-shm"})
    if (refused(file + part, R_OK) == EACCES)
      return fmt::format("no permission to read {}", *part == '\0' ? "it" : file + part);
  const std::string folder = fs::absolute(file).parent_path();
  const bool exists = refused(file, F_OK) == 0;
  if (const int error = refused(exists ? file : folder, W_OK); error == EROFS)
    return "cannot write: the disk is mounted read-only; nothing was changed";
  else if (error == EACCES)
    return exists ? "no permission to write to it; nothing was changed"
                  : fmt::format("cannot be made: no permission to write in {}", folder);
  if (refused(folder, W_OK) == EACCES)
    return fmt::format(
        "no permission to write in its folder {}, where its log belongs; nothing "
        "was changed",
        folder);
  return {};
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

/// The files that SQLite keeps beside a database.
constexpr std::array<const char*, 3> kCompanions = {"-wal", "-shm", "-journal"};

/// Reading a pipe or a device would not end.
void check_regular(const std::string& file, const std::string& real) {
  std::error_code error;
  const auto check = [&](const std::string& name, const fs::file_status& status) {
    if (fs::exists(status) && !fs::is_regular_file(status))
      throw DataError(fmt::format("{}: expected a regular file{}", name,
                                  name == file ? "; it is a pipe, a socket or a device" : ""));
  };
  check(file, fs::status(real, error));
  for (const char* suffix : kCompanions)
    check(real + suffix, fs::symlink_status(real + suffix, error));
}

/// A journal of a transaction over several databases ends with the name of a file that lists them.
/// SQLite deletes that file, whatever it is, when it takes the transaction back. A store has no
/// such transactions.
void check_journal(const std::string& real) {
  constexpr std::string_view kMagic = "\xd9\xd5\x05\xf9\x20\xa1\x63\xd7";
  std::ifstream journal(real + "-journal", std::ios::binary);
  char end[kMagic.size()] = {};
  if (journal.seekg(-static_cast<std::streamoff>(kMagic.size()), std::ios::end) &&
      journal.read(end, sizeof end) && std::string_view(end, sizeof end) == kMagic)
    throw DataError(
        fmt::format("{0}-journal: names another file, which a store's journal never does; the "
                    "store was not opened. Only if you trust where it comes from: delete the "
                    "journal, and look at the store with `genrebench store check`",
                    real));
}

int code_of(const SQLite::Exception& error) { return error.getErrorCode() & 0xff; }

}  // namespace

void check_exists(const fs::path& file) {
  std::error_code error;
  if (fs::exists(file, error)) return;
  throw DataError(
      error ? fmt::format("{}: cannot be reached: {}", file.string(), error.message())
            : fmt::format("{}: no such database; `genrebench run` makes it", file.string()));
}

/// Counts the steps of SQLite's virtual machine. The pages of a damaged or malicious file may lead
/// to each other so that a small file has rows without end.
struct Connection::Steps {
  static constexpr int kPerCall = 100000;

  /// SQLite calls this every kPerCall steps. @return  1: end the statement
  static int are_too_many(void* counted) {
    // A row takes at least ten bytes. The statements with most steps per row take 10 per byte.
    constexpr std::uintmax_t kAlways = 5'000'000, kPerByte = 50, kPerChange = 2000;
    Steps& steps = *static_cast<Steps*>(counted);
    steps.done += kPerCall;
    const auto changes =
        static_cast<std::uintmax_t>(sqlite3_total_changes64(steps.handle) - steps.changes);
    return steps.done > kAlways + kPerByte * steps.bytes + kPerChange * changes ? 1 : 0;
  }

  void begin(std::uintmax_t bytes_to_read) {
    done = 0;
    bytes = bytes_to_read;
    changes = handle == nullptr ? 0 : sqlite3_total_changes64(handle);
  }

  sqlite3* handle = nullptr;
  std::uintmax_t done = 0, bytes = 0;
  std::int64_t changes = 0;  ///< number of rows changed before
};

Connection::~Connection() = default;

Connection::Connection(Connection&& other) noexcept
    : file_(std::move(other.file_)),
      real_(std::move(other.real_)),
      uri_(std::move(other.uri_)),
      at_rest_(other.at_rest_),
      had_no_log_(other.had_no_log_),
      attached_bytes_(other.attached_bytes_),
      steps_(std::move(other.steps_)),
      database_(std::move(other.database_)),
      statements_(std::move(other.statements_)),
      shared_(std::make_unique<SharedRows>(*this)) {}

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
    : file_(file.string()),
      real_(real_store(file).string()),
      steps_(std::make_unique<Steps>()),
      shared_(std::make_unique<SharedRows>(*this)) {
  std::error_code error;
  if (fs::is_directory(file, error))
    throw DataError(fmt::format("{}: expected a database file, found a folder", file_));
  if (settings.mode != RunStore::Mode::write) {
    check_exists(file);
  } else {
    const fs::path folder = fs::absolute(real_).parent_path();
    fs::create_directories(folder, error);
    if (error)
      throw DataError(fmt::format("{}: cannot make its folder: {}", file_, error.message()));
    // SQLite itself would let nobody else write, whatever the umask says. An error shows when
    // SQLite opens the file. It is not opened here: closing it would drop the locks of other
    // connections of this process.
    ::mknod(real_.c_str(), S_IFREG | 0666, 0);
  }
  check_regular(file_, real_);
  if (settings.mode != RunStore::Mode::read) check_journal(real_);
  const bool log = bytes_of(real_ + "-wal") > 0;
  guard([&] { open(settings); });
  guard([&] {
    had_no_log_ = !log && database_->execAndGet("PRAGMA journal_mode").getString() == "wal";
  });
}

void Connection::harden() {
  sqlite3* handle = database_->getHandle();
  sqlite3_busy_handler(handle, wait_for_lock, nullptr);
  for (const auto& [option, on] :
       {std::pair(SQLITE_DBCONFIG_DEFENSIVE, 1), std::pair(SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0),
        std::pair(SQLITE_DBCONFIG_ENABLE_TRIGGER, 0), std::pair(SQLITE_DBCONFIG_ENABLE_VIEW, 0)})
    sqlite3_db_config(handle, option, on, nullptr);
  sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, kLongestCell);
  add_text_hash(*this);
  steps_->handle = handle;
  sqlite3_progress_handler(handle, Steps::kPerCall, Steps::are_too_many, steps_.get());
}

void Connection::limit_steps() const {
  std::uintmax_t bytes = attached_bytes_;
  for (const char* suffix : {"", "-wal"}) {
    std::error_code error;
    const std::uintmax_t size = fs::file_size(real_ + suffix, error);
    if (!error) bytes += size;
  }
  steps_->begin(bytes);
}

void Connection::open(const ConnectionSettings& settings) {
  statements_.clear();
  steps_->handle = nullptr;
  // 64 MiB: the pages of thousands of runs.
  const auto roomy = [&] {
    database_->exec("PRAGMA cache_size = -65536");
    database_->exec("PRAGMA cell_size_check = ON");
  };
  uri_ = uri_of(real_, "mode=ro");
  if (settings.mode != RunStore::Mode::read) {
    // OPEN_URI is needed to attach other stores. An absolute name is never taken for a URI.
    const int create = settings.mode == RunStore::Mode::write ? SQLite::OPEN_CREATE : 0;
    database_ = std::make_unique<SQLite::Database>(
        fs::absolute(real_), SQLite::OPEN_READWRITE | SQLite::OPEN_URI | create);
    harden();
    // Fails here, before anything is changed, if the file is not a database.
    database_->execAndGet("PRAGMA schema_version");
    roomy();
    return;
  }
  database_ = std::make_unique<SQLite::Database>(real_, SQLite::OPEN_READONLY);
  harden();
  try {
    database_->execAndGet("PRAGMA schema_version");
  } catch (const SQLite::Exception& error) {
    if ((code_of(error) != SQLITE_CANTOPEN && code_of(error) != SQLITE_READONLY) ||
        !is_at_rest(real_))
      throw;
    at_rest_ = true;
    uri_ = uri_of(real_, "immutable=1");
    database_ = std::make_unique<SQLite::Database>(uri_, SQLite::OPEN_READONLY | SQLite::OPEN_URI);
    harden();
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
  if (::stat((real_ + "-shm").c_str(), &status) != 0) return {};
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
  if (code == SQLITE_READONLY || code == SQLITE_CANTOPEN || code == SQLITE_PERM)
    if (const std::string obstacle = obstacle_of(real_); !obstacle.empty())
      throw DataError(fmt::format("{}: {}", file_, obstacle));
  if (code == SQLITE_READONLY || (code == SQLITE_CANTOPEN && is_at_rest(real_)))
    throw DataError(fmt::format("{}: the database is read-only; nothing was changed", file_));
  if (code == SQLITE_FULL || code == SQLITE_IOERR)
    throw DataError(
        fmt::format("{}: cannot write: {}; what was recorded before is kept", file_, error.what()));
  if (code == SQLITE_INTERRUPT)
    throw DataError(fmt::format(
        "{}: the database is damaged: it has more rows than a file of its size can hold", file_));
  if (code == SQLITE_TOOBIG)
    throw DataError(
        fmt::format("{}: a text or blob is longer than {} MiB, the most that a store "
                    "may hold",
                    file_, kLongestCell >> 20));
  if (code == SQLITE_BUSY || code == SQLITE_PROTOCOL)
    throw DataError(
        fmt::format("{}: another process{} has held the database for {:.0f} s; end that process, "
                    "or let it go on",
                    file_, holder(), kPatienceS));
  throw DataError(fmt::format("{}: {}", file_, error.what()));
}

void Connection::begin_reading() const { shared_->forget_what_changed(); }

void Connection::forget_shared() const { shared_->forget(); }

ReadSnapshot::ReadSnapshot(const Connection& connection) {
  if (sqlite3_get_autocommit(connection.database().getHandle()) == 0) return;
  transaction_.emplace(connection.database());
  connection.begin_reading();
}

}  // namespace genrebench
