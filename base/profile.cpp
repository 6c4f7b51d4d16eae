#include "base/profile.hpp"

#include <algorithm>
#include <atomic>
#include <list>
#include <memory>
#include <mutex>
#include <utility>

namespace genrebench {
namespace {

/// A node while it is recorded: nodes within it keep their place.
struct Recorded {
  std::string name;
  double seconds = 0.0;
  std::size_t count = 0;
  std::list<Recorded> within = {};

  Recorded& child(std::string_view of) {
    const auto found = std::ranges::find(within, of, &Recorded::name);
    return found != within.end() ? *found : within.emplace_back(Recorded{.name = std::string(of)});
  }
};

struct Recording {
  std::mutex mutex;
  SteadyClock::time_point begin = SteadyClock::now();
  Recorded root;
  std::map<std::string, std::map<std::string, double>> tracks;
};

std::mutex recording_mutex;
std::shared_ptr<Recording> recording;  // guarded by recording_mutex
std::atomic<bool> is_recording = false;

std::shared_ptr<Recording> current_recording() {
  if (!is_recording.load(std::memory_order_relaxed)) return nullptr;
  const std::lock_guard lock(recording_mutex);
  return recording;
}

ProfileNode node_of(const Recorded& recorded) {
  ProfileNode node{.name = recorded.name, .seconds = recorded.seconds, .count = recorded.count};
  for (const Recorded& one : recorded.within) node.within.push_back(node_of(one));
  return node;
}

}  // namespace

struct ProfileSpan::Open {
  std::shared_ptr<Recording> into;
  Recorded* node;
  Open* outer;
  SteadyClock::time_point begin;
  double within_s = 0.0;  ///< of spans of this thread within it
};

namespace {

thread_local ProfileSpan::Open* innermost = nullptr;
thread_local ProfileSpan::Open* inherited = nullptr;  ///< from the thread that this one works for
thread_local const std::string* track_in_hand = nullptr;

}  // namespace

const ProfileNode* ProfileNode::find(std::string_view child) const {
  const auto found = std::ranges::find(within, child, &ProfileNode::name);
  return found == within.end() ? nullptr : &*found;
}

double ProfileNode::own_seconds() const {
  double inner = 0.0;
  for (const ProfileNode& node : within) inner += node.seconds;
  return std::max(0.0, seconds - inner);
}

void ProfileNode::add(const ProfileNode& other) {
  seconds += other.seconds;
  count += other.count;
  for (const ProfileNode& node : other.within) {
    const auto found = std::ranges::find(within, node.name, &ProfileNode::name);
    if (found == within.end())
      within.push_back(node);
    else
      found->add(node);
  }
}

void Profile::add(const Profile& other) {
  root.add(other.root);
  for (const auto& [track, stages] : other.tracks)
    for (const auto& [stage, seconds] : stages) tracks[track][stage] += seconds;
}

void begin_profile() {
  const std::lock_guard lock(recording_mutex);
  recording = std::make_shared<Recording>();
  is_recording = true;
}

Profile end_profile() {
  std::shared_ptr<Recording> ended;
  {
    const std::lock_guard lock(recording_mutex);
    is_recording = false;
    ended = std::exchange(recording, nullptr);
  }
  Profile profile;
  if (ended == nullptr) return profile;
  const std::lock_guard lock(ended->mutex);
  profile.root = node_of(ended->root);
  profile.root.seconds = seconds_since(ended->begin);
  profile.root.count = 1;
  profile.tracks = ended->tracks;
  return profile;
}

ProfileSpan::ProfileSpan(std::string_view name) {
  std::shared_ptr<Recording> into = current_recording();
  if (into == nullptr) return;
  // A span that began before this recording is none of its own.
  Open* const outer = innermost != nullptr && innermost->into == into ? innermost : nullptr;
  Recorded* node = nullptr;
  {
    const std::lock_guard lock(into->mutex);
    node = &(outer == nullptr ? into->root : *outer->node).child(name);
  }
  open_ = new Open{
      .into = std::move(into), .node = node, .outer = innermost, .begin = SteadyClock::now()};
  innermost = open_;
}

ProfileSpan::~ProfileSpan() {
  if (open_ == nullptr) return;
  const std::unique_ptr<Open> open(open_);
  const double seconds = seconds_since(open->begin);
  innermost = open->outer;
  const std::lock_guard lock(open->into->mutex);
  open->node->seconds += seconds;
  ++open->node->count;
  if (track_in_hand != nullptr)
    open->into->tracks[*track_in_hand][open->node->name] += seconds - open->within_s;
  if (open->outer != nullptr && open->outer != inherited) open->outer->within_s += seconds;
}

ProfiledTrack::ProfiledTrack(const std::string& id) : before_(std::exchange(track_in_hand, &id)) {}
ProfiledTrack::~ProfiledTrack() { track_in_hand = before_; }

ProfileThread::ProfileThread(ProfileSpan::Open* open)
    : before_(std::exchange(innermost, open)), inherited_before_(std::exchange(inherited, open)) {}
ProfileThread::~ProfileThread() {
  innermost = before_;
  inherited = inherited_before_;
}

ProfileSpan::Open* open_span() { return innermost; }

}  // namespace genrebench
