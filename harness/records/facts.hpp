#pragma once
// The facts that runs record: the key and type of each, in one place. The store keeps facts as
// texts; nobody else needs to know how.
//
//   facts::kLeaky.record(result.facts, true);
//   if (facts::kLeaky.of(run)) ...

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/records/run_records.hpp"

namespace genrebench {

/// A fact that a run may record.
template <typename Value>
class Fact {
 public:
  constexpr explicit Fact(const char* key) : key_(key) {}

  /// Its name in the store and in `genrebench show`.
  constexpr const char* key() const { return key_; }

  bool recorded(const RunRecord& run) const;
  /// The value as stored; empty if the run has not recorded it.
  std::string text(const RunRecord& run) const;
  /// The value; nothing if the run has not recorded it, or a number is malformed.
  /// @throws DataError  if a list is malformed
  std::optional<Value> find(const RunRecord& run) const;
  /// The value; false, 0 or empty where find() returns nothing.
  Value of(const RunRecord& run) const;

  /// Adds the fact to those of a run, or replaces it.
  void record(std::map<std::string, std::string>& facts, const Value& value) const;

 private:
  const char* key_;
};

using TextList = std::vector<std::string>;

extern template class Fact<bool>;
extern template class Fact<std::size_t>;
extern template class Fact<std::int64_t>;
extern template class Fact<std::string>;
extern template class Fact<TextList>;
extern template class Fact<std::vector<TextList>>;

namespace facts {

inline constexpr Fact<TextList> kGenres{"dataset.genres"};  ///< in the order of the classes
inline constexpr Fact<std::size_t> kTracks{"dataset.n_tracks"};
inline constexpr Fact<TextList> kDatasetNotes{"dataset.notes"};  ///< Dataset::notes(), if any

inline constexpr Fact<bool> kLeaky{"split.leaky"};               ///< groups may straddle the parts
inline constexpr Fact<std::string> kUnit{"split.unit"};          ///< "track" or "excerpt"
inline constexpr Fact<std::string> kDivision{"split.division"};  ///< a hash: equal for equal parts
inline constexpr Fact<TextList> kGroups{"split.groups"};         ///< kinds of groups kept together
/// Kinds of groups that the dataset has and `group_by` leaves out, so that they may straddle the
/// parts.
inline constexpr Fact<TextList> kApart{"split.apart"};
inline constexpr Fact<TextList> kSplitNotes{"split.notes"};
inline constexpr Fact<std::string> kClusters{"split.clusters"};  ///< unit of resampling: "artist"
inline constexpr Fact<std::size_t> kTrainTracks{"split.n_train"}, kValidTracks{"split.n_valid"},
    kTestTracks{"split.n_test"};
inline constexpr Fact<std::size_t> kTrainExamples{"split.n_train_examples"};
/// Tracks of the whole training part, of runs whose split.train_size leaves some of them out.
inline constexpr Fact<std::size_t> kTrainAvailable{"split.n_train_available"};
/// Numbers of tracks in the order of the classes.
inline constexpr Fact<TextList> kTrainByGenre{"split.train_by_genre"},
    kTestByGenre{"split.test_by_genre"};
/// Numbers of clusters (kClusters, such as artists) with training tracks, in the order of the
/// classes; a track of unknown cluster is one. Not recorded where no cluster is known.
inline constexpr Fact<TextList> kTrainClustersByGenre{"split.train_clusters_by_genre"};

/// Of imported runs: the name of the file of predictions, the SHA-256 of its content, and how many
/// of its rows are about the run.
inline constexpr Fact<std::string> kImportedFile{"import.file"};
inline constexpr Fact<std::string> kImportedContent{"import.sha256"};
inline constexpr Fact<std::size_t> kImportedRows{"import.n_rows"};

inline constexpr Fact<TextList> kWarnings{"fit.warnings"};
inline constexpr Fact<std::int64_t> kBestEpoch{"fit.best_epoch"};  ///< whose weights were kept
inline constexpr Fact<std::string> kDevice{"fit.device"};          ///< of a network
inline constexpr Fact<std::string> kWeights{"fit.weights_sha256"};
inline constexpr Fact<std::string> kIterations{"fit.iterations"};

inline constexpr Fact<std::size_t> kScoredTracks{"structure.n_tracks"};
inline constexpr Fact<std::string> kExample{"structure.example"};  ///< JSON, for a figure
/// For each scored track the names of what its steps were cut from.
inline constexpr Fact<std::vector<TextList>> kSources{"structure.sources"};

/// What the probabilities were scaled with (`calibrate: temperature`), in as many digits as give
/// the same number when it is read.
inline constexpr Fact<std::string> kTemperature{"calibration.temperature"};

/// Of runs whose test part is deformed: the id of the run whose model they use, the level in words
/// ("10 dB SNR"), and Deformation::strength() in as many digits as give the same number.
inline constexpr Fact<std::string> kCleanRun{"deform.clean_run"};
inline constexpr Fact<std::string> kDeformLevel{"deform.level"};
inline constexpr Fact<std::string> kDeformStrength{"deform.strength"};

/// Facts that a method reports by a name of its own, such as "fit.epochs".
inline constexpr std::string_view kFitPrefix = "fit.";
std::string fit_key(std::string_view name);

/// Options that tuning chose, such as "tuned.c".
inline constexpr std::string_view kTunedPrefix = "tuned.";
std::string tuned_key(std::string_view option);

}  // namespace facts
}  // namespace genrebench
