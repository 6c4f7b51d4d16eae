#pragma once
// A labelled span of time, as in "the chorus, from 31.5 s to 58 s".

namespace genrebench {

/// A part of a recording. Parts with equal labels belong together.
template <typename Label>
struct TimeSpan {
  double start_s = 0.0;
  double end_s = 0.0;
  Label label = {};
  bool operator==(const TimeSpan&) const = default;
};

/// A part of a song that belongs to one of the clusters of the song, which are counted from 0.
using ClusterSpan = TimeSpan<int>;

}  // namespace genrebench
