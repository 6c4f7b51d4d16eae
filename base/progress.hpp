#pragma once
// Progress reporting for long-running work. The command line decides how it looks.

#include <cstddef>
#include <string>
#include <vector>

namespace genrebench {

/// What may happen to many runs or tracks for one reason.
struct Incident {
  std::string kind;       ///< "failed", "bad track"
  std::string text;       ///< the line that tells of it
  std::string reason;     ///< the part of the line that others of the kind may share
  bool harmless = false;  ///< nothing is wrong: a run that was pruned
};

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
  /// A line that stays on the screen: something is wrong, or may be.
  virtual void message(const std::string& text) = 0;
  /// A line that stays on the screen although nothing is wrong. Not shown to those who want quiet.
  virtual void note(const std::string& text) { message(text); }
  /// The same for what may happen many times: a failed run, a bad track. The first of each reason
  /// are shown, the others counted.
  virtual void incident(const Incident& incident) {
    incident.harmless ? note(incident.text) : message(incident.text);
  }
  /// Tells the number of the incidents that were only counted. For the end of a command.
  virtual void tell_counts() {}
};

}  // namespace genrebench
