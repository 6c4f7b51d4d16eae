#include "signal/audio/quiet_stderr.hpp"

#ifdef __linux__
#include <features.h>
#endif

#ifdef __GLIBC__

#include <cstdio>
#include <mutex>

namespace genrebench {
namespace {

thread_local int quiet_scopes = 0;
std::mutex swap_mutex;
int swappers = 0;
std::FILE* original = nullptr;

ssize_t filter(void* /*cookie*/, const char* text, size_t size) {
  if (quiet_scopes == 0) return static_cast<ssize_t>(std::fwrite(text, 1, size, original));
  return static_cast<ssize_t>(size);
}

/// Never closed: another thread may hold the pointer for any time.
std::FILE* filtering_file() {
  static std::FILE* const file = [] {
    std::FILE* opened = fopencookie(
        nullptr, "w", {.read = nullptr, .write = filter, .seek = nullptr, .close = nullptr});
    if (opened != nullptr) std::setvbuf(opened, nullptr, _IONBF, 0);
    return opened;
  }();
  return file;
}

/// A pointer is written whole, so that a thread that prints meanwhile finds one file or the other.
/// Hidden from the thread sanitizer, which would report the reads by the C library.
[[gnu::noinline, gnu::no_sanitize("thread")]] void set_stderr(std::FILE* file) { stderr = file; }

}  // namespace

// `stderr` is a variable in glibc. It is replaced only while a QuietStderr exists.
QuietStderr::QuietStderr() {
  ++quiet_scopes;
  const std::lock_guard lock(swap_mutex);
  if (swappers++ == 0 && filtering_file() != nullptr) {
    original = stderr;
    set_stderr(filtering_file());
  }
}

QuietStderr::~QuietStderr() {
  --quiet_scopes;
  const std::lock_guard lock(swap_mutex);
  if (--swappers == 0 && stderr == filtering_file()) set_stderr(original);
}

}  // namespace genrebench

#else

namespace genrebench {
QuietStderr::QuietStderr() = default;
QuietStderr::~QuietStderr() = default;
}  // namespace genrebench

#endif
