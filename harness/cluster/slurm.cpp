#include "harness/cluster/slurm.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdlib>
#include <regex>
#include <set>
#include <sstream>
#include <string_view>
#include <utility>

#include "base/error.hpp"
#include "base/subprocess.hpp"
#include "base/text.hpp"

namespace genrebench {
namespace {

/// Where an ANSI sequence ends that begins at `begin`.
std::size_t end_of_escape(const std::string& text, std::size_t begin) {
  std::size_t place = begin + 1;
  if (place >= text.size()) return place;
  if (text[place] == '[') {  // parameters, then a letter
    ++place;
    while (place < text.size() && (text[place] < '@' || text[place] > '~')) ++place;
  } else if (text[place] == ']') {  // a title, which BEL or ESC \ ends
    while (place < text.size() && text[place] != '\a' &&
           !(text[place] == '\\' && text[place - 1] == '\033'))
      ++place;
  }
  return std::min(place + 1, text.size());
}

/// The lines of what a program printed for people: without blanks around them, colours and empty
/// lines.
std::vector<std::string> plain_lines(const std::string& printed) {
  std::vector<std::string> lines(1);
  for (std::size_t i = 0; i < printed.size(); ++i) {
    if (printed[i] == '\033')
      i = end_of_escape(printed, i) - 1;
    else if (printed[i] == '\n' || printed[i] == '\r')
      lines.emplace_back();
    else
      lines.back() += printed[i];
  }
  for (std::string& line : lines) {
    line.erase(0, std::min(line.find_first_not_of(" \t"), line.size()));
    line.erase(line.find_last_not_of(" \t") + 1);
  }
  std::erase(lines, std::string());
  return lines;
}

/// Takes away the variables by which users restrict what squeue lists and scancel cancels: a job
/// that is not listed would count as ended, and would be submitted again.
void forget_filters() {
  for (const char* word : {"ACCOUNT", "LICENSES", "NAMES", "PARTITION", "QOS", "STATES", "USERS"})
    ::unsetenv(fmt::format("SQUEUE_{}", word).c_str());
  for (const char* word : {"ACCOUNT", "BATCH", "FULL", "INTERACTIVE", "NAME", "PARTITION", "QOS",
                           "STATE", "USER", "WCKEY"})
    ::unsetenv(fmt::format("SCANCEL_{}", word).c_str());
}

SubprocessResult start(const std::vector<std::string>& command,
                       const std::filesystem::path& folder = {}) {
  forget_filters();
  try {
    return run_subprocess(command, folder);
  } catch (const DataError& error) {
    throw DataError(fmt::format("{}; is this a machine of a cluster with Slurm?", error.what()));
  }
}

/// Why a program of Slurm did not do what it was asked to.
std::string reason_of(const std::vector<std::string>& command, const SubprocessResult& result) {
  std::string message;
  for (const std::string& line : plain_lines(result.err))
    if (line.find("--help") == std::string::npos) message = line;  // the last line gives the reason
  if (message.empty()) message = fmt::format("exit code {}", result.exit_code);
  return message.starts_with(command.front()) ? message
                                              : fmt::format("{}: {}", command.front(), message);
}

/// The output of a program of Slurm. @throws DataError  if it is missing or reports an error
std::string ask(const std::vector<std::string>& command) {
  const SubprocessResult result = start(command);
  if (result.exit_code != 0) throw DataError(reason_of(command, result));
  return result.out;
}

std::optional<std::size_t> number(const std::string& text) {
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// True for what sbatch prints as the number of a job.
bool is_job_number(const std::string& text) {
  return !text.empty() && text.size() <= 10 && text.front() != '0' &&
         text.find_first_not_of("0123456789") == std::string::npos;
}

bool is_cluster_name(const std::string& text) {
  return !text.empty() && std::isalnum(static_cast<unsigned char>(text.front())) != 0 &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) {
           return std::isalnum(c) != 0 || c == '_' || c == '-' || c == '.';
         });
}

std::string job_id(const std::string& number, const std::string& cluster) {
  return cluster.empty() ? number : number + ";" + cluster;
}

/// "123", "123;cluster", "Submitted batch job 123", or the last with " on cluster NAME", as an id.
std::string job_in_line(std::string line) {
  constexpr std::string_view kSentence = "Submitted batch job ", kOn = " on cluster ";
  if (const std::size_t place = line.find(kSentence); place != std::string::npos) {
    line.erase(0, place + kSentence.size());
    if (const std::size_t on = line.find(kOn); on != std::string::npos)
      line.replace(on, kOn.size(), ";");
  }
  const std::string number = job_number(line), cluster = job_cluster(line);
  if (!is_job_number(number) || (number != line && !is_cluster_name(cluster))) return {};
  return line;
}

/// The jobs of each cluster, without its name.
std::map<std::string, std::vector<std::string>> by_cluster(const std::vector<std::string>& jobs) {
  std::map<std::string, std::vector<std::string>> result;
  for (const std::string& job : jobs) result[job_cluster(job)].push_back(job_number(job));
  return result;
}

void add_clusters(std::vector<std::string>& command, const std::string& clusters) {
  if (!clusters.empty()) command.push_back("--clusters=" + clusters);
}

const std::string kQueueFormat = "--format=%F|%K|%T|%r";

/// @param more  further options of squeue
std::vector<QueuedTask> ask_queue(const std::vector<std::string>& jobs,
                                  const std::vector<std::string>& more) {
  std::vector<QueuedTask> queue;
  for (const auto& [cluster, numbers] : by_cluster(jobs)) {
    std::vector<std::string> command = {"squeue", "--array", "--noheader", kQueueFormat,
                                        fmt::format("--jobs={}", fmt::join(numbers, ","))};
    add_clusters(command, cluster);
    command.insert(command.end(), more.begin(), more.end());
    try {
      for (QueuedTask& task : queue_of(ask(command))) {
        task.job = job_id(job_number(task.job), cluster);
        queue.push_back(std::move(task));
      }
    } catch (const DataError& error) {
      if (std::string(error.what()).find("Invalid job id") == std::string::npos) throw;
      // it ended some time ago
    }
  }
  return queue;
}

}  // namespace

