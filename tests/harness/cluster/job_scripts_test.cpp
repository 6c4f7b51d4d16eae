#include "harness/cluster/job_scripts.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/subprocess.hpp"
#include "support/example_submission.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace {

namespace fs = std::filesystem;
using testing::example_submission;
using testing::TemporaryFolder;

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(JobScripts, ArraysWaitForOneAnotherWhereTheNumberOfTasksIsLimited) {
  Submission submission = example_submission("/somewhere");
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

TEST(JobScripts, AskForWhatWasSaidAndAreSound) {
  const TemporaryFolder folder;
  const Submission submission = example_submission(folder.path());
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

TEST(JobScripts, AnOptionThatWouldLeaveItsLineIsRefused) {
  const TemporaryFolder folder;
  Submission submission = example_submission(folder.path());
  submission.options.account = "music\nrm -r /";
  EXPECT_THROW(write_scripts(submission), ConfigError);
}

}  // namespace
}  // namespace genrebench
