#pragma once
// What a run takes: processor time, memory.

#include <map>
#include <string>

namespace genrebench {

/// Measures this process from its construction on. One at a time: the peak of memory is the
/// process's, and begins anew with it.
class ResourceMeter {
 public:
  ResourceMeter();

  /// "resources.cpu_s" (all threads), "resources.peak_memory_bytes" (resident; left out where the
  /// kernel does not tell) and, where a GPU was used, "resources.gpu_memory_bytes" (what the driver
  /// says that this process holds).
  std::map<std::string, std::string> since() const;

 private:
  double cpu_s_ = 0.0;
  bool peak_reset_ = false;
};

}  // namespace genrebench
