#include "base/run_parallel.hpp"

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace genrebench {

void for_each_in_parallel(std::size_t n, const std::function<void(std::size_t)>& work,
                          const std::function<void(std::size_t, std::size_t)>& progress) {
  std::mutex mutex;
  std::condition_variable changed;
  std::size_t next = 0, done = 0, running = 0;
  std::exception_ptr failure;
  const auto run = [&] {
    std::unique_lock lock(mutex);
    while (next < n && !failure) {
      const std::size_t mine = next++;
      lock.unlock();
      std::exception_ptr thrown;
      try {
        work(mine);
      } catch (...) {
        thrown = std::current_exception();
      }
      lock.lock();
      ++done;
      if (thrown && !failure) failure = thrown;
      changed.notify_one();
    }
    --running;
    changed.notify_one();
  };
  {
    std::vector<std::jthread> threads;
    running = std::min<std::size_t>(n, std::max(1U, std::thread::hardware_concurrency()));
    for (std::size_t i = running; i > 0; --i) threads.emplace_back(run);
    std::unique_lock lock(mutex);
    for (std::size_t told = 0; running > 0 || told < done;) {
      changed.wait(lock, [&] { return done > told || running == 0; });
      if (done == told) break;
      told = done;
      lock.unlock();
      if (progress) progress(told, n);
      lock.lock();
    }
  }
  if (failure) std::rethrow_exception(failure);
}

}  // namespace genrebench
