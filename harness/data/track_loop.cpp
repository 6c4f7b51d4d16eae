#include "harness/data/track_loop.hpp"

#include <algorithm>
#include <chrono>
#include <mutex>
#include <numeric>
#include <span>
#include <thread>
#include <utility>

#include "base/clock.hpp"
#include "base/parallel.hpp"
#include "base/profile.hpp"
#include "base/random.hpp"

namespace genrebench {

std::vector<std::size_t> order_of_tracks(std::size_t n, std::uint64_t order) {
  std::vector<std::size_t> indices(n);
  std::iota(indices.begin(), indices.end(), std::size_t{0});
  if (order != 0) Random(order).shuffle(std::span(indices));
  return indices;
}

void for_each_track(std::size_t n, const TrackLoop& loop,
                    const std::function<void(std::size_t)>& work) {
  const std::vector<std::size_t> order = order_of_tracks(n, loop.track_order);
  parallel_for(
      n, {.threads = loop.threads, .progress = loop.progress, .interrupted = loop.interrupted},
      [&](std::size_t i) { work(order[i]); });
}

void for_each_free_track(std::size_t n, const TrackLoop& loop,
                         const std::function<bool(std::size_t, IfTaken)>& work, double patience_s) {
  std::mutex mutex;
  std::size_t n_done = 0;
  double longest_s = 0.0;
  std::vector<std::size_t> taken;
  const auto try_one = [&](std::size_t t, IfTaken if_taken) {
    const SteadyClock::time_point begin = SteadyClock::now();
    const bool done = work(t, if_taken);
    const std::lock_guard lock(mutex);
    longest_s = std::max(longest_s, seconds_since(begin));
    if (!done)
      taken.push_back(t);
    else if (loop.progress)
      loop.progress(++n_done, n);
    return done;
  };
  TrackLoop without_progress = loop;
  without_progress.progress = {};
  for_each_track(n, without_progress, [&](std::size_t t) { try_one(t, IfTaken::try_again); });
  // What is left are the last tracks of the others.
  const std::vector<std::size_t> left = std::exchange(taken, {});
  const double enough_s = patience_s + 4.0 * longest_s;
  parallel_for(left.size(), {.threads = loop.threads, .interrupted = loop.interrupted},
               [&](std::size_t i) {
                 const SteadyClock::time_point begin = SteadyClock::now();
                 while (!(loop.interrupted && loop.interrupted())) {
                   const bool go_on = seconds_since(begin) >= enough_s;
                   if (try_one(left[i], go_on ? IfTaken::go_on : IfTaken::try_again)) break;
                   const ProfileSpan span("waiting for other workers");
                   std::this_thread::sleep_for(std::chrono::milliseconds(10));
                 }
               });
}

}  // namespace genrebench
