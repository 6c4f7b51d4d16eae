#pragma once
// Which parts of a track an experiment uses: `full`, `chunks`, `clips`, `sem`.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/time_span.hpp"

namespace genrebench {

/// As the end of a range: wherever the track ends, for lengths in file headers may be estimates.
constexpr std::int64_t kEndOfTrack = INT64_MAX;

/// A run of samples, [begin, end), at the analysis sample rate.
struct SampleRange {
  std::int64_t begin = 0;
  std::int64_t end = 0;
  bool operator==(const SampleRange&) const = default;
};

/// One excerpt of a track: the concatenation of its ranges, which are in order of time and do not
/// overlap within one excerpt (they may overlap those of other excerpts).
using Region = std::vector<SampleRange>;

/// What an excerpt plug-in may look at: the file and its length. A plug-in that must hear the track
/// opens it.
struct TrackAudio {
  std::filesystem::path file;
  double sample_rate_hz = 0.0;  ///< the analysis rate, which ranges refer to
  std::int64_t n_samples = 0;   ///< at that rate, as far as the file's header says
};

/// Chooses excerpts. Immutable, shared between threads.
class Excerpt {
 public:
  virtual ~Excerpt() = default;

  /// @return  the excerpts of the track, at least one
  /// @throws DataError  if the track is too short to give any
  virtual std::vector<Region> choose(const TrackAudio& track) const = 0;

  /// True if the whole track is the one excerpt, so that datasets without audio can be used.
  virtual bool whole_track() const { return false; }
};

struct SegmentationExample;

/// An excerpt plug-in that first cuts the track into its recurring parts. What it finds is cached
/// by the harness, and scored where a dataset knows the truth.
class SegmentingExcerpt : public Excerpt {
 public:
  /// What a segmentation depends on besides the audio: options and version, as text.
  virtual std::string recipe() const = 0;

  /// Sections in order, from the start of the track, without gaps; what they leave of its end
  /// belongs to none.
  /// @param clusters  how many there are, where the harness tells; else as the options say
  /// @throws DataError  if the file cannot be read or is too short
  virtual std::vector<ClusterSpan> segment(const std::filesystem::path& file,
                                           std::optional<int> clusters = std::nullopt) const = 0;

  /// All that the figures of one track show.
  /// @throws DataError  as segment
  virtual SegmentationExample example(const std::filesystem::path& file,
                                      std::optional<int> clusters = std::nullopt) const = 0;

  /// The excerpts, given the sections.
  virtual std::vector<Region> choose_from(const TrackAudio& track,
                                          const std::vector<ClusterSpan>& sections) const = 0;

  std::vector<Region> choose(const TrackAudio& track) const final {
    return choose_from(track, segment(track.file));
  }
};

}  // namespace genrebench
