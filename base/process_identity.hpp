#pragma once
// Which process this is, so that another one, perhaps on another machine, can tell whether it still
// lives.

#include <cstdint>
#include <string>

namespace genrebench {

/// Names one process for ever: process numbers are used again, and mean something only inside one
/// boot of one machine and one namespace of processes (a container has its own).
struct ProcessIdentity {
  std::string host;
  std::string boot;           ///< the kernel's id of this boot
  std::string pid_namespace;  ///< the kernel's name of the namespace
  std::int64_t pid = 0;
  std::int64_t start = 0;  ///< when it started, in clock ticks since the boot
};

/// The name of this machine; empty if the system does not tell it.
std::string host_name();

ProcessIdentity this_process();

/// What can be said of another process from here.
enum class ProcessState { running, ended, unknown };

/// @return  `unknown` where the process is on another machine or in another container; a stopped
/// process is running
ProcessState state_of(const ProcessIdentity& process);

}  // namespace genrebench
