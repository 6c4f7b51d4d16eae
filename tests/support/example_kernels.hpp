#pragma once
// Sessions of kernel measurements for tests.

#include <fmt/format.h>

#include <string>
#include <vector>

#include "harness/records/kernel_records.hpp"

namespace genrebench::testing {

/// A session of one commit on one machine.
/// @param number  of the commit, from which its hash and times follow
inline KernelSession kernel_session(int number) {
  KernelSession session;
  session.recorded_at = fmt::format("2026-11-30T10:{:02}:00Z", number % 60);
  session.setting = {
      .commit = fmt::format("{:08x}{:032}", number + 1, 0),
      .commit_time = fmt::format("2026-11-{:02}T08:{:02}:00Z", 1 + number / 60, number % 60),
      .dirty = false,
      .host = "somewhere",
      .processor = "Example 3000",
      .cpus = 2,
      .governor = "performance",
      .load = 0.25,
      .compiler = "GNU 12.2.0",
      .flags = "Release, -O3"};
  return session;
}

/// Adds the times of one benchmark, by repetition, in ns.
inline void add_times(KernelSession& session, const std::string& program,
                      const std::string& benchmark, const std::vector<double>& times) {
  for (const char* measure : {"cpu_time", "real_time"})
    for (std::size_t i = 0; i < times.size(); ++i)
      session.values[{.program = program, .benchmark = benchmark, .measure = measure, .unit = "ns"}]
                    [static_cast<std::int64_t>(i)] = times[i];
}

}  // namespace genrebench::testing