void check_job_id(const std::string& job) {
  if (job_in_line(job) != job || job.empty())
    throw DataError(
        fmt::format("damaged: expected the id of a job, a number or 'number;cluster', found '{}'",
                    single_line(job).substr(0, 60)));
}

std::string job_number(const std::string& job) { return job.substr(0, job.find(';')); }

std::string job_cluster(const std::string& job) {
  const std::size_t end = job.find(';');
  return end == std::string::npos ? std::string() : job.substr(end + 1);
}

std::string clusters_of(const SlurmOptions& options) {
  std::string clusters;
  for (const std::string& option : options.others)
    for (const std::string_view name : {"--clusters=", "--clusters ", "--cluster=", "-M ", "-M"})
      if (option.starts_with(name)) {
        clusters = option.substr(name.size());
        break;
      }
  return clusters;
}

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

SubmitAnswer slurm_submit(const std::vector<std::string>& command,
                          const std::filesystem::path& folder) {
  const SubprocessResult result = start(command, folder);
  if (result.exit_code != 0) return {.accepted = false, .says = reason_of(command, result)};
  const std::vector<std::string> lines = plain_lines(result.out);
  const auto job = job_of(result.out);
  return {.accepted = true,
          .job = job.value_or(""),
          .alone = lines.size() == 1,
          .says = fmt::format("{}", fmt::join(lines, " / "))};
}

std::vector<QueuedTask> slurm_queue(const std::vector<std::string>& jobs) {
  return ask_queue(jobs, {});
}

bool slurm_knows(const std::vector<std::string>& jobs) {
  return !ask_queue(jobs, {"--states=all"}).empty();
}

std::vector<std::string> slurm_jobs_called(const std::string& name, const std::string& clusters,
                                           const std::string& since) {
  std::set<std::string> jobs;
  std::vector<std::string> command = {"squeue", "--noheader", "--states=all", kQueueFormat,
                                      "--name=" + name};
  add_clusters(command, clusters);
  for (const QueuedTask& task : queue_of(ask(command))) jobs.insert(task.job);
  if (jobs.empty()) {
    command = {"sacct",          "--noheader",     "--parsable2",         "--allocations",
               "--format=JobID", "--name=" + name, "--starttime=" + since};
    add_clusters(command, clusters);
    try {
      for (const std::string& line : plain_lines(ask(command)))  // "123", "123_4", "123_[0-3]"
        if (const std::string job = line.substr(0, line.find('_')); is_job_number(job))
          jobs.insert(job_id(job, is_cluster_name(clusters) ? clusters : ""));
    } catch (const DataError&) {
      // Many clusters keep no accounts. Then a job that is not in the queue has ended.
    }
  }
  return {jobs.begin(), jobs.end()};
}

void slurm_cancel(const std::vector<std::string>& jobs) {
  for (const auto& [cluster, numbers] : by_cluster(jobs)) {
    std::vector<std::string> command = {"scancel", "--quiet"};
    add_clusters(command, cluster);
    command.insert(command.end(), numbers.begin(), numbers.end());
    ask(command);
  }
}

void slurm_cancel_by_name(const std::string& name, const std::string& clusters) {
  std::vector<std::string> command = {"scancel", "--quiet", "--name=" + name};
  add_clusters(command, clusters);
  ask(command);
}

std::optional<double> slurm_time_s(const std::string& text) {
  // [days-]hours[:minutes[:seconds]], or minutes[:seconds], or hours:minutes:seconds
  static const std::regex pattern(R"((?:(\d{1,9})-)?(\d{1,9})(?::(\d{1,9}))?(?::(\d{1,9}))?)");
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

std::optional<std::string> job_of(const std::string& printed) {
  std::map<std::string, std::string> jobs;  // by number, as a wrapper may say it twice
  for (const std::string& line : plain_lines(printed))
    if (const std::string job = job_in_line(line); !job.empty()) {
      std::string& known = jobs[job_number(job)];
      known = std::max(known, job);  // the longer one, with the cluster
    }
  if (jobs.size() != 1) return std::nullopt;
  return jobs.begin()->second;
}

std::vector<QueuedTask> queue_of(const std::string& lines) {
  constexpr std::string_view kCluster = "CLUSTER: ";
  std::vector<QueuedTask> result;
  std::string cluster;
  for (const std::string& line : plain_lines(lines)) {
    if (line.starts_with(kCluster)) cluster = line.substr(kCluster.size());
    std::istringstream words(line);
    QueuedTask task;
    std::string index;
    if (!std::getline(words, task.job, '|') || !std::getline(words, index, '|') ||
        !std::getline(words, task.state, '|') || !is_job_number(task.job))
      continue;
    std::getline(words, task.reason);
    task.job = job_id(task.job, cluster);
    task.index = number(index);  // "N/A" for jobs that are no arrays
    result.push_back(std::move(task));
  }
  return result;
}

}  // namespace genrebench
