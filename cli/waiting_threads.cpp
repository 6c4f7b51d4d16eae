#include "cli/waiting_threads.hpp"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>

namespace genrebench {
namespace {

/// 0.2 ms at 23 ns a turn (AMD EPYC): a few times as long as putting a thread to sleep and waking
/// it takes, so that few waits of a network on a quiet machine are longer.
constexpr const char* kTurns = "10000";

}  // namespace

void limit_waiting_threads(char* const* argv) {
  constexpr const char* kVariable = "GOMP_SPINCOUNT";
  if (std::getenv(kVariable) != nullptr || std::getenv("OMP_WAIT_POLICY") != nullptr) return;
  std::error_code error;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", error);
  // Not /proc/self/exe itself, which would make "exe" the name of the process.
  if (error || ::setenv(kVariable, kTurns, /*overwrite=*/1) != 0) return;
  ::execv(program.c_str(), argv);
  // Where that is impossible, they wait as before.
}

}  // namespace genrebench
