#pragma once
// Finds the research data and the oracle values, which lie outside the repository. Tests that need
// them are skipped, by name, where they are absent.

#include <cstdlib>
#include <filesystem>
#include <optional>

namespace genrebench::testing {

/// The folder that holds data/ and oracles/: $GENREBENCH_SHARED, else `shared` beside the checkout.
inline std::optional<std::filesystem::path> shared_dir() {
  const char* named = std::getenv("GENREBENCH_SHARED");
  const std::filesystem::path dir = named != nullptr ? named : GENREBENCH_SOURCE_DIR "/../shared";
  if (!std::filesystem::is_directory(dir / "data")) return std::nullopt;
  return dir;
}

}  // namespace genrebench::testing

/// Declares `shared` (a path) or skips the test.
#define GENREBENCH_REQUIRE_SHARED(shared)                                          \
  const auto shared##_found = genrebench::testing::shared_dir();                   \
  if (!shared##_found) GTEST_SKIP() << "no shared research data beside the clone"; \
  const std::filesystem::path shared = *shared##_found
