#pragma once
// What a run takes: processor time, memory.

#include <map>
#include <string>

#include "harness/configuration.hpp"

namespace genrebench {

/// Measures this process from its construction on. One at a time: the peak of memory is the process's, and begins anew with it.
class ResourceMeter {
 public:
  ResourceMeter();

  /// "resources.cpu_s" (all threads), "resources.peak_memory_bytes" (resident; left out where the kernel does not tell) and, where a
  /// GPU was used, "resources.gpu_memory_bytes" (what the driver says that this process holds).
  std::map<std::string, std::string> since() const;

 private:
  double cpu_s_ = 0.0;
  bool peak_reset_ = false;
};

/// True where the machine has GPUs that this process may use: those of CUDA_VISIBLE_DEVICES where that is set, else all.
/// @return  their number
int visible_gpus();

/// True if the run would compute on a GPU that it can see.
bool may_use_gpu(const RunSpec& spec);

}  // namespace genrebench
