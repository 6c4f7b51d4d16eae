#pragma once
// Internal. libmpg123 prints its complaints about a damaged MP3 on stderr and libsndfile does not
// let it be told not to.

namespace genrebench {

/// While one exists, what C libraries print on `stderr` in this thread is dropped; other threads
/// print as ever. Works with glibc; elsewhere it does nothing.
class QuietStderr {
 public:
  QuietStderr();
  ~QuietStderr();
  QuietStderr(const QuietStderr&) = delete;
  QuietStderr& operator=(const QuietStderr&) = delete;
};

}  // namespace genrebench
