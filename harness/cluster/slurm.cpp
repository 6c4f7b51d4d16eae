#include "harness/cluster/slurm.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <charconv>
#include <regex>
#include <sstream>
#include <utility>

#include "base/error.hpp"
#include "base/subprocess.hpp"

namespace genrebench {
namespace {

/// The output of a program of Slurm. @throws DataError  if it is missing or reports an error
std::string ask(const std::vector<std::string>& command, const std::filesystem::path& folder = {}) {
  SubprocessResult result;
  try {
    result = run_subprocess(command, folder);
  } catch (const DataError& error) {
    throw DataError(fmt::format("{}; is this a machine of a cluster with Slurm?", error.what()));
  }
  if (result.exit_code == 0) return result.out;
  std::string message;
  std::istringstream lines(result.err);
  for (std::string line; std::getline(lines, line);)
    if (!line.empty() && line.find("--help") == std::string::npos)
      message = line;  // the last line gives the reason
  if (message.empty()) message = fmt::format("exit code {}", result.exit_code);
  throw DataError(message.starts_with(command.front())
                      ? message
                      : fmt::format("{}: {}", command.front(), message));
}

std::optional<std::size_t> number(const std::string& text) {
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

void validate(const SlurmOptions& options) {
  const auto check = [](const std::string& option) {
    if (option.find_first_of("\n\r'") != std::string::npos)
      throw ConfigError(fmt::format(
          "'{}' cannot stand in a job script: it contains a quote or a line break", option));
  };
  for (const auto& [name, value] : {std::pair("partition", options.partition),
                                    {"account", options.account},
                                    {"qos", options.qos},
                                    {"time", options.time},
                                    {"gpus", options.gpus},
                                    {"mem", options.memory}})
    check(fmt::format("--{}={}", name, value));
  for (const std::string& option : options.others) check(option);
}

std::size_t slurm_max_array_size() {
  const auto size = max_array_size_of(ask({"scontrol", "show", "config"}));
  if (!size || *size < 2)
    throw DataError(
        "scontrol: the cluster's MaxArraySize cannot be read, or it allows no job arrays");
  return *size;
}

std::string slurm_submit(const std::vector<std::string>& command,
                         const std::filesystem::path& folder) {
  const std::string out = ask(command, folder);
  const std::string id = out.substr(0, out.find_first_of(";\n"));  // "id" or "id;cluster"
  if (!number(id))
    throw DataError(fmt::format("sbatch: expected the number of a job, found '{}'", out));
  return id;
}

std::vector<QueuedTask> slurm_queue(const std::vector<std::string>& jobs) {
  if (jobs.empty()) return {};
  try {
    return queue_of(ask({"squeue", "--array", "--noheader", "--format=%F|%K|%T|%r",
                         fmt::format("--jobs={}", fmt::join(jobs, ","))}));
  } catch (const DataError& error) {
    if (std::string(error.what()).find("Invalid job id") != std::string::npos)
      return {};  // it ended some time ago
    throw;
  }
}

void slurm_cancel(const std::vector<std::string>& jobs) {
  if (jobs.empty()) return;
  std::vector<std::string> command = {"scancel", "--quiet"};
  command.insert(command.end(), jobs.begin(), jobs.end());
  ask(command);
}

std::optional<double> slurm_time_s(const std::string& text) {
  // [days-]hours[:minutes[:seconds]], or minutes[:seconds], or hours:minutes:seconds
  static const std::regex pattern(R"((?:(\d+)-)?(\d+)(?::(\d+))?(?::(\d+))?)");
  std::smatch parts;
  if (!std::regex_match(text, parts, pattern)) return std::nullopt;
  const auto part = [&](std::size_t i) {
    return parts[i].matched ? std::stod(parts[i].str()) : 0.0;
  };
  if (parts[1].matched) return part(1) * 86400.0 + part(2) * 3600.0 + part(3) * 60.0 + part(4);
  if (parts[4].matched) return part(2) * 3600.0 + part(3) * 60.0 + part(4);
  return part(2) * 60.0 + part(3);
}

std::optional<std::size_t> max_array_size_of(const std::string& configuration) {
  static const std::regex pattern(R"((?:^|\n)MaxArraySize\s*=\s*(\d+))");
  std::smatch found;
  if (!std::regex_search(configuration, found, pattern)) return std::nullopt;
  return number(found[1].str());
}

std::vector<QueuedTask> queue_of(const std::string& lines) {
  std::vector<QueuedTask> result;
  std::istringstream stream(lines);
  for (std::string line; std::getline(stream, line);) {
    std::istringstream words(line);
    QueuedTask task;
    std::string index;
    if (!std::getline(words, task.job, '|') || !std::getline(words, index, '|') ||
        !std::getline(words, task.state, '|'))
      continue;
    std::getline(words, task.reason);
    task.index = number(index);  // "N/A" for jobs that are no arrays
    result.push_back(std::move(task));
  }
  return result;
}

}  // namespace genrebench
