#include "harness/cluster/job_scripts.hpp"

#include <gtest/gtest.h>

#include <set>
#include <sstream>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/subprocess.hpp"
#include "support/example_submission.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace job_scripts_test {

namespace fs = std::filesystem;
using testing::example_submission;
using testing::TemporaryFolder;

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(JobScripts, ArraysWaitForOneAnotherWhereTheNumberOfTasksIsLimited) {
  Submission submission = example_submission("/somewhere");
  EXPECT_EQ(
      shell_text(array_command(submission, 0)),
      "sbatch --parsable --job-name=" + array_name(submission, 0) + " --array=0-15%2 task.sh 0");
  submission.arrays[0].job = "7";
  EXPECT_EQ(shell_text(array_command(submission, 1)),
            "sbatch --parsable --job-name=" + array_name(submission, 1) +
                " --array=0-3%2 --dependency=afterany:7 task.sh 16");
  submission.arrays[1].job = "8";
  EXPECT_EQ(shell_text(merge_command(submission)),
            "sbatch --parsable --job-name=" + merge_name(submission) +
                " --dependency=afterany:7:8 merge.sh");
  submission.options.array_limit = 0;
  EXPECT_EQ(
      shell_text(array_command(submission, 1)),
      "sbatch --parsable --job-name=" + array_name(submission, 1) + " --array=0-3 task.sh 16");
}

TEST(JobScripts, TheMergeJobGoesToTheClusterOfTheArrays) {
  Submission submission = example_submission("/somewhere");
  submission.options.others = {"--clusters=c1,c2"};
  EXPECT_TRUE(has(shell_text(merge_command(submission)), " --clusters=c1,c2 merge.sh"));
  submission.arrays[0].job = "7;c2";
  submission.arrays[1].job = "8;c2";
  EXPECT_TRUE(has(shell_text(merge_command(submission)),
                  " --dependency=afterany:7:8 --clusters=c2 merge.sh"));
  EXPECT_TRUE(has(shell_text(array_command(submission, 1)), " --dependency=afterany:7 "));
}

TEST(JobScripts, NamesOfJobsAreTheirsAloneAndPlain) {
  Submission submission = example_submission("/store/runs.db.submissions/one");
  std::set<std::string> names = {array_name(submission, 0), array_name(submission, 1),
                                 merge_name(submission)};
  Submission other = submission;
  other.folder = "/store/runs.db.submissions/two";
  names.insert(array_name(other, 0));
  other = submission;
  other.database = "/store/other.db";
  names.insert(array_name(other, 0));
  EXPECT_EQ(names.size(), 5u);
  submission.folder = "/mounted/elsewhere/runs.db.submissions/one";
  EXPECT_TRUE(names.contains(array_name(submission, 0))) << "a link to the folder changes nothing";
  submission.experiment = "100% a,b 'c' \n" + std::string(300, 'x');
  for (const std::string& name : {array_name(submission, 0), merge_name(submission)}) {
    EXPECT_LT(name.size(), 64u);
    EXPECT_EQ(
        name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-"),
        std::string::npos)
        << name;
  }
}

TEST(JobScripts, LogsInAFolderWithPercentSignsAreNamedByTheirWholePath) {
  Submission submission = example_submission("/store/100%j of %A/one");
  EXPECT_TRUE(has(shell_text(array_command(submission, 0)),
                  "'--output=/store/100%%j of %%A/one/logs/array_%A_task_%a.log'"));
  EXPECT_TRUE(has(shell_text(merge_command(submission)),
                  "'--output=/store/100%%j of %%A/one/logs/merge_%j.log'"));
  submission.options.others = {"--output=mine_%j.log"};
  EXPECT_FALSE(has(shell_text(array_command(submission, 0)), "--output"));
  submission.folder = "/store/plain";
  EXPECT_FALSE(has(shell_text(merge_command(submission)), "--output"));
}

TEST(JobScripts, AFolderWithABackslashIsRefused) {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder / "a\\b");
  EXPECT_THROW_SAYING(write_scripts(example_submission(folder / "a\\b")), ConfigError, "backslash");
}

TEST(JobScripts, ANameOfTheUsersOwnBeginsTheArraysName) {
  Submission submission = example_submission("/somewhere");
  for (const char* option : {"--job-name=mine", "-J mine", "-Jmine"}) {
    submission.options.others = {"--nice=3", option};
    EXPECT_TRUE(array_name(submission, 0).starts_with("mine-")) << option;
  }
}

TEST(JobScripts, ALineBreakInAPathBecomesNoCommand) {
  const TemporaryFolder folder;
  Submission submission = example_submission(folder.path());
  for (const char* odd :
       {"/x/y\ntouch PWNED #\n.db", "/x/$(touch PWNED)`touch PWNED`;'\"\n#SBATCH -p x",
        "/x/\r\ntouch PWNED\r\n"}) {
    submission.database = submission.working_folder = submission.program = odd;
    write_scripts(submission);
    for (const fs::path& script : {submission.task_script(), submission.merge_script()})
      run_subprocess({"bash", script.string()}, folder.path());
    EXPECT_FALSE(fs::exists(folder / "PWNED")) << odd;
    std::size_t n_directives = 0;  // sbatch reads them up to the first command
    std::istringstream lines(read_file_text(submission.merge_script()));
    for (std::string line; std::getline(lines, line) && line.starts_with("#");)
      n_directives += line.starts_with("#SBATCH");
    EXPECT_EQ(n_directives, 7u);
  }
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

}  // namespace job_scripts_test
}  // namespace genrebench
