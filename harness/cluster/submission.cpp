#include "harness/cluster/submission.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <concepts>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/short_name.hpp"
#include "harness/cluster/json_fields.hpp"
#include "harness/store/merge.hpp"
#include "harness/store/run_store.hpp"
#include "harness/store/store_places.hpp"
#include "harness/workers/json_text.hpp"
#include "harness/workers/sweep.hpp"

namespace genrebench {
namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;

constexpr int kFormat = 1;
constexpr const char* kDescription = "submission.json";
constexpr std::int64_t kMost = 10'000'000;        ///< runs, tasks, and what else is counted
constexpr std::uintmax_t kMostBytes = 16U << 20;  ///< of submission.json

/// Calls visit(name, field) for every option, in the order of the file.
template <typename Options, typename Visit>
void for_each_option(Options& options, const Visit& visit) {
  visit("array_limit", options.array_limit);
  visit("partition", options.partition);
  visit("time", options.time);
  visit("gpus", options.gpus);
  visit("memory", options.memory);
  visit("account", options.account);
  visit("qos", options.qos);
  visit("cpus_per_task", options.cpus_per_task);
  visit("checkpoint_signal_s", options.checkpoint_signal_s);
  visit("max_requeues", options.max_requeues);
  visit("others", options.others);
}

ordered_json value_of(const std::string& text) { return text_to_json(text); }
ordered_json value_of(const fs::path& path) { return text_to_json(path.string()); }
template <std::integral Number>
ordered_json value_of(Number number) {
  return number;
}
ordered_json value_of(const std::vector<std::string>& texts) {
  ordered_json list = ordered_json::array();
  for (const std::string& text : texts) list.push_back(value_of(text));
  return list;
}

ordered_json to_json(const Submission& submission) {
  ordered_json arrays = ordered_json::array();
  for (const TaskArray& array : submission.arrays)
    arrays.push_back({{"job", array.job}, {"offset", array.offset}, {"tasks", array.n_tasks}});
  ordered_json slurm = {{"max_array_size", submission.max_array_size}};
  for_each_option(submission.options,
                  [&](const char* name, const auto& value) { slurm[name] = value_of(value); });
  ordered_json document = {{"format", kFormat},
                           {"experiment", value_of(submission.experiment)},
                           {"created_at", submission.created_at},
                           {"program", value_of(submission.program)},
                           {"version", submission.version},
                           {"working_folder", value_of(submission.working_folder)},
                           {"database", value_of(submission.database)},
                           {"cache_folder", value_of(submission.cache_folder)},
                           {"runs", submission.n_runs},
                           {"tasks", submission.n_tasks},
                           {"slurm", slurm},
                           {"arrays", arrays},
                           {"merge_job", submission.merge_job}};
  if (submission.handing_in) document["handing_in"] = true;
  return document;
}

void read(const JsonField& field, std::string& value) { value = field.text(); }
void read(const JsonField& field, std::size_t& value) { value = field.count(kMost); }
void read(const JsonField& field, int& value) { value = static_cast<int>(field.number(0, kMost)); }
void read(const JsonField& field, std::vector<std::string>& values) {
  for (const JsonField& item : field.items()) values.push_back(item.text());
}

/// The id of a job, or nothing.
std::string job_from(const JsonField& field) {
  std::string job = field.text();
  if (!job.empty()) check_job_id(job);
  return job;
}

/// @throws DataError  if the arrays do not cover the submission's tasks in order
std::vector<TaskArray> arrays_from(const JsonField& field, const Submission& submission) {
  std::vector<TaskArray> arrays;
  std::size_t n_tasks = 0;
  for (const JsonField& array : field.items()) {
    arrays.push_back({.offset = array["offset"].count(kMost),
                      .n_tasks = array["tasks"].count(kMost, 1),
                      .job = job_from(array["job"])});
    if (arrays.back().offset != n_tasks)
      throw DataError(fmt::format("damaged: array {} of its tasks: expected offset {}, found {}",
                                  arrays.size(), n_tasks, arrays.back().offset));
    n_tasks += arrays.back().n_tasks;
  }
  if (n_tasks != submission.n_tasks || n_tasks > submission.n_runs)
    throw DataError(fmt::format("damaged: its arrays have {} tasks, it has {} for {} runs", n_tasks,
                                submission.n_tasks, submission.n_runs));
  return arrays;
}

Submission from_json(const nlohmann::json& text) {
  const JsonField document(text);
  if (const auto format = document["format"].number(0, std::numeric_limits<int>::max());
      format != kFormat)
    throw DataError(fmt::format(
        "expected format {}, found {}: another version of genrebench wrote it", kFormat, format));
  Submission submission;
  submission.experiment = document["experiment"].text();
  submission.created_at = document["created_at"].text();
  submission.program = document["program"].absolute_path();
  submission.version = document["version"].text();
  submission.working_folder = document["working_folder"].absolute_path();
  submission.database = document["database"].absolute_path();
  if (!document["cache_folder"].text().empty())
    submission.cache_folder = document["cache_folder"].absolute_path();
  submission.n_runs = document["runs"].count(kMost, 1);
  submission.n_tasks = document["tasks"].count(kMost, 1);
  const JsonField slurm = document["slurm"];
  submission.max_array_size = slurm["max_array_size"].count(std::numeric_limits<int>::max(), 1);
  for_each_option(submission.options,
                  [&](const char* name, auto& value) { read(slurm[name], value); });
  submission.arrays = arrays_from(document["arrays"], submission);
  submission.merge_job = job_from(document["merge_job"]);
  submission.handing_in = document.has("handing_in") && document["handing_in"].flag();
  return submission;
}

/// The number of a task by the name of its shard, "task_7.db".
std::optional<std::size_t> task_of(const std::string& name) {
  constexpr std::string_view kBegin = "task_", kEnd = ".db";
  if (!name.starts_with(kBegin) || !name.ends_with(kEnd)) return std::nullopt;
  const char* const begin = name.data() + kBegin.size();
  const char* const end = name.data() + name.size() - kEnd.size();
  std::size_t task = 0;
  const auto [stop, error] = std::from_chars(begin, end, task);
  if (error != std::errc() || stop != end || std::to_string(task) != std::string(begin, end))
    return std::nullopt;
  return task;
}

}  // namespace

