#pragma once
// Loops over indices on several threads.

#include <atomic>
#include <concepts>
#include <cstddef>
#include <functional>
#include <mutex>

namespace genrebench {

/// Number of threads that this process can run at the same time; at least 1.
int available_threads();

/// Runs work(0), ..., work(threads - 1) at the same time, each on a thread of its own; work(0) runs
/// on the caller's thread. For work that meets at a barrier; other loops use parallel_for.
/// @throws  the first exception of `work`, after every thread has returned
void run_on_threads(int threads, const std::function<void(int thread)>& work);

struct ParallelOptions {
  /// Number of threads, including the caller's; a number below 1 counts as 1.
  int threads = available_threads();
  /// Told after each index how many are done. Calls come from any of the threads, one at a time,
  /// and `done` rises from 1 to `total`. May be empty.
  std::function<void(std::size_t done, std::size_t total)> progress = {};
  /// Asked before each index, possibly by several threads at the same time. True: no further index
  /// is begun. May be empty.
  std::function<bool()> interrupted = {};
};

namespace detail {

/// The indices of a loop, which its threads share.
class LoopIndices {
 public:
  LoopIndices(std::size_t n, const ParallelOptions& options) : n_(n), options_(options) {}
  /// Number of threads, at least 1, that find something to do.
  int useful_threads() const;
  /// Sets `index` to the next index; false: there is none.
  bool take(std::size_t& index);
  void report_one_done();
  void stop() { next_ = n_; }
  bool interrupted() const { return interrupted_; }

 private:
  const std::size_t n_;
  const ParallelOptions& options_;
  std::atomic<std::size_t> next_ = 0;
  std::atomic<bool> interrupted_ = false;
  std::mutex mutex_;
  std::size_t done_ = 0;  // guarded by mutex_
};

}  // namespace detail

/// Calls body(0), ..., body(n - 1), each once, in no fixed order. Results that each index writes to
/// a place of its own do not depend on the number of threads.
///
/// `make_body` is called once on each thread and returns the body of that thread. What the body
/// captures by value is the thread's own state; it is made and destroyed on that thread, and need
/// not be copyable or movable:
///
///     parallel_for(n, options, [&] {
///       return [&, buffer = std::vector<float>(size)](std::size_t i) mutable { ... };
///     });
///
/// @return  false if the loop was interrupted before the last index was begun
/// @throws  the first exception of a body, of make_body or of a callback, after every thread has
///          returned; no further index is begun after it
template <std::invocable MakeBody>
bool parallel_for(std::size_t n, const ParallelOptions& options, const MakeBody& make_body) {
  detail::LoopIndices indices(n, options);
  run_on_threads(indices.useful_threads(), [&](int /*thread*/) {
    try {
      auto body = make_body();
      for (std::size_t index = 0; indices.take(index); indices.report_one_done()) body(index);
    } catch (...) {
      indices.stop();
      throw;
    }
  });
  return !indices.interrupted();
}

/// The same for a body without state, which all threads call.
template <std::invocable<std::size_t> Body>
bool parallel_for(std::size_t n, const ParallelOptions& options, const Body& body) {
  return parallel_for(n, options, [&body] { return std::cref(body); });
}

}  // namespace genrebench
