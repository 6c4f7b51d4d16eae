#pragma once
// An excerpt plug-in that segments samples, whoever decodes them.

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "harness/plugin/excerpt.hpp"

namespace genrebench {

/// A SegmentingExcerpt that needs nothing of a file but its samples. The harness decodes the file
/// once, for it and for all else that a sweep computes from the track.
class SampleSegmenter : public SegmentingExcerpt {
 public:
  /// The rate of the samples that segment_samples() takes, in Hz.
  /// @param file_rate_hz  that of the file
  virtual double segmentation_rate_hz(double file_rate_hz) const = 0;

  /// segment() of a file whose samples are there.
  /// @param samples       mono, the whole file, as AudioReader gives them
  /// @param file_rate_hz  that of the file; the samples are at segmentation_rate_hz() of it
  /// @param what          the file, for messages
  /// @throws DataError    if the file is too short
  virtual std::vector<ClusterSpan> segment_samples(
      std::span<const float> samples, double file_rate_hz, const std::string& what,
      std::optional<int> clusters = std::nullopt) const = 0;
};

}  // namespace genrebench
