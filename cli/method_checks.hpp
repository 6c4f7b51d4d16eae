#pragma once
// What every method promises (harness/plugin/method.hpp), tried out on tiny data: for methods that
// are other programs, whose authors do not have our tests.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "harness/plugin/method.hpp"

namespace genrebench::cli {

/// How one promise was kept.
struct MethodCheck {
  std::string promise;  ///< "answers for every example"
  bool kept = false;
  std::string message = {};  ///< what was found, if it is worth saying
};

struct MethodCheckSettings {
  std::function<std::unique_ptr<Method>(std::uint64_t seed)> make;
  bool sequences = false;  ///< examples are sequences of frames instead of vectors
  int threads = 1;
  std::filesystem::path log_file = {};  ///< of what a program prints; empty: it is not kept
  std::function<bool()> interrupted = [] { return false; };
};

/// Tries every promise. After the first one, which is that the method answers at all, the others
/// are only tried if it was kept.
/// @param before  told the promise that is tried next
/// @throws Interrupted  if the settings say so
std::vector<MethodCheck> check_method(const MethodCheckSettings& settings,
                                      const std::function<void(const std::string&)>& before);

}  // namespace genrebench::cli
