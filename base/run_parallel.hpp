#pragma once
// Work that is done for each of many files, on all cores.

#include <cstddef>
#include <functional>

namespace genrebench {

/// Runs work(0), ..., work(n - 1) on all cores, in no order.
/// @param progress  told (done, n) from the calling thread; may be empty
/// @throws          the first exception of `work`; what has not begun by then is left out
void for_each_in_parallel(std::size_t n, const std::function<void(std::size_t)>& work,
                          const std::function<void(std::size_t, std::size_t)>& progress = {});

}  // namespace genrebench
