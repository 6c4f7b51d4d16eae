#pragma once
// One connection to a store's file: SQLite's complaints in words of ours, immediate transactions,
// patience with other processes. Only the files of this folder include it, and through it
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

/// A cached statement while it is used; reset afterwards, because a query that is not read to its
/// end keeps its snapshot open.
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
  /// Executes once with these values. @return  how many rows changed
  template <typename... Values>
  int run(const Values&... values) const {
    statement_.reset();
    with(values...);
    return statement_.exec();
  }
  /// The next row. @return  false: there is none
  bool next() const { return statement_.executeStep(); }
  SQLite::Column operator[](int column) const { return statement_.getColumn(column); }

 private:
  SQLite::Statement& statement_;
};

/// @throws DataError  if there is no such file
void check_exists(const std::filesystem::path& file);

/// How a connection treats its file.
struct ConnectionSettings {
  RunStore::Mode mode = RunStore::Mode::read;
  /// Readers beside a writer, and no wait for the disk at every commit. Off on network file
  /// systems, where its shared memory does not work.
  bool write_ahead_log = true;
};

class Connection {
 public:
  /// Opens the file (and makes it, and its folder, in write mode). Knows nothing of schemas.
  /// @throws DataError  if it cannot be opened
  Connection(const std::filesystem::path& file, const ConnectionSettings& settings);

  const std::string& file() const { return file_; }
  /// How another connection attaches the same file to read it, and only that.
  const std::string& uri() const { return uri_; }
  /// True where the file is read as it lies there, without its log, because nobody can be writing
  /// to it.
  bool at_rest() const { return at_rest_; }
  SQLite::Database& database() const { return *database_; }

  /// A statement, prepared once.
  Query query(const std::string& sql) const;

  /// Runs `work`, turning SQLite's complaints into one line. Where another process is in the way
  /// for longer than SQLite waits, the work is done again from its beginning, until patience ends.
  /// @throws DataError
  template <typename Work>
  auto guard(const Work& work) const -> decltype(work()) {
    for (Patience patience;;) {
      try {
        return work();
      } catch (const SQLite::Exception& error) {
        if (!is_busy(error) || !patience.more()) complain(error);
      }
    }
  }

  /// One immediate transaction: a deferred one that reads before it writes fails under load,
  /// whatever the timeout.
  /// @throws DataError; StoreGone  where the file was deleted or replaced since it was opened:
  /// nothing that is written would be found again
  template <typename Work>
  void write(const Work& work) const {
    guard([&] {
      SQLite::Transaction transaction(*database_, SQLite::TransactionBehavior::IMMEDIATE);
      check_in_place();
      work();
      transaction.commit();
    });
  }

  /// @throws StoreGone  if the file was deleted, moved or replaced since it was opened
  void check_in_place() const;

 private:
  /// The time that is spent waiting for others before that is an error.
  class Patience {
   public:
    bool more();

   private:
    std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
  };

  static bool is_busy(const SQLite::Exception& error);
  [[noreturn]] void complain(const SQLite::Exception& error) const;
  /// " (process 123)" where the kernel tells who holds the write lock.
  std::string holder() const;
  void open(const ConnectionSettings& settings);

  std::string file_, uri_;
  bool at_rest_ = false;
  std::unique_ptr<SQLite::Database> database_;
  mutable std::map<std::string, SQLite::Statement> statements_;  ///< declared after the database:
                                                                 ///< they go first
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
