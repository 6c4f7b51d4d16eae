#pragma once
// The processor time and memory that a run takes.

#include <cstddef>
#include <map>
#include <string>

namespace genrebench {

/// Measures this process from the construction of the meter on. Use one at a time: the peak of
/// memory belongs to the process, and each meter resets it.
class ResourceMeter {
 public:
  ResourceMeter();

  /// "resources.cpu_s" (all threads), "resources.peak_memory_bytes" (resident; absent if the
  /// kernel does not tell it) and, if a GPU was used, "resources.gpu_memory_bytes" (what this
  /// process holds according to the driver).
  std::map<std::string, std::string> since() const;

 private:
  double cpu_s_ = 0.0;
  bool peak_reset_ = false;
};

/// Counts the sound files that this process decodes.
class DecodingMeter {
 public:
  DecodingMeter();

  /// "resources.decoded_files": those since the meter was made or last asked, each as often as it
  /// was decoded; nothing where there were none.
  std::map<std::string, std::string> next();

 private:
  std::size_t before_ = 0;
};

}  // namespace genrebench
