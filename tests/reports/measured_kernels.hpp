#pragma once
// A store with measurements of kernels, for tests of reports.

#include "reports/memory_store.hpp"
#include "support/example_kernels.hpp"

namespace genrebench::testing {

/// Sessions of two benchmarks, of which one became slower at the tenth commit; the first session is
/// of another machine.
inline MemoryStore measured_kernels() {
  MemoryStore store;
  for (int i = 0; i < 20; ++i) {
    KernelSession& session = store.kernels.emplace_back(kernel_session(i));
    if (i == 0) session.setting.host = "elsewhere";
    const double time = i < 9 ? 100.0 : 150.0;
    add_times(session, "sem", "sem/fast", {time, time + 1.0, time + 2.0 + 0.1 * (i % 3)});
    add_times(session, "stft", "stft/lanes", {70.0, 71.0, 70.5 + 0.1 * (i % 4)});
  }
  store.notes_on_kernels[store.kernels[9].setting.commit] = "exact lags";
  return store;
}

}  // namespace genrebench::testing
