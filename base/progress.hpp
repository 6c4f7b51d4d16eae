#pragma once
// Progress reporting for long-running work. The command line decides how it looks.

#include <cstddef>
#include <string>
#include <vector>

namespace genrebench {

/// One task at a time: begin, any number of advances, end. Only one thread at a time may call.
class Progress {
 public:
  virtual ~Progress() = default;
  /// @param what   the task, in a few words
  /// @param total  the number of its steps
  virtual void begin(const std::string& what, std::size_t total) = 0;
  /// @param done  the number of steps that are finished
  /// @param now   what is being worked on; may be empty
  virtual void advance(std::size_t done, const std::string& now = {}) = 0;
  virtual void end() = 0;
  /// Lines below the task's own, such as what each of several workers is doing. Not shown where
  /// there is no room for them.
  virtual void details(const std::vector<std::string>& /*lines*/) {}
  /// A line that stays on the screen: a warning, a bad track, a failed run.
  virtual void message(const std::string& text) = 0;
};

}  // namespace genrebench
