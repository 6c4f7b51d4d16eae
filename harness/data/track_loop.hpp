#pragma once
// A loop over the tracks of a dataset, on several threads and, with other processes, over one
// cache.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

namespace genrebench {

/// How the tracks of a dataset are worked through. The result does not depend on it.
struct TrackLoop {
  int threads = 1;
  /// In which order the tracks are taken; 0: as the dataset has them. Two orders have no long
  /// stretch in common. Processes that fill one cache at the same time should therefore take
  /// different orders: otherwise one follows close behind the other and both compute everything.
  std::uint64_t track_order = 0;
  /// Told after each track how many of how many are done; one call at a time, from any thread.
  std::function<void(std::size_t, std::size_t)> progress = {};
  /// Asked between tracks; true stops early.
  std::function<bool()> interrupted = {};
};

/// Calls work(t) for the index t of each of n tracks, as `loop` says. Threads call it at the same
/// time. The first exception stops the loop and is thrown.
void for_each_track(std::size_t n, const TrackLoop& loop,
                    const std::function<void(std::size_t)>& work);

/// What to do about a track that another thread or process is busy with.
enum class IfTaken { try_again, go_on };

/// The same for work that may find a track taken and return false; the track is not done then. It
/// is tried again after the others, until it is free. A track that stays taken for long, as that of
/// a process which is stopped, is then worked on all the same.
/// @param patience_s  how long that is; longer by four times the longest of the other tracks
void for_each_free_track(std::size_t n, const TrackLoop& loop,
                         const std::function<bool(std::size_t, IfTaken)>& work,
                         double patience_s = 10.0);

/// The indices 0 to n - 1 in the order of that number.
std::vector<std::size_t> order_of_tracks(std::size_t n, std::uint64_t order);

}  // namespace genrebench
