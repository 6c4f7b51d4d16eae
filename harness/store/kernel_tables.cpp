#include "harness/store/kernel_tables.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "harness/store/checked_row.hpp"
#include "harness/store/connection.hpp"
#include "harness/store/schema.hpp"

namespace genrebench {

namespace fs = std::filesystem;

const char* const kKernelTablesSql = R"sql(
CREATE TABLE kernel_sessions (
  key INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,         -- SHA-256 of the content
  origin TEXT NOT NULL CHECK (origin IN ('run', 'imported')),
  recorded_at TEXT NOT NULL,
  commit_id TEXT NOT NULL,
  commit_time TEXT NOT NULL,       -- '': not known
  dirty INTEGER NOT NULL CHECK (dirty IN (0, 1)),
  host TEXT NOT NULL, processor TEXT NOT NULL, cpus INTEGER NOT NULL,
  governor TEXT NOT NULL,          -- '': not known
  load REAL NOT NULL,              -- of the minute before
  compiler TEXT NOT NULL, flags TEXT NOT NULL
);
CREATE TABLE kernel_series (
  key INTEGER PRIMARY KEY,
  program TEXT NOT NULL, benchmark TEXT NOT NULL, measure TEXT NOT NULL, unit TEXT NOT NULL,
  UNIQUE (program, benchmark, measure, unit)
);
CREATE TABLE kernel_values (
  session INTEGER NOT NULL REFERENCES kernel_sessions (key) ON DELETE CASCADE,
  series INTEGER NOT NULL REFERENCES kernel_series (key),
  repetition INTEGER NOT NULL,
  value REAL NOT NULL,
  PRIMARY KEY (session, series, repetition)
) WITHOUT ROWID;
CREATE TABLE kernel_notes (
  commit_id TEXT PRIMARY KEY,
  note TEXT NOT NULL
) WITHOUT ROWID;
)sql";

namespace {

constexpr const char* kSessionColumns =
    "key, id, origin, recorded_at, commit_id, commit_time, dirty, host, processor, cpus, governor, "
    "load, compiler, flags";

KernelSession session_of(const CheckedRow& row) {
  const std::string origin = row.text(2);
  if (origin != "run" && origin != "imported") row.refuse(2, "run or imported");
  return {.origin = origin == "run" ? KernelOrigin::run : KernelOrigin::imported,
          .recorded_at = row.text(3),
          .setting = {.commit = row.text(4),
                      .commit_time = row.text(5),
                      .dirty = row.integer(6, 0, 1) == 1,
                      .host = row.text(7),
                      .processor = row.text(8),
                      .cpus = static_cast<int>(row.integer(9, 0, 1000000)),
                      .governor = row.text(10),
                      .load = row.number(11, 0.0),
                      .compiler = row.text(12),
                      .flags = row.text(13)},
          .values = {}};
}

std::map<std::int64_t, KernelSeries> all_series(const Connection& connection) {
  std::map<std::int64_t, KernelSeries> result;
  const Query query =
      connection.query("SELECT key, program, benchmark, measure, unit FROM kernel_series");
  const CheckedRow row(connection, query, "kernel_series");
  while (query.next())
    result[row.integer(0)] = {.program = row.text(1),
                              .benchmark = row.text(2),
                              .measure = row.text(3),
                              .unit = row.text(4)};
  return result;
}

/// Sessions with the ids under which they are in the store.
std::vector<std::pair<std::string, KernelSession>> read_sessions(const Connection& connection) {
  const ReadSnapshot snapshot(connection);
  const std::map<std::int64_t, KernelSeries> series = all_series(connection);
  std::vector<std::pair<std::string, KernelSession>> result;
  std::map<std::int64_t, std::size_t> places;
  const Query sessions =
      connection.query(fmt::format("SELECT {} FROM kernel_sessions ORDER BY key", kSessionColumns));
  const CheckedRow row(connection, sessions, "kernel_sessions");
  while (sessions.next()) {
    places[row.integer(0)] = result.size();
    result.emplace_back(row.text(1), session_of(row));
  }
  const Query values =
      connection.query("SELECT session, series, repetition, value FROM kernel_values");
  const CheckedRow value(connection, values, "kernel_values");
  while (values.next()) {
    const auto place = places.find(value.integer(0));
    if (place == places.end()) value.refuse(0, "the key of a session");
    const auto one = series.find(value.integer(1));
    if (one == series.end()) value.refuse(1, "the key of a series");
    result[place->second].second.values[one->second][value.integer(2, 0)] = value.number(3);
  }
  return result;
}

/// @throws DataError  if there is no store
Connection open_to_read(const fs::path& file) {
  check_exists(file);
  const ConnectionSettings settings{.mode = RunStore::Mode::read};
  Connection connection(file, settings);
  prepare_schema(connection, settings);
  return connection;
}

}  // namespace

