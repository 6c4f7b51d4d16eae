#include "harness/kernels/benchmark_programs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <sstream>

#include "base/error.hpp"
#include "base/subprocess.hpp"
#include "base/text.hpp"
#include "harness/kernels/instruction_counts.hpp"

namespace genrebench {
namespace {

namespace fs = std::filesystem;

constexpr const char* kCommit = "genrebench_commit";
constexpr const char* kCompiler = "genrebench_compiler";
constexpr const char* kFlags = "genrebench_flags";

/// The last line that a program wrote to standard error, which says why it ended.
std::string last_line(const std::string& text) {
  std::istringstream lines(text);
  std::string last;
  for (std::string line; std::getline(lines, line);)
    if (!line.empty()) last = line;
  return last.empty() ? std::string("it wrote nothing") : single_line(last.substr(0, 200));
}

/// What a program writes to standard output; nothing if no benchmark matches its filter.
std::string output_of(const BenchmarkProgram& program, const std::vector<std::string>& arguments) {
  std::vector<std::string> command = {fs::absolute(program.path).string()};
  command.insert(command.end(), arguments.begin(), arguments.end());
  const SubprocessResult result = run_subprocess(command);
  if (result.err.find("Failed to match any benchmarks") != std::string::npos) return {};
  if (result.exit_code != 0)
    throw DataError(fmt::format("{}: ended with exit code {}: {}", program.path.string(),
                                result.exit_code, last_line(result.err)));
  return result.out;
}

/// Nothing if no benchmark matches the filter.
std::optional<BenchmarkOutput> run_once(const BenchmarkProgram& program,
                                        const BenchmarkRunOptions& options) {
  std::vector<std::string> arguments = {
      "--benchmark_format=json", fmt::format("--benchmark_min_time={}", options.min_time_s),
      fmt::format("--benchmark_repetitions={}", options.repetitions),
      "--benchmark_enable_random_interleaving=true", "--benchmark_report_aggregates_only=false"};
  if (!options.filter.empty())
    arguments.push_back(fmt::format("--benchmark_filter={}", options.filter));
  const std::string text = output_of(program, arguments);
  if (text.find_first_not_of(" \n") == std::string::npos) return std::nullopt;
  return read_benchmark_json(text, program.path.string());
}

/// All programs of a session have to be of one build.
void join_context(std::map<std::string, std::string>& all,
                  const std::map<std::string, std::string>& one, const BenchmarkProgram& program) {
  for (const auto& [key, value] : one) {
    const auto [known, added] = all.emplace(key, value);
    if (added || known->second == value) continue;
    if (key == kCommit || key == kCompiler || key == kFlags)
      throw DataError(
          fmt::format("{}: {} is '{}', and '{}' of the programs before; build all "
                      "programs together",
                      program.path.string(), key, single_line(value), single_line(known->second)));
  }
}

}  // namespace

std::vector<BenchmarkProgram> find_benchmark_programs(const fs::path& folder) {
  std::vector<BenchmarkProgram> programs;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string file = entry->path().filename().string();
    const std::string name = benchmark_program_name(file);
    std::error_code of_file;
    if (name != file && fs::is_regular_file(entry->path(), of_file))
      programs.push_back({.name = name, .path = entry->path()});
  }
  std::sort(programs.begin(), programs.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  return programs;
}

std::vector<std::string> benchmarks_of(const BenchmarkProgram& program, const std::string& filter) {
  std::vector<std::string> arguments = {"--benchmark_list_tests=true"};
  if (!filter.empty()) arguments.push_back(fmt::format("--benchmark_filter={}", filter));
  std::istringstream lines(output_of(program, arguments));
  std::vector<std::string> names;
  for (std::string line; std::getline(lines, line);)
    if (!line.empty()) names.push_back(line);
  return names;
}

void add_values(std::map<KernelSeries, std::map<std::int64_t, double>>& values,
                const BenchmarkOutput& output, const std::string& program,
                std::int64_t first_repetition) {
  for (const auto& [series, repetitions] : output.values) {
    KernelSeries own = series;
    own.program = program;
    for (const auto& [repetition, value] : repetitions)
      values[own][first_repetition + repetition] = value;
  }
}

BenchmarkMeasurements run_benchmark_programs(
    const std::vector<BenchmarkProgram>& programs, const BenchmarkRunOptions& options,
    const std::function<bool(const BenchmarkProgram&, int, int)>& before) {
  BenchmarkMeasurements result;
  std::vector<BenchmarkProgram> matching = programs;
  const int n_programs = static_cast<int>(programs.size());
  const int total = n_programs * (options.rounds + (options.instructions ? 1 : 0));
  for (int round = 0; round < options.rounds; ++round) {
    // Backwards in every other round, so that no program always follows the same one.
    if (round > 0) std::reverse(matching.begin(), matching.end());
    std::vector<BenchmarkProgram> left_out;
    int place = 0;
    for (const BenchmarkProgram& program : matching) {
      if (!before(program, round * n_programs + place++, total)) return {};
      const std::optional<BenchmarkOutput> output = run_once(program, options);
      if (!output) {
        left_out.push_back(program);
        continue;
      }
      join_context(result.context, output->context, program);
      add_values(result.values, *output, program.name,
                 static_cast<std::int64_t>(round) * options.repetitions);
      if (round == 0)
        result.errors.insert(result.errors.end(), output->errors.begin(), output->errors.end());
    }
    std::erase_if(matching, [&](const BenchmarkProgram& one) {
      return std::any_of(left_out.begin(), left_out.end(),
                         [&](const BenchmarkProgram& other) { return one.name == other.name; });
    });
  }
  if (result.values.empty())
    throw DataError(result.errors.empty()
                        ? fmt::format("no benchmark matches --filter '{}'", options.filter)
                        : result.errors.front());
  if (options.instructions) {
    int place = 0;
    for (const BenchmarkProgram& program : matching) {
      if (!before(program, options.rounds * n_programs + place++, total)) return {};
      try {
        for (const auto& [benchmark, count] : count_instructions(program.path, options.filter))
          result.values[{.program = program.name,
                         .benchmark = benchmark,
                         .measure = "instructions",
                         .unit = ""}][0] = count;
      } catch (const DataError& error) {
        result.errors.emplace_back(error.what());  // the times are worth recording without them
      }
    }
  }
  return result;
}

KernelSetting setting_of(const std::map<std::string, std::string>& context) {
  KernelSetting setting;
  const auto text = [&](const char* key) {
    const auto found = context.find(key);
    return found == context.end() ? std::string("unknown") : found->second;
  };
  setting.commit = text(kCommit);
  setting.compiler = text(kCompiler);
  setting.flags = text(kFlags);
  if (constexpr std::string_view kDirty = "-dirty"; setting.commit.ends_with(kDirty)) {
    setting.commit.resize(setting.commit.size() - kDirty.size());
    setting.dirty = true;
  }
  return setting;
}

void complete_commit(KernelSetting& setting, const fs::path& checkout) {
  const std::string& commit = setting.commit;
  const bool plain = std::all_of(commit.begin(), commit.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '.' || c == '_' || c == '-';
  });
  if (commit.empty() || commit.front() == '-' || commit == "unknown" || !plain) return;
  SubprocessResult shown;
  try {
    shown = run_subprocess(
        {"git", "-C", checkout.string(), "show", "-s", "--date=format-local:%Y-%m-%dT%H:%M:%SZ",
         "--format=%H %cd", commit + "^{commit}"},
        {}, {{"TZ", "UTC"}});
  } catch (const DataError&) {
    return;  // there is no git
  }
  std::istringstream words(shown.out);
  std::string hash, time;
  if (shown.exit_code != 0 || !(words >> hash >> time)) return;
  setting.commit = hash;
  setting.commit_time = time;
}

std::string frequency_governor() {
  std::ifstream file("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor");
  std::string governor;
  std::getline(file, governor);
  return governor;
}

double load_of_last_minute() {
  double load = 0.0;
  return ::getloadavg(&load, 1) == 1 ? load : 0.0;
}

}  // namespace genrebench
