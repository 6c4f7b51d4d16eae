#include "harness/cluster/submission.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/subprocess.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace {

namespace fs = std::filesystem;
using testing::TemporaryFolder;

Submission example(const fs::path& folder) {
  Submission submission;
  submission.folder = folder;
  submission.experiment = "table2";
  submission.created_at = "2024-01-02T03:04:05Z";
  submission.program = "/opt/genre bench/genrebench";
  submission.version = "genrebench 0";
  submission.working_folder = "/home/someone's";
  submission.database = folder / "runs.db";
  submission.cache_folder = folder / "cache";
  submission.n_runs = 40;
  submission.n_tasks = 20;
  submission.max_array_size = 16;
  submission.options = {.array_limit = 2,
                        .partition = "short",
                        .time = "30",
                        .gpus = "a100:2",
                        .memory = "8G",
                        .account = "music",
                        .qos = "low",
                        .cpus_per_task = 3,
                        .checkpoint_signal_s = 90,
                        .max_requeues = 7,
                        .others = {"--constraint=a b"}};
  submission.arrays = divide_into_arrays(20, 16);
  return submission;
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// What reading a submission says where its description is replaced.
std::string complaint(const std::string& description) {
  const TemporaryFolder folder;
  folder.write("submission.json", description);
  try {
    read_submission(folder.path());
  } catch (const DataError& error) {
    return error.what();
  }
  return "nothing";
}

TEST(Submission, EveryRunIsInOneTask) {
  for (const std::size_t n_runs : {1u, 2u, 7u, 40u, 1003u})
    for (std::size_t n_tasks = 1; n_tasks <= std::min<std::size_t>(n_runs, 50); ++n_tasks) {
      std::vector<std::size_t> all;
      std::size_t fewest = n_runs, most = 0;
      for (std::size_t task = 0; task < n_tasks; ++task) {
        const auto runs = runs_of_task(n_runs, n_tasks, task);
        all.insert(all.end(), runs.begin(), runs.end());
        fewest = std::min(fewest, runs.size());
        most = std::max(most, runs.size());
      }
      std::sort(all.begin(), all.end());
      std::vector<std::size_t> expected(n_runs);
      std::iota(expected.begin(), expected.end(), 0u);
      EXPECT_EQ(all, expected);
      EXPECT_LE(most - fewest, 1u);
    }
}

TEST(Submission, ATaskIsOneRunUnlessThereWouldBeTooManyTasks) {
  EXPECT_EQ(default_runs_per_task(1, 0), 1u);
  EXPECT_EQ(default_runs_per_task(1000, 0), 1u);
  EXPECT_EQ(default_runs_per_task(1001, 0), 2u);
  EXPECT_EQ(default_runs_per_task(20, 2), 1u);
  EXPECT_EQ(default_runs_per_task(40, 2), 2u);
  EXPECT_EQ(default_runs_per_task(41, 2), 3u);
}

TEST(Submission, ArraysAreSplitAtTheLargestSizeAndFollowOneAnother) {
  EXPECT_EQ(divide_into_arrays(16, 16),
            (std::vector<TaskArray>{{.offset = 0, .n_tasks = 16, .job = {}}}));
  EXPECT_EQ(divide_into_arrays(33, 16),
            (std::vector<TaskArray>{{.offset = 0, .n_tasks = 16, .job = {}},
                                    {.offset = 16, .n_tasks = 16, .job = {}},
                                    {.offset = 32, .n_tasks = 1, .job = {}}}));
}

TEST(Submission, ArraysWaitForOneAnotherWhereTheNumberOfTasksIsLimited) {
  Submission submission = example("/somewhere");
  EXPECT_EQ(shell_text(array_command(submission, 0)), "sbatch --parsable --array=0-15%2 task.sh 0");
  submission.arrays[0].job = "7";
  EXPECT_EQ(shell_text(array_command(submission, 1)),
            "sbatch --parsable --array=0-3%2 --dependency=afterany:7 task.sh 16");
  submission.arrays[1].job = "8";
  EXPECT_EQ(shell_text(merge_command(submission)),
            "sbatch --parsable --dependency=afterany:7:8 merge.sh");
  submission.options.array_limit = 0;
  EXPECT_EQ(shell_text(array_command(submission, 1)), "sbatch --parsable --array=0-3 task.sh 16");
}

TEST(Submission, ScriptsAskForWhatWasSaidAndAreSound) {
  const TemporaryFolder folder;
  const Submission submission = example(folder.path());
  write_scripts(submission);
  const std::string task = read_file_text(submission.task_script()),
                    merge = read_file_text(submission.merge_script());
  for (const char* option : {"--partition=short", "--account=music", "--qos=low", "--time=30"}) {
    EXPECT_TRUE(has(task, std::string("\n#SBATCH ") + option + "\n")) << option;
    EXPECT_TRUE(has(merge, std::string("\n#SBATCH ") + option + "\n")) << option;
  }
  for (const char* option :
       {"--gres=gpu:a100:2", "--mem=8G", "--cpus-per-task=3", "--signal=B:USR1@90", "--requeue",
        "--open-mode=append", "'--constraint=a b'"}) {
    EXPECT_TRUE(has(task, std::string("\n#SBATCH ") + option + "\n")) << option;
    EXPECT_FALSE(has(merge, std::string("\n#SBATCH ") + option + "\n")) << option;
  }
  EXPECT_TRUE(has(task, "program='/opt/genre bench/genrebench'")) << task;
  EXPECT_TRUE(has(task, R"(cd '/home/someone'\''s' ||)")) << task;
  for (const fs::path& script : {submission.task_script(), submission.merge_script()}) {
    const SubprocessResult check = run_subprocess({"bash", "-n", script.string()});
    EXPECT_EQ(check.exit_code, 0) << check.err;
  }
}

TEST(Submission, AnOptionThatWouldLeaveItsLineIsRefused) {
  const TemporaryFolder folder;
  Submission submission = example(folder.path());
  submission.options.account = "music\nrm -r /";
  EXPECT_THROW(write_scripts(submission), ConfigError);
}

TEST(Submission, IsReadAsItWasSaved) {
  const TemporaryFolder folder;
  Submission submission = example(folder.path());
  submission.arrays[0].job = "7";
  submission.merge_job = "9";
  save(submission);
  const Submission read = read_submission(folder.path());
  EXPECT_EQ(read.folder, submission.folder);
  EXPECT_EQ(read.experiment, submission.experiment);
  EXPECT_EQ(read.created_at, submission.created_at);
  EXPECT_EQ(read.program, submission.program);
  EXPECT_EQ(read.version, submission.version);
  EXPECT_EQ(read.working_folder, submission.working_folder);
  EXPECT_EQ(read.database, submission.database);
  EXPECT_EQ(read.cache_folder, submission.cache_folder);
  EXPECT_EQ(read.n_runs, submission.n_runs);
  EXPECT_EQ(read.n_tasks, submission.n_tasks);
  EXPECT_EQ(read.max_array_size, submission.max_array_size);
  EXPECT_EQ(read.options, submission.options);
  EXPECT_EQ(read.arrays, submission.arrays);
  EXPECT_EQ(read.jobs(), (std::vector<std::string>{"7", "9"}));
}

TEST(Submission, ADamagedDescriptionIsRefusedWithItsFile) {
  const TemporaryFolder folder;
  save(example(folder.path()));
  const std::string whole = read_file_text(folder.path() / "submission.json");
  const auto replaced = [&](const std::string& part, const std::string& by) {
    std::string text = whole;
    return text.replace(text.find(part), part.size(), by);
  };
  for (const std::string& text :
       {std::string(), std::string("[]"), whole.substr(0, whole.size() / 2),
        replaced("\"tasks\": 20", "\"tasks\": 21"), replaced("\"tasks\": 20", "\"tasks\": -1"),
        replaced("\"runs\": 40", "\"runs\": \"many\""),
        replaced("\"offset\": 16", "\"offset\": 15"), replaced("\"format\": 1", "\"format\": 2"),
        replaced("\"working_folder\": \"/home", "\"working_folder\": \"home")})
    EXPECT_TRUE(has(complaint(text), "submission.json: ")) << text << "\n" << complaint(text);
  EXPECT_TRUE(
      has(complaint(replaced("\"format\": 1", "\"format\": 2")), "another version of genrebench"));
  EXPECT_THROW(read_submission(folder.path() / "elsewhere"), DataError);
}

TEST(Submission, FoldersOfOneSecondDoNotMeet) {
  const TemporaryFolder folder;
  const fs::path database = folder.path() / "my runs.db";
  const fs::path first = make_submission_folder(database, "a/b c", "2024-01-02T03:04:05Z"),
                 second = make_submission_folder(database, "a/b c", "2024-01-02T03:04:05Z");
  EXPECT_NE(first, second);
  EXPECT_EQ(first, folder.path() / "my runs.db.submissions" / "a_b_c-2024-01-02T030405Z");
  EXPECT_TRUE(submissions_of(database, "").empty()) << "none is written yet";
  Submission submission = example(second);
  save(submission);
  EXPECT_EQ(submissions_of(database, "table2").size(), 1u);
  EXPECT_TRUE(submissions_of(database, "other").empty());
}

TEST(Slurm, ReadsWhatItsProgramsPrint) {
  EXPECT_EQ(max_array_size_of(
                "MailProg = /bin/mail\nMaxArraySize            = 16\nMaxJobCount = 10000\n"),
            16u);
  EXPECT_EQ(max_array_size_of("nothing"), std::nullopt);
  const auto queue =
      queue_of("1|2|PENDING|JobArrayTaskLimit\n1|0|RUNNING|None\n3|N/A|PENDING|Dependency\n");
  ASSERT_EQ(queue.size(), 3u);
  EXPECT_EQ(queue[0].job, "1");
  EXPECT_EQ(queue[0].index, 2u);
  EXPECT_EQ(queue[0].state, "PENDING");
  EXPECT_EQ(queue[0].reason, "JobArrayTaskLimit");
  EXPECT_EQ(queue[2].index, std::nullopt);
}

TEST(Slurm, ReadsTimesAsSbatchDoes) {
  EXPECT_EQ(slurm_time_s("90"), 5400.0);
  EXPECT_EQ(slurm_time_s("1:30"), 90.0);
  EXPECT_EQ(slurm_time_s("1:30:00"), 5400.0);
  EXPECT_EQ(slurm_time_s("2-12"), 216000.0);
  EXPECT_EQ(slurm_time_s("1-0:1:1"), 86461.0);
  EXPECT_EQ(slurm_time_s("soon"), std::nullopt);
  EXPECT_EQ(slurm_time_s(""), std::nullopt);
}

}  // namespace
}  // namespace genrebench
