#pragma once
// Pieces of equal length, which all stand for their track: what `chunks` and `clips` share.

#include <optional>
#include <string>

#include "harness/plugin/excerpt.hpp"

namespace genrebench {

struct PieceOptions {
  /// What a track gives that is shorter than a piece.
  enum class Short { skip, keep };

  double length_s = 3.0;        ///< of a piece, seconds
  std::optional<double> hop_s;  ///< from the start of one piece to the next, seconds; empty:
                                ///< without overlap
  Short short_tracks = Short::skip;
};

/// Cuts tracks from their start on; what is left at the end is dropped.
class Pieces final : public Excerpt {
 public:
  /// @param plugin  its name, for messages
  Pieces(std::string plugin, const PieceOptions& options)
      : plugin_(std::move(plugin)), options_(options) {}

  /// @throws DataError    the track is shorter than a piece, and such tracks are not kept
  /// @throws ConfigError  length or hop are less than one sample
  std::vector<Region> choose(const TrackAudio& track) const override;

 private:
  std::string plugin_;
  PieceOptions options_;
};

}  // namespace genrebench