bool add_kernel_session(const fs::path& file, const KernelSession& session) {
  if (std::error_code error; !fs::exists(file, error))
    RunStore::open(file, RunStore::Mode::write);  // makes it
  const Connection connection = open_for_changes(file);
  const std::string id = kernel_session_id(session);
  const KernelSetting& setting = session.setting;
  bool added = false;
  connection.write([&] {
    added = connection
                .query(
                    "INSERT OR IGNORE INTO kernel_sessions (id, origin, recorded_at, commit_id, "
                    "commit_time, dirty, host, processor, cpus, governor, load, compiler, "
                    "flags) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
                .run(id, session.origin == KernelOrigin::run ? "run" : "imported",
                     session.recorded_at, setting.commit, setting.commit_time,
                     setting.dirty ? 1 : 0, setting.host, setting.processor, setting.cpus,
                     setting.governor, setting.load, setting.compiler, setting.flags) > 0;
    if (!added) return;
    const std::int64_t key = connection.database().getLastInsertRowid();
    const Query make = connection.query(
        "INSERT OR IGNORE INTO kernel_series (program, benchmark, measure, unit) VALUES (?, ?, ?, "
        "?)");
    const Query put = connection.query(
        "INSERT INTO kernel_values (session, series, repetition, value) SELECT ?, key, ?, ? FROM "
        "kernel_series WHERE program = ? AND benchmark = ? AND measure = ? AND unit = ?");
    for (const auto& [series, values] : session.values) {
      make.run(series.program, series.benchmark, series.measure, series.unit);
      for (const auto& [repetition, value] : values)
        put.run(key, repetition, value, series.program, series.benchmark, series.measure,
                series.unit);
    }
  });
  return added;
}

std::vector<KernelSession> read_kernel_sessions(const Connection& connection) {
  std::vector<KernelSession> result;
  connection.guard([&] {
    result.clear();
    for (auto& [id, session] : read_sessions(connection)) result.push_back(std::move(session));
  });
  std::stable_sort(result.begin(), result.end(), [](const auto& a, const auto& b) {
    return std::tie(kernel_order(a), a.recorded_at) < std::tie(kernel_order(b), b.recorded_at);
  });
  return result;
}

std::map<std::string, std::string> read_kernel_notes(const Connection& connection) {
  std::map<std::string, std::string> result;
  connection.guard([&] {
    const Query query = connection.query("SELECT 0, commit_id, note FROM kernel_notes");
    const CheckedRow row(connection, query, "kernel_notes");
    while (query.next()) result[row.text(1)] = row.text(2);
  });
  return result;
}

std::vector<KernelSession> kernel_sessions(const fs::path& file) {
  return read_kernel_sessions(open_to_read(file));
}

std::map<std::string, std::string> kernel_notes(const fs::path& file) {
  return read_kernel_notes(open_to_read(file));
}

void set_kernel_note(const fs::path& file, const std::string& commit, const std::string& text) {
  const Connection connection = open_for_changes(file);
  connection.write([&] {
    if (text.empty())
      connection.query("DELETE FROM kernel_notes WHERE commit_id = ?").run(commit);
    else
      connection.query("INSERT OR REPLACE INTO kernel_notes (commit_id, note) VALUES (?, ?)")
          .run(commit, text);
  });
}

void check_kernel_rows(const Connection& connection) {
  for (const auto& [id, session] : read_sessions(connection))
    if (id != kernel_session_id(session))
      throw DataError(fmt::format(
          "{}: kernel_sessions: the session of commit {} recorded at {} is not what its id says: "
          "it was changed after it was recorded",
          connection.file(), short_commit(session.setting), session.recorded_at));
  const Query notes = connection.query("SELECT 0, commit_id, note FROM kernel_notes");
  const CheckedRow row(connection, notes, "kernel_notes");
  while (notes.next())
    for (const int column : {1, 2}) row.text(column);
}

void merge_kernel_rows(const Connection& connection) {
  connection.database().exec(
      "CREATE TEMP TABLE new_sessions AS SELECT id FROM source.kernel_sessions WHERE id NOT IN "
      "(SELECT id FROM main.kernel_sessions);"
      "INSERT INTO main.kernel_sessions (id, origin, recorded_at, commit_id, commit_time, dirty, "
      "host, processor, cpus, governor, load, compiler, flags) SELECT id, origin, recorded_at, "
      "commit_id, commit_time, dirty, host, processor, cpus, governor, load, compiler, flags FROM "
      "source.kernel_sessions WHERE id IN (SELECT id FROM new_sessions) ORDER BY key;"
      "INSERT OR IGNORE INTO main.kernel_series (program, benchmark, measure, unit) SELECT "
      "program, "
      "benchmark, measure, unit FROM source.kernel_series ORDER BY key;"
      "INSERT INTO main.kernel_values (session, series, repetition, value) SELECT m.key, t.key, "
      "v.repetition, v.value FROM new_sessions n JOIN source.kernel_sessions s ON s.id = n.id JOIN "
      "main.kernel_sessions m ON m.id = n.id JOIN source.kernel_values v ON v.session = s.key JOIN "
      "source.kernel_series o ON o.key = v.series JOIN main.kernel_series t ON t.program = "
      "o.program AND t.benchmark = o.benchmark AND t.measure = o.measure AND t.unit = o.unit;"
      "INSERT OR IGNORE INTO main.kernel_notes SELECT commit_id, note FROM source.kernel_notes;"
      "DROP TABLE new_sessions");
}

}  // namespace genrebench
