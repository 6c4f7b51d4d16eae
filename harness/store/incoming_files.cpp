#include "harness/store/incoming_files.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>

#include "base/error.hpp"
#include "base/process_identity.hpp"
#include "base/unfinished_file.hpp"
#include "harness/records/short_id.hpp"

namespace genrebench {
namespace {

namespace fs = std::filesystem;

constexpr const char* kPrefix = "incoming.";

/// The beginning of the names of this machine's staging folders: "incoming.host.".
std::string ours() { return kPrefix + host_name() + "."; }

}  // namespace

IncomingFiles::IncomingFiles(fs::path from, fs::path to, bool link)
    : from_(std::move(from)),
      to_(std::move(to)),
      // The digits keep others, who may write to the folder too, from putting a link there first.
      staging_(to_.folder() / fmt::format("{}{}.{}", ours(), ::getpid(), unguessable_digits())),
      link_(link) {
  std::error_code ignored;
  for (const fs::path& folder : abandoned_incoming(to_.folder())) fs::remove_all(folder, ignored);
}

IncomingFiles::~IncomingFiles() {
  std::error_code ignored;
  fs::remove_all(staging_.folder(), ignored);
  to_.remove_if_empty();
}

void IncomingFiles::fetch(const std::string& run_id, const ArtifactRecord& artifact) {
  const std::string key = run_id + "/" + artifact.name;
  if (!states_.contains(key)) states_[key] = fetched(run_id, artifact);
}

IncomingFiles::State IncomingFiles::fetched(const std::string& run_id,
                                            const ArtifactRecord& artifact) {
  if (to_.problem_of(run_id, artifact).empty()) return State::there;
  const fs::path source = from_.artifact(run_id, artifact.name),
                 staged = staging_.artifact(run_id, artifact.name);
  const auto note = [&](const std::string& what) {
    notes_.push_back(fmt::format("run {}: {}: {}; the run is merged without this file",
                                 short_id(run_id), source.string(), what));
    return State::missing;
  };
  std::error_code error;
  const fs::path real = fs::canonical(source, error);  // a link would be linked, not the file
  if (error || !fs::is_regular_file(real, error)) return note("the file is missing");
  if (::access(real.c_str(), R_OK) != 0) return note("the file cannot be read");
  if (fs::file_size(real, error) != static_cast<std::uintmax_t>(artifact.bytes))
    return note(from_.problem_of(run_id, artifact));
  fs::create_directories(staged.parent_path(), error);
  if (error)
    throw DataError(fmt::format("{}: cannot make the folder: {}", staged.parent_path().string(),
                                error.message()));
  error = std::make_error_code(std::errc::not_supported);
  if (link_) fs::create_hard_link(real, staged, error);
  if (error) {
    error.clear();
    fs::copy_file(real, staged, fs::copy_options::overwrite_existing, error);
    if (error)
      throw DataError(fmt::format("{}: cannot be copied to {}: {}", source.string(),
                                  staged.string(), error.message()));
  }
  const std::string problem = staging_.problem_of(run_id, artifact);
  if (problem.empty()) return State::fetched;
  fs::remove(staged, error);
  return note(problem);
}

void IncomingFiles::put(const std::string& run_id, const ArtifactRecord& artifact) {
  fetch(run_id, artifact);
  const std::string key = run_id + "/" + artifact.name;
  if (states_.at(key) != State::fetched || put_.contains(key)) return;
  const fs::path place = to_.artifact(run_id, artifact.name);
  std::error_code error;
  fs::create_directories(place.parent_path(), error);
  if (!error) fs::rename(staging_.artifact(run_id, artifact.name), place, error);
  if (error)
    throw DataError(
        fmt::format("{}: cannot be put in its place: {}", place.string(), error.message()));
  put_.insert(key);
}

bool is_incoming(const fs::path& folder) { return folder.filename().string().starts_with(kPrefix); }

std::vector<fs::path> abandoned_incoming(const fs::path& files) {
  std::vector<fs::path> result;
  const std::string prefix = ours();
  std::error_code ignored;
  for (fs::directory_iterator entry(files, ignored), end; !ignored && entry != end;
       entry.increment(ignored)) {
    const std::string name = entry->path().filename().string();
    if (!name.starts_with(prefix))
      continue;  // of another machine: nothing is known of its processes
    pid_t pid = 0;
    std::from_chars(name.data() + prefix.size(), name.data() + name.size(), pid);
    if (pid <= 0 || (::kill(pid, 0) != 0 && errno == ESRCH)) result.push_back(entry->path());
  }
  return result;
}

}  // namespace genrebench