std::string file_and_job_name(std::string name) {
  for (char& c : name)
    if (std::string_view("/\\'\"%").find(c) != std::string_view::npos ||
        static_cast<unsigned char>(c) <= ' ')
      c = '_';
  constexpr std::size_t kMostBytes = 150;
  return shortened_name(name, kMostBytes);
}

fs::path Submission::shard(std::size_t task) const {
  return folder / "shards" / fmt::format("task_{}.db", task);
}

std::vector<std::size_t> Submission::started_tasks() const {
  std::vector<std::size_t> tasks;
  std::error_code error;
  for (fs::directory_iterator entry(folder / "shards", error), end; !error && entry != end;
       entry.increment(error)) {
    const auto task = task_of(entry->path().filename().string());
    std::error_code ignored;
    // An empty file is left by a task that was killed while it made its shard.
    if (task && *task < n_tasks && entry->is_regular_file(ignored) && entry->file_size(ignored) > 0)
      tasks.push_back(*task);
  }
  std::sort(tasks.begin(), tasks.end());
  return tasks;
}

std::vector<fs::path> Submission::shards() const {
  std::vector<fs::path> result;
  for (const std::size_t task : started_tasks()) result.push_back(shard(task));
  return result;
}

std::vector<std::string> Submission::jobs() const {
  std::vector<std::string> result;
  for (const TaskArray& array : arrays)
    if (!array.job.empty()) result.push_back(array.job);
  if (!merge_job.empty()) result.push_back(merge_job);
  return result;
}

bool Submission::merged() const {
  std::error_code error;
  const auto time = fs::last_write_time(merged_mark(), error);
  if (error) return false;
  // Opening a shard to read it may leave an empty log; that is no change.
  const auto newer = [&](const fs::path& file) {
    const auto written = fs::last_write_time(file, error);
    return !error && written > time && fs::file_size(file, error) > 0;
  };
  const auto all = shards();
  return std::none_of(all.begin(), all.end(), [&](const fs::path& shard) {
    return newer(shard) || newer(shard.string() + "-wal");
  });
}

fs::path submissions_folder(const fs::path& database) {
  return beside_store(database, ".submissions");
}

fs::path make_submission_folder(const fs::path& database, const std::string& experiment,
                                const std::string& created_at) {
  std::string name = file_and_job_name(experiment) + "-" + created_at;
  std::erase(name, ':');
  const fs::path parent = fs::absolute(submissions_folder(database)).lexically_normal();
  std::error_code error;
  fs::create_directories(parent, error);
  for (int attempt = 1; !error; ++attempt) {  // two may be made in one second
    const fs::path folder = parent / (attempt == 1 ? name : fmt::format("{}-{}", name, attempt));
    if (!fs::create_directory(folder, error)) continue;
    for (const char* inner : {"logs", "shards"})
      if (!error) fs::create_directory(folder / inner, error);
    if (!error) return folder;
  }
  throw DataError(fmt::format("{}: cannot make the folder: {}", parent.string(), error.message()));
}

void save(const Submission& submission) {
  write_file_atomically(submission.folder / kDescription, to_json(submission).dump(2) + "\n");
}

Submission read_submission(const fs::path& folder) {
  const fs::path file = folder / kDescription;
  std::error_code error;
  if (!fs::exists(file, error))
    throw DataError(fmt::format("{}: not the folder of a submission: it has no {}", folder.string(),
                                kDescription));
  if (!fs::is_regular_file(file, error))
    throw DataError(fmt::format("{}: expected a file, found something else", file.string()));
  if (const auto size = fs::file_size(file, error); !error && size > kMostBytes)
    throw DataError(fmt::format("{}: damaged: expected {} bytes at most, found {}", file.string(),
                                kMostBytes, size));
  const std::string text = read_file_text(file);
  try {
    Submission submission = from_json(parse_json(text));
    submission.folder = fs::absolute(folder).lexically_normal();
    if (!submission.folder.has_filename()) submission.folder = submission.folder.parent_path();
    return submission;
  } catch (const DataError& damage) {
    throw DataError(fmt::format("{}: {}", file.string(), damage.what()));
  }
}

std::vector<Submission> submissions_of(const fs::path& database, const std::string& experiment) {
  std::vector<Submission> result;
  std::error_code error;
  for (fs::directory_iterator entry(submissions_folder(database), error), end;
       !error && entry != end; entry.increment(error)) {
    if (!fs::exists(entry->path() / kDescription, error)) continue;  // being made, or given up
    Submission submission = read_submission(entry->path());
    if (experiment.empty() || submission.experiment == experiment)
      result.push_back(std::move(submission));
  }
  std::sort(result.begin(), result.end(), [](const Submission& a, const Submission& b) {
    return std::pair(a.created_at, a.folder) < std::pair(b.created_at, b.folder);
  });
  return result;
}

}  // namespace genrebench
