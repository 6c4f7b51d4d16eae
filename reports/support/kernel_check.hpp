#pragma once
// Measurements of kernels over many sessions: what moved, and what became slower.

#include <optional>
#include <string>
#include <vector>

#include "harness/records/kernel_records.hpp"
#include "reports/statistics/basic.hpp"
#include "reports/support/kernel_measures.hpp"
#include "reports/support/slow_down.hpp"

namespace genrebench {

/// One measure of one benchmark over the sessions that have it.
struct KernelHistory {
  KernelMeasure measure = KernelMeasure::time;
  std::string program, benchmark;
  std::string reference;                    ///< of a ratio
  std::vector<std::size_t> sessions;        ///< places in the list of sessions, ascending
  std::vector<std::vector<double>> values;  ///< of each of them, none empty
};

/// The histories of all benchmarks, by measure, program and benchmark.
/// @param sessions  comparable with each other, in the order of kernel_order()
std::vector<KernelHistory> kernel_histories(const std::vector<KernelSession>& sessions,
                                            const std::vector<KernelMeasure>& measures);

/// Those that a gate should look at: of each benchmark its ratio if the newest session has one,
/// else its time, and its instructions besides. Plain references are left out: they are there to be
/// compared with.
std::vector<KernelHistory> gate_histories(const std::vector<KernelSession>& sessions);

/// The sessions that are comparable with the last one in the list, in their order.
std::vector<KernelSession> comparable_with_last(const std::vector<KernelSession>& sessions);

struct KernelFinding {
  KernelHistory history;
  SlowDown change;
};

struct KernelCheck {
  std::vector<KernelFinding> findings;
  std::size_t n_tested = 0;  ///< histories with enough sessions that the newest one continues
  std::size_t n_short = 0;   ///< histories with too few
};

/// Looks for slow-downs in histories. Those that end before the newest session are left out.
/// @param options  `n_series` is set here, to n_tested
KernelCheck check_kernels(const std::vector<KernelHistory>& histories, std::size_t n_sessions,
                          SlowDownOptions options);

/// "000000000001 .. 000000000002", or "000000000002, measured again" where both sessions are of one
/// commit: then the machine changed.
/// @param place  of the first slow session in the history, at least 1
std::string commit_range(const KernelHistory& history, std::size_t place,
                         const std::vector<KernelSession>& sessions);

/// What two sides give for one benchmark.
struct KernelDifference {
  KernelMeasure measure = KernelMeasure::time;
  std::string program, benchmark;
  double before = 0.0, after = 0.0;  ///< geometric means of the sessions' medians
  double relative() const { return before == 0.0 ? 0.0 : after / before - 1.0; }
  /// Of relative(), by Welch's t test of the logarithms of the sessions' medians; with one session
  /// on a side, of those of the repetitions. Nothing if the logarithms do not exist, or one side
  /// has one value.
  std::optional<Interval> interval;
  bool of_repetitions = false;  ///< the interval knows nothing of differences between sessions
};

/// Compares benchmarks that both sides have. Source: Welch, Biometrika 34, 1947
std::vector<KernelDifference> compare_kernels(const std::vector<KernelSession>& before,
                                              const std::vector<KernelSession>& after,
                                              const std::vector<KernelMeasure>& measures,
                                              double level = 0.95);

}  // namespace genrebench
