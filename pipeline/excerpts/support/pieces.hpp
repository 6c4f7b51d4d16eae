#pragma once
// Excerpts of equal length that cover a track: what `chunks` and `clips` share.

#include <optional>
#include <string>

#include "harness/plugin/excerpt.hpp"

namespace genrebench {

struct PieceOptions {
  /// What becomes of a track that is shorter than one excerpt.
  enum class Short {
    skip,  ///< it becomes a bad track
    keep   ///< the whole track is the one excerpt
  };

  double length_s = 3.0;
  /// From the start of one excerpt to the start of the next; empty: length_s, so without overlap.
  std::optional<double> hop_s;
  Short short_tracks = Short::skip;
};

/// Cuts a track from its start on; the remainder is dropped.
class Pieces final : public Excerpt {
 public:
  /// @param plugin  name of the plug-in, for messages
  /// @param advice  what to do where a track is too short, for messages
  Pieces(std::string plugin, const PieceOptions& options, std::string advice)
      : plugin_(std::move(plugin)), options_(options), advice_(std::move(advice)) {}

  /// @throws DataError    if the track is shorter than an excerpt and such tracks are not kept
  /// @throws ConfigError  if length or hop are less than one sample
  std::vector<Region> choose(const TrackAudio& track) const override;

 private:
  std::string plugin_;
  PieceOptions options_;
  std::string advice_;
};

}  // namespace genrebench
