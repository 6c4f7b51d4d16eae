#pragma once
// The files that runs keep beside the store: checkpoints while they train, the fitted model
// afterwards.

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/profile.hpp"
#include "harness/plugin/method.hpp"
#include "harness/run/evaluation.hpp"
#include "harness/store/run_files.hpp"
#include "harness/store/run_store.hpp"

namespace genrebench {

/// What a fitted method needs to be used again: the genres of its classes, how its features were
/// standardised, and how its probabilities are scaled.
struct Preprocessing {
  std::vector<std::string> genres;           ///< in class order
  std::optional<Standardiser> standardiser;  ///< nothing: features as they are
  std::optional<double> temperature = {};    ///< as at_temperature(); nothing: as they are
};

/// True if a run kept its fitted method: other files, such as a log or a profile, are none.
bool has_model(const std::vector<ArtifactRecord>& artifacts);

/// The folders of runs beside a store. They are made when something is written.
class KeptModels {
 public:
  /// @param folder  empty: nothing is kept
  explicit KeptModels(std::filesystem::path folder) : files_(std::move(folder)) {}

  bool enabled() const { return files_.enabled(); }
  /// @throws DataError  if the id is none, as everywhere here
  std::filesystem::path checkpoints(const std::string& run_id) const;

  /// Writes a fitted method and its preprocessing. load() does not find them before publish(),
  /// because another worker may have taken the run over.
  /// @param lease  names the attempt
  /// @return  what the store records of the files; empty if the method keeps none
  /// @throws DataError  if they cannot be written
  std::vector<ArtifactRecord> keep(const Lease& lease, const Method& method,
                                   const Preprocessing& preprocessing) const;

  /// Where an attempt collects what another program prints; empty if nothing is kept.
  std::filesystem::path log_of(const Lease& lease) const;

  /// What the store records of that file; nothing if it was not written.
  /// @throws DataError  if it cannot be read
  std::optional<ArtifactRecord> log_record(const Lease& lease) const;

  /// Writes where the time of a run went. @return  what the store records of the file
  /// @throws DataError  if it cannot be written
  ArtifactRecord keep_profile(const Lease& lease, const Profile& profile) const;

  /// Moves the log of an attempt that has failed to a place of its own in the run's folder, which
  /// failed_log() names. Errors are ignored.
  void keep_failed_log(const Lease& lease) const;

  /// Where keep_failed_log() puts it; empty if the attempt wrote none.
  std::filesystem::path failed_log(const Lease& lease) const;

  /// Moves the files that keep() wrote to where load() finds them. Call it only while the lease is
  /// certain to hold.
  /// @throws DataError  if they cannot be moved
  void publish(const Lease& lease, const std::vector<ArtifactRecord>& artifacts) const;

  /// Removes what attempts at a run left behind: checkpoints and files that were never published.
  /// Errors are ignored.
  void clean(const std::string& run_id) const;

  /// Reads the published files of a run.
  /// @param artifacts  the store's record of the files; their content is checked against it
  /// @param method     made with the options of the run; receives the fitted state
  /// @throws DataError  if a file is missing, damaged or not the one that the run left, or if what
  /// it holds does not fit together
  Preprocessing load(const std::string& run_id, const std::vector<ArtifactRecord>& artifacts,
                     Method& method) const;

 private:
  std::filesystem::path attempt(const Lease& lease) const;

  RunFiles files_;
};

}  // namespace genrebench
