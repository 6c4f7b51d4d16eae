#pragma once
// Files of runs on their way from beside one store to beside another.

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "harness/store/run_store.hpp"

namespace genrebench {

/// Files are fetched into a folder of their own before the receiving store is locked, which may
/// take long, and put in place while it is, which does not. What was fetched and not put is removed
/// at the end.
class IncomingFiles {
 public:
  /// @param from, to  the folders beside the stores, with a folder for each run
  /// @param link      files may be the same on the disk (hard links), where the file system can do
  /// that; else they are copied
  IncomingFiles(std::filesystem::path from, std::filesystem::path to, bool link);
  ~IncomingFiles();
  IncomingFiles(const IncomingFiles&) = delete;
  IncomingFiles& operator=(const IncomingFiles&) = delete;

  /// Makes sure that a file can be put in place: does nothing where it is there already, or was
  /// fetched before. A file that is missing or not the one that the run left is noted.
  /// @throws DataError  if it cannot be written, or its name is not that of a file in a run's
  /// folder
  void fetch(const std::string& run_id, const ArtifactRecord& artifact);

  /// Puts it where readers find it. To be called where the store that it belongs to is locked.
  /// @throws DataError
  void put(const std::string& run_id, const ArtifactRecord& artifact);

  std::size_t n_put() const { return put_.size(); }
  /// A line for each file that could not be had.
  const std::vector<std::string>& notes() const { return notes_; }

 private:
  enum class State { there, fetched, missing };

  State fetched(const std::string& run_id, const ArtifactRecord& artifact);

  std::filesystem::path from_, to_, staging_;
  bool link_;
  std::map<std::string, State> states_;  ///< by path below the folders
  std::set<std::string> put_;
  std::vector<std::string> notes_;
};

/// Folders of files on their way that a process left which has ended.
/// @param files  the folder beside the store
std::vector<std::filesystem::path> abandoned_incoming(const std::filesystem::path& files);

/// True if a folder beside the store holds files on their way, rather than those of a run.
bool is_incoming(const std::filesystem::path& folder);

}  // namespace genrebench
