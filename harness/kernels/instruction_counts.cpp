#include "harness/kernels/instruction_counts.hpp"

#include <fmt/format.h>

#include <charconv>

#include "base/error.hpp"
#include "base/subprocess.hpp"
#include "base/text.hpp"
#include "harness/kernels/benchmark_programs.hpp"

namespace genrebench {
namespace {

double instructions_of(const std::filesystem::path& program, const std::string& benchmark,
                       int repetitions) {
  const SubprocessResult result = run_subprocess(
      {"valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null",
       std::filesystem::absolute(program).string(),
       fmt::format("--benchmark_filter={}", exact_filter(benchmark)), "--benchmark_min_time=1e-9",
       fmt::format("--benchmark_repetitions={}", repetitions)});
  if (result.exit_code != 0)
    throw DataError(fmt::format(
        "{}: '{}' ended under valgrind with exit code {}; Valgrind knows no AVX-512: configure "
        "without GENREBENCH_NATIVE, or leave --instructions out",
        program.string(), benchmark, result.exit_code));
  return collected_instructions(result.err, program.string());
}

}  // namespace

bool can_count_instructions() {
  try {
    return run_subprocess({"valgrind", "--version"}).exit_code == 0;
  } catch (const DataError&) {
    return false;
  }
}

std::string exact_filter(std::string_view benchmark) {
  // Of POSIX extended expressions, which Google Benchmark takes; \] and \} are none of them.
  constexpr std::string_view kSpecial = "\\^$.|?*+()[{";
  std::string filter = "^";
  for (const char c : benchmark) {
    if (kSpecial.find(c) != std::string_view::npos) filter += '\\';
    filter += c;
  }
  return filter + "$";
}

double collected_instructions(std::string_view messages, const std::string& name) {
  constexpr std::string_view kLabel = "Collected : ";
  const std::size_t at = messages.rfind(kLabel);
  double count = 0.0;
  if (at != std::string_view::npos) {
    const std::string_view rest = messages.substr(at + kLabel.size());
    if (std::from_chars(rest.data(), rest.data() + rest.size(), count).ec == std::errc())
      return count;
  }
  throw DataError(
      fmt::format("{}: expected the line 'Collected : NUMBER' from Callgrind, found "
                  "none",
                  name));
}

std::map<std::string, double> count_instructions(const std::filesystem::path& program,
                                                 const std::string& filter) {
  std::map<std::string, double> counts;
  for (const std::string& benchmark :
       benchmarks_of({.name = program.filename().string(), .path = program}, filter))
    counts[benchmark] =
        instructions_of(program, benchmark, 3) - instructions_of(program, benchmark, 2);
  return counts;
}

}  // namespace genrebench
