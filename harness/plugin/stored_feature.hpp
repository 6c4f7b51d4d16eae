#pragma once
// What a feature plug-in is whose numbers others computed: they come from files of their own, so
// that neither audio nor a decoder is needed.

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "harness/plugin/dataset.hpp"
#include "harness/plugin/feature.hpp"

namespace genrebench {

/// The numbers of one track.
struct StoredNumbers {
  /// At least one, each finite: n_features x n_frames, one column if the feature is no sequence.
  std::vector<FeatureMatrix> excerpts;
  /// What the files of all tracks must have in common, in words: "5 layers x 32 dims".
  std::string layout;
};

/// The files of a feature, opened for reading. Threads share one.
class NumberFiles {
 public:
  virtual ~NumberFiles() = default;

  /// The file that holds a track's numbers, whether or not it is there. Several tracks may share
  /// one.
  /// @param genre  the name of the track's genre, which may be a part of the file's name
  virtual std::filesystem::path file_of(const Track& track, const std::string& genre) const = 0;

  /// Reads a track's numbers.
  /// @throws DataError  naming the file, what was expected and what was found: the numbers are
  ///                    missing, not finite or of another shape. The track is then a bad track
  virtual StoredNumbers read(const Track& track, const std::string& genre) const = 0;
};

/// A feature that reads no audio. The harness hashes its files when a run is planned, makes the
/// hashes a part of the run's id, and reads the files only while they have that content. Excerpts
/// of audio cannot be cut from it: it goes with the excerpt `full` alone.
class StoredFeature : public Feature {
 public:
  double sample_rate_hz() const final { return 0.0; }
  std::unique_ptr<FrameStream> stream(std::int64_t) const final {
    return nullptr;
  }  // there is no audio to push

  /// Opens the files.
  /// @throws ConfigError  if the options do not say where they are
  /// @throws DataError    if a file that all tracks share cannot be read or is damaged, or a folder
  ///                      is not there
  virtual std::unique_ptr<NumberFiles> open() const = 0;
};

}  // namespace genrebench
