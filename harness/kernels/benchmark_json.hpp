#pragma once
// The JSON that programs of Google Benchmark write (--benchmark_format=json).

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "harness/records/kernel_records.hpp"

namespace genrebench {

/// What one file says.
struct BenchmarkOutput {
  std::string date;        ///< UTC, ISO 8601; empty: none that can be read
  std::string host;        ///< empty: none
  std::string executable;  ///< the program's file name without its folder; empty: none
  int cpus = 0;
  double load = 0.0;  ///< the first of the load averages; 0: none
  /// Texts of the context that Google Benchmark does not write itself, as programs of ours add them
  /// (genrebench_commit, ...).
  std::map<std::string, std::string> context;
  /// With the program's name left empty. Repetitions are numbered from 0.
  std::map<KernelSeries, std::map<std::int64_t, double>> values;
  std::int64_t repetitions = 0;     ///< one more than the largest number of a repetition
  std::vector<std::string> errors;  ///< a line per benchmark that ended with an error
};

/// Reads the output of one program. Means and other summaries are left out, because every
/// repetition is there; fits of complexity are kept.
/// @param name  of the file or program, for messages
/// @throws DataError  if the text is no JSON, no output of Google Benchmark, holds only summaries,
/// or a value is not what it should be; the message names the benchmark and the key
BenchmarkOutput read_benchmark_json(std::string_view text, const std::string& name);

/// "sem" for "genrebench_sem_benchmark"; other names stay.
std::string benchmark_program_name(std::string_view executable);

}  // namespace genrebench
