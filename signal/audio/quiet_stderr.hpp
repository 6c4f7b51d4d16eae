#pragma once
// Internal. libmpg123 prints warnings on stderr, and libsndfile offers no way to turn them off.

namespace genrebench {

/// While an object exists, whatever C libraries print on `stderr` in this thread is dropped. Other
/// threads print as usual. Works with glibc; elsewhere it does nothing.
class QuietStderr {
 public:
  QuietStderr();
  ~QuietStderr();
  QuietStderr(const QuietStderr&) = delete;
  QuietStderr& operator=(const QuietStderr&) = delete;
};

}  // namespace genrebench
