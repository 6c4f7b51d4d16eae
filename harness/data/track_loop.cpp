#include "harness/data/track_loop.hpp"

#include <numeric>
#include <span>

#include "base/parallel.hpp"
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

}  // namespace genrebench
