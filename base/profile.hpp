#pragma once
// Where the time of a process goes: named spans of work, within one another, on all threads. A span
// costs a lock and two looks at the clock while a profile is taken, and one look at a flag
// otherwise, so that spans may stand where work takes a tenth of a millisecond and more.

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"

namespace genrebench {

/// Work of one name within other work.
struct ProfileNode {
  std::string name = {};
  double seconds = 0.0;                  ///< of all threads together, with those of `within`
  std::size_t count = 0;                 ///< spans
  std::vector<ProfileNode> within = {};  ///< in the order in which they first began

  /// The node of this name directly within; nothing is there: null.
  const ProfileNode* find(std::string_view child) const;

  /// Seconds of its own: without those of `within`. 0 where several threads worked within, whose
  /// seconds are more than those that the one that waited for them took.
  double own_seconds() const;

  /// Adds the times of another node and of all within it to those of the same names.
  void add(const ProfileNode& other);
};

/// What was recorded between begin_profile() and end_profile().
struct Profile {
  ProfileNode root = {};
  /// Seconds by track and name of the work, without work within it.
  std::map<std::string, std::map<std::string, double>> tracks = {};

  void add(const Profile& other);
};

/// Begins to record. What is recorded so far and was not fetched is lost. Spans that are open are
/// not recorded.
void begin_profile();

/// Ends recording: spans that are open then are not recorded.
/// @return  the seconds of its root are those since begin_profile()
Profile end_profile();

/// Records a piece of work of the thread that makes it, within the one that is open there. Threads
/// of run_on_threads() begin within that of the thread that started them.
class ProfileSpan {
 public:
  explicit ProfileSpan(std::string_view name);
  ~ProfileSpan();
  ProfileSpan(const ProfileSpan&) = delete;
  ProfileSpan& operator=(const ProfileSpan&) = delete;

  struct Open;

 private:
  Open* open_ = nullptr;  ///< null: nothing is recorded
};

/// Says which track the spans of this thread are about, until it ends.
class ProfiledTrack {
 public:
  /// @param id  outlives this
  explicit ProfiledTrack(const std::string& id);
  ~ProfiledTrack();
  ProfiledTrack(const ProfiledTrack&) = delete;
  ProfiledTrack& operator=(const ProfiledTrack&) = delete;

 private:
  const std::string* before_;
};

/// For threads that work for another: what open_span() gave there is open here until this ends.
class ProfileThread {
 public:
  explicit ProfileThread(ProfileSpan::Open* open);
  ~ProfileThread();
  ProfileThread(const ProfileThread&) = delete;
  ProfileThread& operator=(const ProfileThread&) = delete;

 private:
  ProfileSpan::Open *before_, *inherited_before_;
};

/// The innermost span of this thread; null: none.
ProfileSpan::Open* open_span();

}  // namespace genrebench
