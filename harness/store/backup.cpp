#include "harness/store/backup.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/unfinished_file.hpp"
#include "harness/store/checked_row.hpp"
#include "harness/store/connection.hpp"
#include "harness/store/incoming_files.hpp"
#include "harness/store/schema.hpp"
#include "harness/store/snapshot.hpp"
#include "harness/store/store_places.hpp"

namespace genrebench {
namespace {

namespace fs = std::filesystem;

fs::path free_backup_name(const fs::path& file) {
  const std::string name = beside_store(file, ".backup-" + time_for_names());
  std::string result = name;
  for (int n = 2; fs::exists(result); ++n) result = fmt::format("{}-{}", name, n);
  return result;
}

/// Makes sure that a copy can be put in its place: nothing is there, but the folder is.
void prepare_place(const fs::path& copy) {
  std::error_code error;
  for (const fs::path& path : {copy, files_folder_of(copy)})
    if (fs::exists(fs::symlink_status(path, error)))
      throw ConfigError(fmt::format("{}: exists; name a new file for the copy", path.string()));
  error.clear();
  if (copy.has_parent_path()) fs::create_directories(copy.parent_path(), error);
  if (error)
    throw DataError(fmt::format("{}: cannot make its folder: {}", copy.string(), error.message()));
}

/// A copy under a name of its own, until its files are there too. What has not been put in its
/// place is removed at the end.
class UnfinishedCopy {
 public:
  explicit UnfinishedCopy(const fs::path& copy)
      : place_(copy),
        database_(fmt::format("{}.unfinished.{}", copy.string(), unguessable_digits())) {}
  ~UnfinishedCopy() {
    std::error_code ignored;
    for (const fs::path& path : {database_, files_folder_of(database_)})
      fs::remove_all(path, ignored);
  }
  UnfinishedCopy(const UnfinishedCopy&) = delete;
  UnfinishedCopy& operator=(const UnfinishedCopy&) = delete;

  const fs::path& database() const { return database_; }

  /// @throws DataError
  void put_in_place() const {
    std::error_code error;
    if (fs::exists(files_folder_of(database_), error))
      fs::rename(files_folder_of(database_), files_folder_of(place_), error);
    if (!error) fs::rename(database_, place_, error);
    if (error)
      throw DataError(
          fmt::format("{}: cannot be put in its place: {}", place_.string(), error.message()));
  }

 private:
  fs::path place_, database_;
};

struct FileOfRun {
  std::string run_id;
  ArtifactRecord artifact;
};

/// Files that the runs of a store left. The first schema knew none.
std::vector<FileOfRun> files_of_runs(const Connection& connection) {
  const int version = stored_schema_version(connection);
  if (version < 2) return {};
  return connection.guard([&] {
    std::vector<FileOfRun> files;
    const Query artifacts = connection.query(
        version < kFirstWithIntegerKeys
            ? "SELECT run_id, name, sha256, bytes, run_id FROM artifacts ORDER BY run_id, name"
            : fmt::format("SELECT {}, id FROM artifacts JOIN runs ON runs.key = run ORDER BY id, "
                          "name",
                          kArtifactColumns));
    const CheckedRow row(connection, artifacts, "artifacts");
    while (artifacts.next()) files.push_back({row.run_id(4), artifact_of(row)});
    return files;
  });
}

/// Counts the runs of a copied database, and copies their files to beside it.
void add_files(const fs::path& from, const fs::path& database, bool with_files, StoreCopy& copy) {
  const Connection connection(database, {.mode = RunStore::Mode::read});
  copy.runs = connection.guard([&] {
    check_run_ids(connection);
    return static_cast<std::size_t>(
        connection.database().execAndGet("SELECT count(*) FROM runs").getInt64());
  });
  const std::vector<FileOfRun> files = files_of_runs(connection);
  if (!with_files) {
    copy.files_left_out = files.size();
    return;
  }
  IncomingFiles incoming(files_folder_of(from), files_folder_of(database), /*link=*/false);
  for (const FileOfRun& file : files) incoming.put(file.run_id, file.artifact);
  copy.files = incoming.n_put();
  copy.warnings = incoming.notes();
}

}  // namespace

StoreCopy back_up_store(const fs::path& file, const fs::path& out, bool with_files) {
  // Refuses files that are not stores.
  stored_schema_version(Connection(file, {.mode = RunStore::Mode::read}));
  StoreCopy copy;
  copy.file = out.empty() ? free_backup_name(file) : out;
  prepare_place(copy.file);
  const UnfinishedCopy unfinished(copy.file);
  write_snapshot(file, unfinished.database());
  try {
    add_files(file, unfinished.database(), with_files, copy);
  } catch (const DataError& of_copy) {
    std::string what = of_copy.what();
    if (what.starts_with(unfinished.database().string()))
      what.replace(0, unfinished.database().string().size(), file.string());
    throw DataError(what);
  }
  copy.bytes = bytes_of(unfinished.database());
  unfinished.put_in_place();
  return copy;
}

}  // namespace genrebench
