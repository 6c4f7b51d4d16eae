#include "base/process_identity.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>

namespace genrebench {
namespace {

struct Status {
  char state = '?';
  std::int64_t start = 0;
};

/// Fields 3 and 22 of /proc/PID/stat; the second field, the program's name, may hold anything.
std::optional<Status> status_of(std::int64_t pid) {
  std::ifstream stream(fmt::format("/proc/{}/stat", pid));
  std::string line;
  if (!std::getline(stream, line)) return std::nullopt;
  const std::size_t name_end = line.rfind(')');
  if (name_end == std::string::npos) return std::nullopt;
  std::istringstream rest(line.substr(name_end + 1));
  Status status;
  std::string skipped;
  rest >> status.state;
  for (int field = 4; field < 22; ++field) rest >> skipped;
  if (!(rest >> status.start)) return std::nullopt;
  return status;
}

std::string first_line(const char* file) {
  std::ifstream stream(file);
  std::string line;
  std::getline(stream, line);
  return line;
}

}  // namespace

std::string host_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

ProcessIdentity this_process() {
  ProcessIdentity identity;
  identity.host = host_name();
  identity.boot = first_line("/proc/sys/kernel/random/boot_id");
  std::error_code error;
  identity.pid_namespace = std::filesystem::read_symlink("/proc/self/ns/pid", error).string();
  identity.pid = ::getpid();
  if (const auto status = status_of(identity.pid)) identity.start = status->start;
  return identity;
}

ProcessState state_of(const ProcessIdentity& process) {
  const ProcessIdentity here = this_process();
  if (process.boot.empty() || process.boot != here.boot ||
      process.pid_namespace != here.pid_namespace)
    return ProcessState::unknown;
  const auto status = status_of(process.pid);
  const bool same = status && status->start == process.start;
  return same && status->state != 'Z' && status->state != 'X' ? ProcessState::running
                                                              : ProcessState::ended;
}

}  // namespace genrebench
