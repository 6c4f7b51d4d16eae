#pragma once
// What is compared of measurements of kernels: ratios to plain references, instructions and time.

#include <optional>
#include <string>
#include <vector>

#include "harness/records/kernel_records.hpp"
#include "reports/statistics/median.hpp"

namespace genrebench {

enum class KernelMeasure { ratio, instructions, time };

/// "ratio", "instructions", "time".
std::string to_string(KernelMeasure measure);

/// The benchmark that computes the same in a plain way in the same program, by its name: one part
/// of the name is `plain` or `direct` where the other has any word (power_spectrogram/plain/512 for
/// power_spectrogram/lanes/512), begins with `plain_` (fingerprint/plain_peaks), or ends with
/// `_dense`.
/// @param all  names of the program's benchmarks
/// @return     nothing if there is none, or if the benchmark is itself a reference
std::optional<std::string> plain_reference(const std::string& benchmark,
                                           const std::vector<std::string>& all);

/// True if a name says that the benchmark is such a reference.
bool is_plain_reference(const std::string& benchmark);

/// The measurements of one benchmark in one session.
struct KernelValues {
  std::string program, benchmark;
  std::string reference;       ///< of a ratio: the benchmark that it is a ratio to
  std::vector<double> values;  ///< by repetition: ratio, instructions, or ns
};

/// The values of all benchmarks of a session, by program and benchmark. Time is the processor's
/// time of a benchmark, or real time where its name ends with /real_time. A ratio is that of two
/// times of the same repetition, hence of the same process. References have no ratio.
std::vector<KernelValues> kernel_values(const KernelSession& session, KernelMeasure measure);

}  // namespace genrebench
