#pragma once
// Measurements of kernels: what one session of benchmark programs gave, and where.

#include <compare>
#include <cstdint>
#include <map>
#include <string>

namespace genrebench {

/// What is measured of one benchmark.
struct KernelSeries {
  std::string program;    ///< without genrebench_ and _benchmark: "sem"
  std::string benchmark;  ///< "sem/fast/all_lags/10"
  /// "cpu_time", "real_time" (both in ns per iteration), "iterations", "instructions" (per
  /// iteration), "counter/NAME", "complexity/cpu_coefficient", "complexity/real_coefficient" (both
  /// in ns), "complexity/rms" (a fraction).
  std::string measure;
  std::string unit;  ///< "ns"; of a complexity, the function: "N^2"; empty: a plain number
  auto operator<=>(const KernelSeries&) const = default;
};

/// How a session came into the store.
enum class KernelOrigin { run, imported };

/// Where and of what kernels were measured. Sessions are compared where host, processor, compiler
/// and flags are the same.
struct KernelSetting {
  std::string commit = "unknown";  ///< hash of the commit that was built
  std::string commit_time;         ///< UTC, ISO 8601; empty: not known
  bool dirty = false;              ///< the tree had changes
  std::string host, processor;
  int cpus = 0;
  std::string governor;  ///< of the processor's frequency; empty: not known
  double load = 0.0;     ///< mean number of processes that wanted to run in the minute before
  std::string compiler, flags;
  bool operator==(const KernelSetting&) const = default;
};

/// One session: all repetitions of all benchmarks. Values of one repetition were measured in the
/// same process.
struct KernelSession {
  KernelOrigin origin = KernelOrigin::run;
  std::string recorded_at;  ///< UTC, ISO 8601
  KernelSetting setting;
  std::map<KernelSeries, std::map<std::int64_t, double>> values;  ///< by repetition; finite
};

/// The id of a session: the SHA-256 of its content. Two stores that hold the same session hold it
/// under the same id.
std::string kernel_session_id(const KernelSession& session);

/// True if the two were measured on the same machine with the same compiler and flags.
bool comparable(const KernelSetting& a, const KernelSetting& b);

/// The time by which sessions are put in order: the commit's, or where that is not known, that of
/// the recording.
const std::string& kernel_order(const KernelSession& session);

/// The first 12 characters of the commit, with a + if the tree had changes.
std::string short_commit(const KernelSetting& setting);

}  // namespace genrebench
