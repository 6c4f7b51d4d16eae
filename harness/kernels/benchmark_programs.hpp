#pragma once
// Programs of Google Benchmark: finding them, and running them so that their measurements can be
// compared.

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "harness/kernels/benchmark_json.hpp"
#include "harness/records/kernel_records.hpp"

namespace genrebench {

struct BenchmarkProgram {
  std::string name;  ///< "sem"
  std::filesystem::path path;
};

/// The programs genrebench_NAME_benchmark of a folder, by name; none if there is no such folder.
std::vector<BenchmarkProgram> find_benchmark_programs(const std::filesystem::path& folder);

/// The names of a program's benchmarks.
/// @param filter  a regular expression of Google Benchmark; empty: all
/// @throws DataError  if the program cannot be started or fails
std::vector<std::string> benchmarks_of(const BenchmarkProgram& program,
                                       const std::string& filter = {});

struct BenchmarkRunOptions {
  int rounds = 3;             ///< times that each program is started
  int repetitions = 3;        ///< of each benchmark in one process, in random order
  double min_time_s = 0.1;    ///< least time of one repetition
  std::string filter = {};    ///< a regular expression of Google Benchmark; empty: all
  bool instructions = false;  ///< also count instructions, by Callgrind
};

/// What the programs gave, one after the other in each round, so that a disturbance of the machine
/// meets all of them.
struct BenchmarkMeasurements {
  /// A repetition has the number round * repetitions + its number in the process.
  std::map<KernelSeries, std::map<std::int64_t, double>> values;
  std::map<std::string, std::string> context;  ///< texts that the programs added, such as commits
  std::vector<std::string> errors;  ///< benchmarks that ended with an error, or have no count
};

/// Runs programs. Those of which no benchmark matches the filter are left out.
/// @param before  called before each start, with the number of starts so far and in all; returns
///                false to stop
/// @throws DataError  if a program cannot be started, fails or writes something else; if two
/// programs were built from different commits or by different compilers; if nothing matches
/// @return  nothing in `values` if `before` asked to stop
BenchmarkMeasurements run_benchmark_programs(
    const std::vector<BenchmarkProgram>& programs, const BenchmarkRunOptions& options,
    const std::function<bool(const BenchmarkProgram&, int, int)>& before);

/// Adds values of one output to a session.
/// @param first_repetition  number that its repetition 0 gets
void add_values(std::map<KernelSeries, std::map<std::int64_t, double>>& values,
                const BenchmarkOutput& output, const std::string& program,
                std::int64_t first_repetition);

/// The setting that texts added by our programs tell: commit, dirty, compiler and flags.
KernelSetting setting_of(const std::map<std::string, std::string>& context);

/// Asks git for the whole hash and the time of a commit; both stay as they are where git or the
/// commit is not known.
/// @param checkout  a folder of the repository
void complete_commit(KernelSetting& setting, const std::filesystem::path& checkout);

/// The governor of the first processor's frequency; empty: there is none.
std::string frequency_governor();

/// Mean number of processes that wanted to run in the last minute; 0 if the system does not tell.
double load_of_last_minute();

}  // namespace genrebench
