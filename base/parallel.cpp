#include "base/parallel.hpp"

#include <sched.h>

#include <algorithm>
#include <exception>
#include <thread>
#include <vector>

#include "base/profile.hpp"

namespace genrebench {

int available_threads() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (::sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 0) return CPU_COUNT(&set);
  return static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
}

void run_on_threads(int threads, const std::function<void(int)>& work) {
  std::exception_ptr failure;
  std::mutex mutex;
  const auto guarded = [&](int thread) {
    try {
      work(thread);
    } catch (...) {
      const std::lock_guard lock(mutex);
      if (!failure) failure = std::current_exception();
    }
  };
  {
    std::vector<std::jthread> others;
    const auto for_caller = [&guarded, open = open_span()](int thread) {
      const ProfileThread within(open);
      guarded(thread);
    };
    for (int thread = 1; thread < threads; ++thread) others.emplace_back(for_caller, thread);
    guarded(0);
  }
  if (failure) std::rethrow_exception(failure);
}

namespace detail {

int LoopIndices::useful_threads() const {
  return static_cast<int>(
      std::clamp<std::size_t>(n_, 1, static_cast<std::size_t>(std::max(1, options_.threads))));
}

bool LoopIndices::take(std::size_t& index) {
  if (next_ >= n_) return false;
  if (options_.interrupted && options_.interrupted()) {
    interrupted_ = true;
    stop();
    return false;
  }
  index = next_++;
  return index < n_;
}

void LoopIndices::report_one_done() {
  if (!options_.progress) return;
  const std::lock_guard lock(mutex_);
  options_.progress(++done_, n_);
}

}  // namespace detail
}  // namespace genrebench
