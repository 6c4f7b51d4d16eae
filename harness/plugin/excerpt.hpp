#pragma once
// What an excerpt plug-in is: it chooses the parts of a track that an experiment uses. Those of
// genrebench are `full`, `chunks`, `clips` and `sem`.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/time_span.hpp"

namespace genrebench {

/// As the end of a range: wherever the track ends. Lengths in file headers may be estimates.
constexpr std::int64_t kEndOfTrack = INT64_MAX;

/// Successive samples, [begin, end), at the analysis sample rate.
struct SampleRange {
  std::int64_t begin = 0;
  std::int64_t end = 0;
  bool operator==(const SampleRange&) const = default;
};

/// One excerpt of a track: the concatenation of its ranges. They are in order of time and do not
/// overlap within one excerpt; they may overlap ranges of other excerpts.
using Region = std::vector<SampleRange>;

/// What an excerpt plug-in is told of a track. A plug-in that needs the samples opens the file,
/// and is a SegmentingExcerpt: these are not given tracks that are spans of longer files.
struct TrackAudio {
  std::filesystem::path file;
  double sample_rate_hz = 0.0;  ///< the analysis rate, which ranges refer to
  std::int64_t n_samples = 0;   ///< at that rate, as the file's header says
};

/// Chooses excerpts. Immutable, shared between threads.
class Excerpt {
 public:
  virtual ~Excerpt() = default;

  /// @return  the excerpts of the track, at least one
  /// @throws DataError    if the track is too short to give any: it becomes a bad track
  /// @throws ConfigError  if the options make no sense at this sample rate
  virtual std::vector<Region> choose(const TrackAudio& track) const = 0;

  /// True if the only excerpt is the whole track, so that datasets without audio can be used.
  virtual bool whole_track() const { return false; }
};

struct SegmentationExample;

/// An excerpt plug-in that first cuts the track into sections. The harness caches the sections, and
/// scores them if the dataset knows the true ones.
class SegmentingExcerpt : public Excerpt {
 public:
  /// What the sections depend on besides the audio: options and versions, as text. It is the key of
  /// the cache, so it must change whenever the sections may.
  virtual std::string recipe() const = 0;

  /// Sections in order, from the start of the track, without gaps. What remains at the end of the
  /// track belongs to no section.
  /// @param clusters  the number of different sections, if the harness gives it; else the options
  ///                  decide
  /// @throws DataError  if the file cannot be read or is too short
  virtual std::vector<ClusterSpan> segment(const std::filesystem::path& file,
                                           std::optional<int> clusters = std::nullopt) const = 0;

  /// Everything that the figures of one track show.
  /// @throws DataError  as segment()
  virtual SegmentationExample example(const std::filesystem::path& file,
                                      std::optional<int> clusters = std::nullopt) const = 0;

  /// The excerpts, given the sections.
  /// @throws DataError  as choose()
  virtual std::vector<Region> choose_from(const TrackAudio& track,
                                          const std::vector<ClusterSpan>& sections) const = 0;

  std::vector<Region> choose(const TrackAudio& track) const final {
    return choose_from(track, segment(track.file));
  }
};

}  // namespace genrebench
