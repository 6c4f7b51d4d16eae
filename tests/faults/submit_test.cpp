// Submissions where there is no cluster, and tasks by hand.
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <thread>

#include "faults/fault_support.hpp"
#include "harness/cluster/submission.hpp"
#include "harness/cluster/submission_state.hpp"

namespace genrebench {
namespace submit_test {

using namespace testing;

/// No Slurm: nothing is found in PATH.
const Surroundings kNoCluster{.environment = {{"PATH", "/nowhere"}}};

std::vector<std::string> submission_of(const Workbench& bench, const std::filesystem::path& file,
                                       std::vector<std::string> words) {
  std::vector<std::string> arguments = bench.arguments("slurm", file, std::move(words));
  arguments.insert(arguments.begin(), "submit");
  return arguments;
}

/// The one submission that a dry run wrote.
Submission dry_run(const Workbench& bench, const std::filesystem::path& file,
                   std::vector<std::string> words = {}) {
  words.push_back("--dry-run");
  const ProgramResult result =
      run_program(submission_of(bench, file, std::move(words)), kNoCluster);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  const auto all = submissions_of(bench.database, "");
  EXPECT_EQ(all.size(), 1u);
  return all.at(0);
}

ProgramResult work(const Submission& submission, std::vector<std::string> words) {
  words.insert(words.begin(), {"work", submission.folder.string(), "--quiet"});
  return run_program(words);
}

TEST(Submit, WithoutSlurmIsOneLineAndChangesNothing) {
  Workbench bench;
  bench.make_earlier_runs();
  expect_refused(run_program(submission_of(bench, bench.experiment("new"), {}), kNoCluster), 1,
                 {"scontrol", "Slurm"});
  EXPECT_FALSE(std::filesystem::exists(submissions_folder(bench.database)));
  bench.expect_earlier_runs_kept();
}

TEST(Submit, AnOptionThatCannotStandInAScriptIsRefusedBeforeAnythingIsWritten) {
  const Workbench bench;
  const ProgramResult result =
      run_program(submission_of(bench, bench.experiment("new"), {"--dry-run", "--account", "a\nb"}),
                  kNoCluster);
  EXPECT_EQ(result.exit_code, 2);
  expect_says(result.err, {"'--account=a↵b' cannot stand in a job script"});
  EXPECT_FALSE(std::filesystem::exists(submissions_folder(bench.database)));
}

TEST(Submit, ADryRunSaysWhatItWouldSubmitAndItsTasksCanBeDoneByHand) {
  const Workbench bench;
  const auto file = bench.experiment("byhand", {{"seeds", "5"}});
  const Submission submission =
      dry_run(bench, file, {"--runs-per-task", "2", "--array-limit", "2"});
  EXPECT_EQ(submission.n_runs, 5u);
  EXPECT_EQ(submission.n_tasks, 3u);
  EXPECT_FALSE(std::filesystem::exists(bench.database)) << "a dry run changes nothing";
  expect_says(run_program({"submit", "status", "--db", bench.database.string()}, kNoCluster).out,
              {"never submitted"});
  for (const char* task : {"0", "2"}) {
    const ProgramResult result = work(submission, {"--task", task});
    EXPECT_EQ(result.exit_code, 0) << result.err;
  }
  const ProgramResult merged = work(submission, {"--merge"});
  EXPECT_EQ(merged.exit_code, 0) << merged.err;
  EXPECT_EQ(bench.count(RunStatus::done, "byhand"), 3u);
  EXPECT_TRUE(submission.merged());
  EXPECT_EQ(bench.run(file).exit_code, 0);
  EXPECT_EQ(bench.count(RunStatus::done, "byhand"), 5u);
  expect_says(run_program(submission_of(bench, file, {"--dry-run"}), kNoCluster).out,
              {"all 5 runs done already; nothing to submit"});
}

TEST(Submit, ATaskThatIsDoneAgainDoesNothingAndADamagedShardDoesNotKeepTheOthersOut) {
  const Workbench bench;
  const Submission submission = dry_run(bench, bench.experiment("shards", {{"seeds", "3"}}));
  for (const char* task : {"0", "1", "1"})
    EXPECT_EQ(work(submission, {"--task", task}).exit_code, 0);
  bench.folder.write("damaged", std::string(5000, 'x'));
  std::filesystem::copy_file(bench.folder / "damaged", submission.shard(2));
  const ProgramResult merged = work(submission, {"--merge"});
  EXPECT_EQ(merged.exit_code, 1);
  expect_says(merged.err, {"not merged", "task_2.db"});
  EXPECT_EQ(bench.count(RunStatus::done, "shards"), 2u);
  EXPECT_FALSE(submission.merged());
}

TEST(Submit, AFailedRunEndsItsTaskWithOne) {
  const Workbench bench;
  bench.add("rock", "broken.wav", "no audio");
  const Submission submission =
      dry_run(bench, bench.experiment("failing", {{"seeds", "1"}, {"on_bad_track", "fail"}}));
  const ProgramResult result = work(submission, {"--task", "0"});
  EXPECT_EQ(result.exit_code, 1);
  expect_says(result.out, {"1 run: 0 done, 1 failed"});
  expect_says(run_program({"submit", "status", "--db", bench.database.string()}, kNoCluster).out,
              {"broken"});
}

TEST(Submit, ATaskWhoseDataChangedIsRefused) {
  const Workbench bench;
  const Submission submission = dry_run(bench, bench.experiment("moved"));
  bench.add_tone("rock", 7);
  expect_refused(work(submission, {"--task", "0"}), 1,
                 {submission.folder.string(), "the dataset changed", "submit again"});
}

TEST(Submit, ADamagedSubmissionIsOneLine) {
  const Workbench bench;
  const Submission submission = dry_run(bench, bench.experiment("damaged"));
  expect_refused(work(submission, {"--task", "2"}), 2, {"no task 2", "0 to 1"});
  expect_refused(run_program({"work", bench.folder.path().string(), "--task", "0"}), 1,
                 {"no submission.json"});
  std::ofstream(submission.folder / "submission.json") << "{";
  expect_refused(work(submission, {"--task", "0"}), 1, {"submission.json", "damaged"});
  expect_refused(run_program({"submit", "status", "--db", bench.database.string()}), 1,
                 {"submission.json", "damaged"});
}

/// Starts a task of many runs and sends it a signal among them.
void expect_stops(int signal, int exit_code) {
  const Workbench bench;
  const Submission submission =
      dry_run(bench, bench.experiment("long", {{"seeds", "300"}}), {"--runs-per-task", "300"});
  RunningProgram program({"work", submission.folder.string(), "--task", "0", "--quiet"});
  const auto n_done = [&] { return state_of(submission).runs[RunStatus::done]; };
  while (n_done() < 5 && !program.ended())
    std::this_thread::sleep_for(std::chrono::milliseconds(3));
  program.send(signal);
  program.send(signal);  // Slurm may send it to the script and to the program
  const ProgramResult result = program.wait();
  EXPECT_EQ(result.exit_code, exit_code) << result.err;
  EXPECT_EQ(state_of(submission).runs[RunStatus::running], 0u)
      << "the run under way was finished or released first";
  EXPECT_LT(n_done(), 300u);
  EXPECT_EQ(work(submission, {"--task", "0"}).exit_code, 0);
  EXPECT_EQ(n_done(), 300u);
}

TEST(Submit, TheCheckpointSignalAsksForAnotherTurn) { expect_stops(SIGUSR1, 75); }

TEST(Submit, TerminationEndsATask) { expect_stops(SIGTERM, 128 + SIGTERM); }

}  // namespace submit_test
}  // namespace genrebench
