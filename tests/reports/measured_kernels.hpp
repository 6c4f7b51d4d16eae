#pragma once
// A store with measurements of kernels, for tests of reports.

#include <vector>

#include "base/random.hpp"
#include "reports/memory_store.hpp"
#include "support/example_kernels.hpp"

namespace genrebench::testing {

/// Twenty commits: sem/fast becomes slower by 10 % at the 15th, stft/lanes stays.
inline std::vector<KernelSession> twenty_sessions() {
  Random random(9);
  std::vector<KernelSession> sessions;
  for (int i = 0; i < 20; ++i) {
    sessions.push_back(kernel_session(i));
    std::vector<double> slower, same;
    for (int r = 0; r < 5; ++r) {
      slower.push_back(1e6 * (i >= 14 ? 1.1 : 1.0) * (1.0 + 0.01 * random.uniform()));
      same.push_back(2e6 * (1.0 + 0.01 * random.uniform()));
    }
    add_times(sessions.back(), "sem", "sem/fast", slower);
    add_times(sessions.back(), "a", "stft/lanes", same);
  }
  return sessions;
}

/// The same in a store, the first one of another machine, with a note on the slower commit.
inline MemoryStore measured_kernels() {
  MemoryStore store;
  store.kernels = twenty_sessions();
  store.kernels.front().setting.host = "elsewhere";
  store.notes_on_kernels[store.kernels[14].setting.commit] = "exact lags";
  return store;
}

}  // namespace genrebench::testing
