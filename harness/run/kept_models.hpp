#pragma once
// The files that runs keep beside the store: checkpoints while they train, the fitted model
// afterwards.

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/plugin/method.hpp"
#include "harness/run/evaluation.hpp"
#include "harness/store/run_store.hpp"

namespace genrebench {

/// What turns features into what a fitted method expects, and its classes into genres.
struct Preprocessing {
  std::vector<std::string> genres;           ///< in class order
  std::optional<Standardiser> standardiser;  ///< nothing: features as they are
};

/// One folder, with a folder for each run. Nothing is made before something is written.
class RunFiles {
 public:
  /// @param folder  empty: nothing is kept
  explicit RunFiles(std::filesystem::path folder) : folder_(std::move(folder)) {}

  bool enabled() const { return !folder_.empty(); }
  std::filesystem::path checkpoints(const std::string& run_id) const;

  /// Writes a fitted method and what precedes it, not yet where load() finds them: another worker
  /// may have taken the run.
  /// @param lease  names the attempt
  /// @return  what the store records of the files; empty where the method keeps none
  /// @throws DataError  if they cannot be written
  std::vector<ArtifactRecord> keep(const Lease& lease, const Method& method,
                                   const Preprocessing& preprocessing) const;

  /// Puts what keep() wrote in its place. To be called where it is certain that the lease holds.
  /// @throws DataError  if that cannot be done
  void publish(const Lease& lease, const std::vector<ArtifactRecord>& artifacts) const;

  /// Removes what attempts at a run left behind: checkpoints, files that were never published.
  /// Errors are no one's concern.
  void clean(const std::string& run_id) const;

  /// Reads them back into a method that was made with the same options.
  /// @param artifacts  what the store says of them: their content is checked
  /// @throws DataError  if they are missing, damaged or not those that the run left
  Preprocessing load(const std::string& run_id, const std::vector<ArtifactRecord>& artifacts,
                     Method& method) const;

 private:
  std::filesystem::path attempt(const Lease& lease) const;

  std::filesystem::path folder_;
};

}  // namespace genrebench
