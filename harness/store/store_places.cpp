#include "harness/store/store_places.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "harness/store/connection.hpp"
#include "harness/store/incoming_files.hpp"
#include "harness/store/run_files.hpp"

namespace genrebench {
namespace {

namespace fs = std::filesystem;

/// The N of an archive `TIME-N.db`; 0 if the file has another kind of name.
std::int64_t number_of(const fs::path& archive) {
  const std::string name = archive.stem().string();
  const std::size_t dash = name.rfind('-');
  std::int64_t number = 0;
  if (dash != std::string::npos)
    std::from_chars(name.data() + dash + 1, name.data() + name.size(), number);
  return number;
}

}  // namespace

fs::path real_store(const fs::path& database) {
  constexpr int kMostLinks = 40;  // as many as the kernel follows
  fs::path place = database;
  std::error_code error;
  for (int i = 0; fs::is_symlink(fs::symlink_status(place, error)); ++i) {
    if (i == kMostLinks)
      throw DataError(fmt::format("{}: the link leads in a circle", database.string()));
    const fs::path target = fs::read_symlink(place, error);
    if (error) throw DataError(fmt::format("{}: {}", place.string(), error.message()));
    place = place.parent_path() / target;  // an absolute target replaces the folder
  }
  return place;
}

fs::path beside_store(const fs::path& database, std::string_view ending) {
  return real_store(database).string().append(ending);
}

fs::path files_folder_of(const fs::path& database) { return beside_store(database, ".files"); }

fs::path deleted_folder_of(const fs::path& database) { return beside_store(database, ".deleted"); }

std::vector<fs::path> archives_of(const fs::path& database) {
  std::vector<fs::path> archives;
  std::error_code error;
  const fs::path folder = deleted_folder_of(database);
  if (fs::is_symlink(fs::symlink_status(folder, error)))
    throw DataError(fmt::format("{}: expected a folder, found a link", folder.string()));
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error))
    if (entry->path().extension() == ".db" && number_of(entry->path()) > 0)
      archives.push_back(entry->path());
  std::sort(archives.begin(), archives.end(),
            [](const fs::path& a, const fs::path& b) { return number_of(a) < number_of(b); });
  return archives;
}

void remove_archive(const fs::path& archive) {
  std::error_code ignored;
  for (const char* suffix : {"", "-journal", "-wal", "-shm", ".files"})
    fs::remove_all(archive.string() + suffix, ignored);
  fs::remove(archive.parent_path(), ignored);
}

fs::path next_archive_of(const fs::path& database) {
  const std::vector<fs::path> earlier = archives_of(database);
  return deleted_folder_of(database) /
         fmt::format("{}-{}.db", time_for_names(),
                     earlier.empty() ? 1 : number_of(earlier.back()) + 1);
}

std::vector<fs::path> ownerless_folders(const Connection& connection, const fs::path& files) {
  std::vector<fs::path> result = abandoned_incoming(files);
  std::error_code error;
  const Query find = connection.query("SELECT 1 FROM runs WHERE id = ?");
  for (fs::directory_iterator entry(files, error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (!is_run_id(name)) continue;
    find->reset();
    if (!find.with(name).next()) result.push_back(entry->path());
  }
  std::sort(result.begin(), result.end());
  return result;
}

std::string time_for_names() { return utc_now("%Y%m%dT%H%M%SZ"); }

std::uintmax_t bytes_of(const fs::path& path) {
  std::error_code error;
  if (!fs::is_directory(path, error)) {
    const std::uintmax_t bytes = fs::file_size(path, error);
    return error ? 0 : bytes;
  }
  std::uintmax_t total = 0;
  for (fs::recursive_directory_iterator entry(path, error), end; !error && entry != end;
       entry.increment(error)) {
    std::error_code gone;
    if (!entry->is_regular_file(gone)) continue;
    const std::uintmax_t bytes = entry->file_size(gone);
    if (!gone) total += bytes;
  }
  return total;
}

StoreSize size_of_store(const fs::path& database) {
  return {.database_bytes = bytes_of(database) + bytes_of(beside_store(database, "-wal")),
          .files_bytes = bytes_of(files_folder_of(database)),
          .deleted_bytes = bytes_of(deleted_folder_of(database))};
}

}  // namespace genrebench
