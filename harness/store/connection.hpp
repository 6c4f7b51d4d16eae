#pragma once
// A connection to a store's file: immediate transactions, waiting for other processes, and clear
// messages in place of SQLite's. Only files of this folder include it, because it includes
// SQLiteCpp.

#include <SQLiteCpp/SQLiteCpp.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "harness/store/run_store.hpp"

namespace genrebench {

class SharedRows;  // shared_rows.hpp

/// A cached statement in use. It is reset at the end, because a query that is not read to its end
/// keeps its snapshot of the database open.
class Query {
 public:
  explicit Query(SQLite::Statement& statement) : statement_(statement) {}
  ~Query() { statement_.tryReset(); }
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;

  SQLite::Statement* operator->() const { return &statement_; }

  /// Binds the first parameters, in order.
  template <typename... Values>
  const Query& with(const Values&... values) const {
    int index = 0;
    (statement_.bind(++index, values), ...);
    return *this;
  }
  /// Executes once with these values. @return  number of changed rows
  template <typename... Values>
  int run(const Values&... values) const {
    statement_.reset();
    with(values...);
    return statement_.exec();
  }
  /// Moves to the next row. @return  false if there is none
  bool next() const { return statement_.executeStep(); }
  SQLite::Column operator[](int column) const { return statement_.getColumn(column); }

 private:
  SQLite::Statement& statement_;
};

/// @throws DataError  if there is no such file
void check_exists(const std::filesystem::path& file);

/// How a connection uses its file.
struct ConnectionSettings {
  RunStore::Mode mode = RunStore::Mode::read;
  /// Lets others read while one process writes, and does not wait for the disk at each commit. Turn
  /// it off on network file systems, where the shared memory of the log does not work.
  bool write_ahead_log = true;
};

/// A store may come from anyone, so SQLite is told to trust nothing in it: no triggers, no views,
/// no functions in its schema, no cell longer than 64 MiB, and no statement that goes on for longer
/// than the size of the file explains.
class Connection {
 public:
  /// Opens the file. Write mode makes the file and its folder if need be; the umask decides who
  /// may read it. The schema is not checked.
  /// @throws DataError  if it cannot be opened; if it, or a file that SQLite keeps beside it, is no
  /// regular file; in the write modes, if its journal names another file, which SQLite would delete
  Connection(const std::filesystem::path& file, const ConnectionSettings& settings);
  ~Connection();
  Connection(Connection&&) noexcept;
  Connection& operator=(Connection&&) = delete;

  const std::string& file() const { return file_; }
  /// The URI by which another connection attaches the same file for reading.
  const std::string& uri() const { return uri_; }
  /// True if the file is read without its log, because no process can be writing to it.
  bool at_rest() const { return at_rest_; }
  /// True if the file is one that has a log beside it while it is in use, and had none, or an empty
  /// one, when this connection was opened.
  bool had_no_log() const { return had_no_log_; }
  /// Statements of this connection also read that much of attached databases.
  void expect_also(std::uintmax_t bytes) { attached_bytes_ = bytes; }
  SQLite::Database& database() const { return *database_; }

  /// A statement. It is prepared at its first use and kept.
  Query query(const std::string& sql) const;

  /// Runs `work` and turns SQLite's errors into messages of one line. If another process holds the
  /// database for longer than SQLite waits, the work is repeated from its beginning, for up to two
  /// minutes.
  /// @throws DataError
  template <typename Work>
  auto guard(const Work& work) const -> decltype(work()) {
    for (Patience patience;;) {
      try {
        limit_steps();
        return work();
      } catch (const SQLite::Exception& error) {
        if (!is_busy(error) || !patience.more()) complain(error);
      }
    }
  }

  /// Runs `work` in an immediate transaction. A deferred transaction that reads before it writes
  /// would fail under load, whatever the timeout.
  /// @throws DataError
  /// @throws StoreGone  if the file was deleted or replaced since it was opened
  template <typename Work>
  void write(const Work& work) const {
    guard([&] {
      SQLite::Transaction transaction(*database_, SQLite::TransactionBehavior::IMMEDIATE);
      try {
        begin_reading();
        check_in_place();
        work();
        transaction.commit();
      } catch (...) {
        forget_shared();  // rows that were added are gone again
        throw;
      }
    });
  }

  /// The texts and other rows that many rows refer to, as far as they were read. Inside write() and
  /// while a ReadSnapshot exists they are those of the store as it is.
  SharedRows& shared() const { return *shared_; }
  /// To be called where a transaction begins: drops from shared() what others have changed.
  void begin_reading() const;

  /// @throws StoreGone  if the file was deleted, moved or replaced since it was opened
  void check_in_place() const;

 private:
  /// Limits the time spent waiting for other processes.
  class Patience {
   public:
    bool more();

   private:
    std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
  };

  void forget_shared() const;
  static bool is_busy(const SQLite::Exception& error);
  [[noreturn]] void complain(const SQLite::Exception& error) const;
  /// " (process 123)" if the kernel tells which process holds the write lock; else empty.
  std::string holder() const;
  void open(const ConnectionSettings& settings);
  /// Makes a database that was just opened distrustful.
  void harden();
  /// Lets the statements from here on take as many steps as a file of this size may need.
  void limit_steps() const;

  std::string file_;  ///< as it was named
  std::string real_;  ///< where it is: file_, or where that leads if it is a link
  std::string uri_;
  bool at_rest_ = false, had_no_log_ = false;
  std::uintmax_t attached_bytes_ = 0;
  struct Steps;
  std::unique_ptr<Steps> steps_;  ///< at an address that stays when this is moved
  std::unique_ptr<SQLite::Database> database_;
  /// Declared after the database, because statements must be destroyed before it.
  mutable std::map<std::string, SQLite::Statement> statements_;
  std::unique_ptr<SharedRows> shared_;
};

/// While this exists, all queries of a connection see one state of the store. Inside a transaction
/// they do so anyway. To be declared before the queries.
class ReadSnapshot {
 public:
  explicit ReadSnapshot(const Connection& connection);

 private:
  std::optional<SQLite::Transaction> transaction_;
};

}  // namespace genrebench
