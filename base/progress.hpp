#pragma once
// How long work tells what it is doing; the command line decides how that looks.

#include <cstddef>
#include <string>
#include <vector>

namespace genrebench {

/// One task at a time: begin, any number of advances, end. Calls come from one thread at a time.
class Progress {
 public:
  virtual ~Progress() = default;
  virtual void begin(const std::string& what, std::size_t total) = 0;
  virtual void advance(std::size_t done, const std::string& now = {}) = 0;
  virtual void end() = 0;
  /// Lines below the task's own: what each of several workers is doing. Shown where there is room
  /// for them.
  virtual void details(const std::vector<std::string>& /*lines*/) {}
  /// A line that stays: a warning, a bad track, a failed run.
  virtual void message(const std::string& text) = 0;
};

/// "0.42 s", "12 s", "2 min 5 s", "3 h 10 min".
std::string duration_text(double seconds);

}  // namespace genrebench
