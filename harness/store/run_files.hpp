#pragma once
// The files that runs leave beside their store. A store may come from anyone, so the ids and names
// in it are checked before they become paths, and this is the only place where they do.

#include <filesystem>
#include <string>
#include <string_view>

#include "harness/records/run_records.hpp"

namespace genrebench {

/// True if a text can be the id of a run: 64 hexadecimal digits in lower case.
bool is_run_id(std::string_view text);

/// True if a text can be the name of a file that a run left: up to 100 ASCII letters, digits, '.',
/// '_' and '-', the first of them no '.'.
bool is_artifact_name(std::string_view text);

/// A folder with one folder per run.
class RunFiles {
 public:
  /// @param folder  need not exist; empty: no files are kept
  explicit RunFiles(std::filesystem::path folder) : folder_(std::move(folder)) {}

  bool enabled() const { return !folder_.empty(); }
  const std::filesystem::path& folder() const { return folder_; }

  /// The folder of one run, whether it exists or not.
  /// @throws DataError  if the id is none, or a link lies in the folder's place: what is written
  /// or removed in it would be elsewhere
  std::filesystem::path of_run(const std::string& run_id) const;

  /// The place of a file that a run left. @throws DataError  for the name too
  std::filesystem::path artifact(const std::string& run_id, const std::string& name) const;

  /// Why a file is not the one that its run left: it is missing, no regular file, or of another
  /// size or content. Empty: it is the one. The size is compared first, so that no more than the
  /// recorded number of bytes is read.
  /// @throws DataError  as artifact() does
  std::string problem_of(const std::string& run_id, const ArtifactRecord& artifact) const;

  /// Removes a run's folder with all that is in it. Errors of the file system are ignored.
  /// @throws DataError  as of_run() does
  void remove(const std::string& run_id) const;

  /// Removes the folder itself if nothing is in it.
  void remove_if_empty() const;

 private:
  std::filesystem::path folder_;
};

}  // namespace genrebench
