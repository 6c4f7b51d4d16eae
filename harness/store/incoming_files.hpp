#pragma once
// Copies files of runs from the folder beside one store to that beside another.

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "harness/records/run_records.hpp"
#include "harness/store/run_files.hpp"

namespace genrebench {

/// Files are fetched in two steps. fetch() copies a file into a staging folder; this may take long
/// and needs no lock. put() moves the file into its place while the receiving store is locked; this
/// is quick. Files that were fetched but not put are removed at the end.
class IncomingFiles {
 public:
  /// @param from, to  the folders beside the stores, with a folder for each run
  /// @param link      use hard links instead of copies if the file system allows them
  IncomingFiles(std::filesystem::path from, std::filesystem::path to, bool link);
  ~IncomingFiles();
  IncomingFiles(const IncomingFiles&) = delete;
  IncomingFiles& operator=(const IncomingFiles&) = delete;

  /// Fetches a file, unless it is in its place already or was fetched before. If the file is
  /// missing or not the one that the run left, notes() says so.
  /// @throws DataError  if the file cannot be written, or its name does not name a file in the
  /// run's folder
  void fetch(const std::string& run_id, const ArtifactRecord& artifact);

  /// Moves a file to where readers find it. Call this while the receiving store is locked.
  /// @throws DataError
  void put(const std::string& run_id, const ArtifactRecord& artifact);

  std::size_t n_put() const { return put_.size(); }
  /// One line per file that could not be fetched.
  const std::vector<std::string>& notes() const { return notes_; }

 private:
  enum class State { there, fetched, missing };

  State fetched(const std::string& run_id, const ArtifactRecord& artifact);

  RunFiles from_, to_, staging_;
  bool link_;
  std::map<std::string, State> states_;  ///< by path below the folders
  std::set<std::string> put_;
  std::vector<std::string> notes_;
};

/// Staging folders of processes that have ended.
/// @param files  the folder beside the store
std::vector<std::filesystem::path> abandoned_incoming(const std::filesystem::path& files);

/// True if a folder beside the store is a staging folder, not that of a run.
bool is_incoming(const std::filesystem::path& folder);

}  // namespace genrebench
