#include "harness/store/vacuum.hpp"

#include <vector>

#include "harness/store/connection.hpp"
#include "harness/store/schema.hpp"

namespace genrebench {

namespace fs = std::filesystem;

VacuumSummary vacuum_store(const fs::path& file) {
  const Connection connection = open_for_changes(file);
  const fs::path files = files_folder_of(file);
  VacuumSummary summary;
  summary.before = size_of_store(file);
  connection.write([&] {
    std::error_code error;
    summary.workers =
        static_cast<std::size_t>(connection
                                     .query("DELETE FROM workers WHERE ended <> '' AND id NOT IN "
                                            "(SELECT worker FROM runs WHERE worker IS NOT NULL)")
                                     .run());
    const std::vector<fs::path> folders = ownerless_folders(connection, files);
    for (const fs::path& folder : folders) fs::remove_all(folder, error);
    summary.folders = folders.size();
    fs::remove(files, error);  // only if nothing else is in the folder
    const std::vector<fs::path> archives = archives_of(file);
    for (const fs::path& archive : archives) remove_archive(archive);
    summary.archives = archives.size();
  });
  connection.guard([&] {
    connection.check_in_place();
    connection.database().exec("VACUUM");
    connection.database().exec("PRAGMA wal_checkpoint(TRUNCATE)");
  });
  summary.after = size_of_store(file);
  return summary;
}

}  // namespace genrebench
