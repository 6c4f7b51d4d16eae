#pragma once
// A loop over indices on several threads.

#include <atomic>
#include <cstddef>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace genrebench {

/// Calls body(0), ..., body(n - 1), each once, in no fixed order, on `threads` threads, the
/// caller's among them. `make_body` is called once on each thread, so that what the body captures
/// by value is the thread's own. The first exception stops the loop and is thrown again.
template <typename MakeBody>
void parallel_for(std::size_t n, int threads, const MakeBody& make_body) {
  std::atomic<std::size_t> next = 0;
  std::exception_ptr failure;
  std::mutex mutex;
  const auto work = [&] {
    try {
      auto body = make_body();
      for (std::size_t i = next++; i < n; i = next++) body(i);
    } catch (...) {
      const std::lock_guard lock(mutex);
      if (!failure) failure = std::current_exception();
      next = n;
    }
  };
  {
    std::vector<std::jthread> pool;
    for (int t = 1; t < threads && static_cast<std::size_t>(t) < n; ++t) pool.emplace_back(work);
    work();
  }
  if (failure) std::rethrow_exception(failure);
}

}  // namespace genrebench
