#include "baselines/program/surroundings.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <optional>
#include <sstream>
#include <system_error>
#include <utility>

#include "base/clock.hpp"
#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/process_tree.hpp"
#include "base/text.hpp"

namespace genrebench {
namespace {

namespace fs = std::filesystem;

constexpr std::array kInherited = {"PATH",
                                   "HOME",
                                   "USER",
                                   "LOGNAME",
                                   "LANG",
                                   "LC_ALL",
                                   "LC_CTYPE",
                                   "TZ",
                                   "TMPDIR",
                                   "LD_LIBRARY_PATH",
                                   "VIRTUAL_ENV",
                                   "CONDA_PREFIX",
                                   "XDG_CACHE_HOME",
                                   "CUDA_VISIBLE_DEVICES",
                                   "NVIDIA_VISIBLE_DEVICES"};

constexpr std::array kThreads = {"OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS",
                                 "NUMEXPR_NUM_THREADS"};

/// Prints the version, then a line per installed package, without importing any of them.
constexpr const char* kAskPython =
    "import sys\n"
    "print('%d.%d.%d' % sys.version_info[:3])\n"
    "from importlib.metadata import distributions\n"
    "names = {(d.metadata['Name'] or '?') + '==' + (d.version or '?') for d in distributions()}\n"
    "print('\\n'.join(sorted(names, key=str.lower)))\n";

constexpr double kLongestQuestion_s = 30.0;

/// The file that a command's first word names, as execvp finds it.
std::optional<fs::path> found_program(const std::string& program, const std::string& search) {
  std::error_code error;
  const auto runs = [](const fs::path& file) {
    std::error_code ignored;
    return fs::is_regular_file(file, ignored) && ::access(file.c_str(), X_OK) == 0;
  };
  if (program.find('/') != std::string::npos)
    return runs(program) ? std::optional(fs::absolute(program, error)) : std::nullopt;
  std::istringstream folders(search);
  for (std::string folder; std::getline(folders, folder, ':');)
    if (const fs::path file = fs::path(folder.empty() ? "." : folder) / program; runs(file))
      return fs::absolute(file, error);
  return std::nullopt;
}

bool is_python(const std::string& program) {
  return fs::path(program).filename().string().starts_with("python");
}

/// The Python that runs a program: itself, or what its first line names.
std::optional<std::string> python_of(const fs::path& program) {
  if (is_python(program.string())) return program.string();
  std::ifstream file(program, std::ios::binary);
  std::array<char, 256> begin{};
  file.read(begin.data(), begin.size());
  std::string line(begin.data(), static_cast<std::size_t>(file.gcount()));
  if (!line.starts_with("#!")) return std::nullopt;
  line = line.substr(2, line.find('\n') - 2);
  std::istringstream words(line);
  for (std::string word; words >> word;)
    if (is_python(word)) return word;
  return std::nullopt;
}

/// What a program prints; empty if it fails.
std::string answer_of(const std::vector<std::string>& command,
                      const std::map<std::string, std::string>& environment) {
  try {
    ProcessTree program(command, environment);
    const SteadyClock::time_point begin = SteadyClock::now();
    std::string answer;
    while (!program.ended()) {
      if (seconds_since(begin) > kLongestQuestion_s) return {};
      answer += program.read(50).out;
    }
    return program.exit_code() == 0 ? answer : std::string();
  } catch (const DataError&) {
    return {};
  }
}

void add_python(const std::string& python, const std::map<std::string, std::string>& environment,
                std::map<std::string, std::string>& facts) {
  std::istringstream lines(answer_of({python, "-c", kAskPython}, environment));
  std::string version;
  if (!std::getline(lines, version)) return;
  std::vector<std::string> packages;
  for (std::string line; std::getline(lines, line);) packages.push_back(single_line(line));
  const std::string list = fmt::format("{}", fmt::join(packages, ", "));
  facts["library.python"] = single_line(version);
  facts["library.python_packages"] =
      fmt::format("{}, {}", counted(packages.size(), "package"), content_hash(list).substr(0, 12));
  facts["command.packages"] = list;
}

std::map<std::string, std::string> ask(const std::string& program,
                                       const std::map<std::string, std::string>& environment) {
  std::map<std::string, std::string> facts;
  const auto search = environment.find("PATH");
  const auto file = found_program(program, search == environment.end() ? "" : search->second);
  if (!file) return facts;
  facts["command.program"] = single_line(file->string());
  if (const auto python = python_of(*file)) {
    add_python(*python, environment, facts);
  } else {
    try {
      facts["command.program_sha256"] = sha256_of_file(*file);
    } catch (const DataError&) {
      // A program that may be run but not read has no hash.
    }
  }
  return facts;
}

}  // namespace

std::map<std::string, std::string> program_environment(const std::vector<std::string>& asked,
                                                       int threads, const std::string& method) {
  std::map<std::string, std::string> result;
  for (const char* name : kInherited)
    if (const char* value = std::getenv(name)) result[name] = value;
  for (const char* name : kThreads) result[name] = std::to_string(threads);
  result.insert_or_assign("PYTHONHASHSEED", "0");    // the order of sets is the same every time
  result.insert_or_assign("PYTHONUNBUFFERED", "1");  // points of curves come when they are printed
  for (const std::string& word : asked) {
    if (const auto pair = split_key_value(word)) {
      result[pair->key] = pair->value;
      continue;
    }
    if (word.empty() || word.front() == '=')
      throw ConfigError(fmt::format("{}: environment: expected NAME or NAME=VALUE, found '{}'",
                                    method, single_line(word)));
    const char* value = std::getenv(word.c_str());
    if (value == nullptr)
      throw ConfigError(
          fmt::format("{}: environment: expected the variable {} to be set, found none; set it, "
                      "or write {}=VALUE",
                      method, single_line(word), single_line(word)));
    result[word] = value;
  }
  return result;
}

std::map<std::string, std::string> program_facts(
    const std::string& program, const std::map<std::string, std::string>& environment) {
  static std::mutex mutex;
  using Facts = std::map<std::string, std::string>;
  // PATH decides which program a name is, and other variables what Python finds.
  static std::map<std::pair<std::string, Facts>, Facts> known;
  const std::lock_guard lock(mutex);
  const auto [place, is_new] = known.try_emplace({program, environment});
  if (is_new) place->second = ask(program, environment);
  return place->second;
}

}  // namespace genrebench
