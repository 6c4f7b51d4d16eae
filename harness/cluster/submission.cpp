#include "harness/cluster/submission.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/subprocess.hpp"
#include "harness/store/merge.hpp"
#include "harness/store/run_store.hpp"
#include "harness/workers/sweep.hpp"

namespace genrebench {
namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;

constexpr int kFormat = 1;
constexpr const char* kDescription = "submission.json";

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

ordered_json to_json(const Submission& submission) {
  ordered_json arrays = ordered_json::array();
  for (const TaskArray& array : submission.arrays)
    arrays.push_back({{"job", array.job}, {"offset", array.offset}, {"tasks", array.n_tasks}});
  ordered_json slurm = {{"max_array_size", submission.max_array_size}};
  for_each_option(submission.options,
                  [&](const char* name, const auto& value) { slurm[name] = value; });
  return {{"format", kFormat},
          {"experiment", submission.experiment},
          {"created_at", submission.created_at},
          {"program", submission.program.string()},
          {"version", submission.version},
          {"working_folder", submission.working_folder.string()},
          {"database", submission.database.string()},
          {"cache_folder", submission.cache_folder.string()},
          {"runs", submission.n_runs},
          {"tasks", submission.n_tasks},
          {"slurm", slurm},
          {"arrays", arrays},
          {"merge_job", submission.merge_job}};
}

fs::path absolute_path(const nlohmann::json& value) {
  const fs::path path = value.get<std::string>();
  if (!path.is_absolute())
    throw DataError(fmt::format("expected an absolute path, found '{}'", path.string()));
  return path;
}

/// @throws DataError  if the arrays do not cover the submission's tasks in order
std::vector<TaskArray> arrays_from(const nlohmann::json& document, const Submission& submission) {
  std::vector<TaskArray> arrays;
  std::size_t n_tasks = 0;
  for (const auto& array : document) {
    arrays.push_back(
        {.offset = array.at("offset"), .n_tasks = array.at("tasks"), .job = array.at("job")});
    if (arrays.back().offset != n_tasks) throw DataError("its arrays do not follow one another");
    n_tasks += arrays.back().n_tasks;
  }
  if (n_tasks != submission.n_tasks || n_tasks == 0 || n_tasks > submission.n_runs)
    throw DataError(fmt::format("its arrays have {} tasks, it has {} for {} runs", n_tasks,
                                submission.n_tasks, submission.n_runs));
  return arrays;
}

Submission from_json(const nlohmann::json& document) {
  if (document.at("format") != kFormat)
    throw DataError(
        fmt::format("expected format {}, found {}: another version of genrebench wrote it", kFormat,
                    document.at("format").dump()));
  Submission submission;
  submission.experiment = document.at("experiment");
  submission.created_at = document.at("created_at");
  submission.program = absolute_path(document.at("program"));
  submission.version = document.at("version");
  submission.working_folder = absolute_path(document.at("working_folder"));
  submission.database = absolute_path(document.at("database"));
  if (document.at("cache_folder") != "")
    submission.cache_folder = absolute_path(document.at("cache_folder"));
  submission.n_runs = document.at("runs");
  submission.n_tasks = document.at("tasks");
  const auto& slurm = document.at("slurm");
  submission.max_array_size = slurm.at("max_array_size");
  for_each_option(submission.options,
                  [&](const char* name, auto& value) { slurm.at(name).get_to(value); });
  submission.arrays = arrays_from(document.at("arrays"), submission);
  submission.merge_job = document.at("merge_job");
  return submission;
}

}  // namespace

std::string file_and_job_name(std::string name) {
  for (char& c : name)
    if (std::string_view("/\\'\"%").find(c) != std::string_view::npos ||
        static_cast<unsigned char>(c) <= ' ')
      c = '_';
  return name;
}

fs::path Submission::shard(std::size_t task) const {
  return folder / "shards" / fmt::format("task_{}.db", task);
}

std::vector<fs::path> Submission::shards() const {
  std::vector<fs::path> result;
  for (std::size_t task = 0; task < n_tasks; ++task) {
    std::error_code error;
    // An empty file is left by a task that was killed while it made its shard.
    if (const auto size = fs::file_size(shard(task), error); !error && size > 0)
      result.push_back(shard(task));
  }
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

fs::path submissions_folder(const fs::path& database) { return database.string() + ".submissions"; }

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
  const std::string text = read_file_text(file);
  try {
    Submission submission = from_json(nlohmann::json::parse(text));
    submission.folder = fs::absolute(folder).lexically_normal();
    if (!submission.folder.has_filename()) submission.folder = submission.folder.parent_path();
    return submission;
  } catch (const nlohmann::json::exception& damage) {
    throw DataError(fmt::format("{}: damaged: {}", file.string(), damage.what()));
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
