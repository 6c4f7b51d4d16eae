// Submissions to clusters whose programs print more than they should, fail half-way, or do not
// answer. The programs of Slurm are scripts here that keep a queue in a file; tests/slurm tests a
// real one.
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <sstream>
#include <thread>

#include "base/files.hpp"
#include "faults/fault_support.hpp"
#include "harness/cluster/submission.hpp"

namespace genrebench {
namespace hand_in_test {

using namespace testing;
namespace fs = std::filesystem;

/// A cluster of scripts. `sbatch` puts the job into the queue and then does what `answer` says, a
/// piece of a shell script that knows the job's number as $id.
class ScriptedCluster {
 public:
  ScriptedCluster() {
    program("scontrol", "echo 'Configuration data as of 2026'; echo 'MaxArraySize = 1001'");
    program("sbatch", R"(
for word; do case $word in --job-name=*) name=${word#*=} ;; esac; done
id=$((55473 + $(wc -l <"$place/queue")))
echo "$id|$name" >>"$place/queue"
echo "$*" >>"$place/submitted"
. "$place/answer"
)");
    program("squeue", R"(
[ ! -e "$place/no_squeue" ] || { echo "slurm_load_jobs error: Unable to contact" >&2; exit 1; }
for word; do
  case $word in --name=*) name=${word#*=} ;; --jobs=*) jobs=,${word#*=}, ;; esac
done
while IFS='|' read -r id own; do
  [ "${name-$own}" = "$own" ] || continue
  [ -z "${jobs-}" ] || [[ $jobs == *,$id,* ]] || continue
  [ ! -e "$place/blind" ] || [ -z "${name-}" ] || continue
  echo "$id|0|PENDING|None"
done <"$place/queue"
[[ " $* " != *" --states=all "* ]] || while IFS='|' read -r id own; do
  [ "${name-$own}" = "$own" ] || continue
  [ -z "${jobs-}" ] || [[ $jobs == *,$id,* ]] || continue
  echo "$id|0|COMPLETED|None"
done <"$place/ended"
)");
    program("scancel", R"(echo "$*" >>"$place/cancelled"
for word; do sed -i "/^$word|/d; /|${word#--name=}$/d" "$place/queue"; done
)");
    program("sacct", "echo 'Slurm accounting storage is disabled' >&2; exit 1");
    for (const char* name : {"queue", "ended", "submitted", "cancelled"}) folder_.write(name, "");
    answer("echo $id");
  }

  void answer(const std::string& script) const { folder_.write("answer", script + "\n"); }
  void set(const std::string& name) const { folder_.write(name, ""); }
  void unset(const std::string& name) const { fs::remove(folder_ / name); }
  /// @param known  Slurm shows its jobs for some minutes after their end
  void empty_queue(bool known = true) const {
    if (known) folder_.write("ended", text("queue"));
    folder_.write("queue", "");
  }
  std::string text(const std::string& name) const { return read_file_text(folder_ / name); }
  std::size_t n_lines(const std::string& name) const {
    const std::string content = text(name);
    return static_cast<std::size_t>(std::count(content.begin(), content.end(), '\n'));
  }
  Surroundings surroundings() const {
    return {.environment = {{"PATH", (folder_ / "bin").string() + ":/usr/bin:/bin"}}};
  }

 private:
  void program(const std::string& name, const std::string& script) const {
    const fs::path file = folder_.write(
        "bin/" + name, "#!/bin/bash\nplace='" + folder_.path().string() + "'\n" + script);
    fs::permissions(file, fs::perms::owner_all);
  }

  testing::TemporaryFolder folder_;
};

class HandInFaults : public ::testing::Test {
 protected:
  std::vector<std::string> words() const {
    auto words = bench_.arguments("slurm", file_);
    words.insert(words.begin(), "submit");
    return words;
  }
  ProgramResult submit() const { return run_program(words(), cluster_.surroundings()); }
  ProgramResult status() const {
    return run_program({"submit", "status", "--db", bench_.database.string()},
                       cluster_.surroundings());
  }
  Submission only() const {
    const auto all = submissions_of(bench_.database, "");
    EXPECT_EQ(all.size(), 1u);
    return all.at(0);
  }
  /// The array and its merge job are in the queue, known by their numbers, and not submitted again.
  void expect_submitted_once() const {
    EXPECT_EQ(only().jobs(), (std::vector<std::string>{"55473", "55474"}));
    EXPECT_FALSE(only().handing_in);
    expect_says(status().out, {"1 pending", "job 55474 pending"});
    expect_refused(submit(), 1, {"already in the queue", "job 55473"});
    EXPECT_EQ(cluster_.n_lines("submitted"), 2u);
    EXPECT_EQ(cluster_.n_lines("cancelled"), 0u);
  }

  Workbench bench_;
  fs::path file_ = bench_.experiment("handin", {{"seeds", "3"}});
  ScriptedCluster cluster_;
};

TEST_F(HandInFaults, BannersBeforeAndAfterTheNumberAreNoTrouble) {
  cluster_.answer(
      "echo; echo '  Welcome to cluster 7 of 9'; echo '--> 3 of 3 checks OK'; echo $id; echo 'You "
      "have 12000 hours left.'; echo 'sbatch: 2 warnings' >&2");
  const ProgramResult result = submit();
  EXPECT_EQ(result.exit_code, 0) << result.err;
  expect_says(result.out, {"submitted as job 55473"});
  expect_submitted_once();
}

TEST_F(HandInFaults, ANumberThatIsNotPrintedIsLookedUpByTheJobsName) {
  cluster_.answer("echo 'Your job was received. Have a nice day.'");
  const ProgramResult result = submit();
  EXPECT_EQ(result.exit_code, 0) << result.err;
  expect_submitted_once();
}

TEST_F(HandInFaults, ALineOfABannerThatIsANumberIsNotTakenForTheJobs) {
  cluster_.answer("echo 'Credits left:'; echo 1200; echo \"Your job $id was received.\"");
  EXPECT_EQ(submit().exit_code, 0);
  expect_submitted_once();
}

TEST_F(HandInFaults, ANumberAmongOthersIsLookedUpByTheJobsName) {
  cluster_.answer("echo 2026; echo $id; echo 42");
  EXPECT_EQ(submit().exit_code, 0);
  expect_submitted_once();
}

TEST_F(HandInFaults, AJobThatIsInTheQueueAlthoughSbatchFailedIsTaken) {
  cluster_.answer(
      "echo 'sbatch: error: Batch job submission failed: Socket timed out on send/recv' >&2; exit "
      "1");
  EXPECT_EQ(submit().exit_code, 0);
  expect_submitted_once();
}

TEST_F(HandInFaults, ARefusedJobIsNotTakenForOneThatIsInTheQueue) {
  cluster_.answer("sed -i '$d' \"$place/queue\"; echo 'sbatch: error: Invalid qos' >&2; exit 1");
  expect_refused(submit(), 1, {"sbatch: error: Invalid qos", "the scripts stay in"});
  EXPECT_FALSE(only().handing_in);
  expect_says(status().out, {"never submitted"});
}

TEST_F(HandInFaults, AJobThatCannotBeFoundIsCancelledByItsName) {
  cluster_.answer("echo done");
  cluster_.set("blind");
  expect_refused(submit(), 1,
                 {"expected the number of a job, found 'done'",
                  "no job is called genrebench-handin-", "cancelled"});
  EXPECT_EQ(cluster_.text("queue"), "");
  EXPECT_NE(cluster_.text("cancelled").find("--name=genrebench-handin-"), std::string::npos);
}

TEST_F(HandInFaults, WhereTheQueueDoesNotAnswerNothingIsSubmittedUntilItDoes) {
  cluster_.answer("echo done; : >\"$place/no_squeue\"; rm \"$place/bin/scancel\"");
  expect_refused(submit(), 1, {"found 'done'", "Unable to contact", "submit status"});
  expect_says(status().out, {"not known"});
  expect_refused(submit(), 1, {"Unable to contact"});
  EXPECT_EQ(cluster_.n_lines("submitted"), 1u);
  cluster_.unset("no_squeue");
  expect_says(status().out, {"1 pending"});
  expect_refused(submit(), 1, {"already in the queue", "job 55473"});
  EXPECT_EQ(cluster_.n_lines("submitted"), 1u);
}

TEST_F(HandInFaults, AProcessThatIsKilledBeforeItRecordsTheNumberSubmitsNothingTwice) {
  cluster_.answer("kill -KILL $PPID");
  EXPECT_EQ(submit().signal, SIGKILL);
  ASSERT_EQ(cluster_.n_lines("queue"), 1u);
  EXPECT_EQ(only().jobs(), std::vector<std::string>{}) << "it is not recorded";
  expect_says(status().out, {"1 pending"});
  expect_refused(submit(), 1, {"already in the queue", "job 55473"});
  EXPECT_EQ(only().jobs(), std::vector<std::string>{"55473"}) << "now it is";
  cluster_.empty_queue();
  cluster_.answer("echo $id");
  EXPECT_EQ(submit().exit_code, 0);
  EXPECT_EQ(cluster_.n_lines("submitted"), 3u);
}

TEST_F(HandInFaults, AQueueThatLagsBehindDoesNotMakeItSubmitTwice) {
  EXPECT_EQ(submit().exit_code, 0);
  cluster_.empty_queue(/*known=*/false);
  expect_refused(submit(), 1, {"job 55473", "the queue does not know it yet", "--again"});
  EXPECT_EQ(cluster_.n_lines("submitted"), 2u);
  const fs::path description = only().folder / "submission.json";
  fs::last_write_time(description, fs::last_write_time(description) - std::chrono::hours(1));
  EXPECT_EQ(submit().exit_code, 0) << "long ago: they have ended without a trace";
}

TEST_F(HandInFaults, AProcessThatIsKilledBeforeItSubmitsIsNoHindrance) {
  cluster_.answer("sed -i '$d' \"$place/queue\"; kill -KILL $PPID");
  EXPECT_EQ(submit().signal, SIGKILL);
  cluster_.answer("echo $id");
  EXPECT_EQ(submit().exit_code, 0);
  EXPECT_EQ(cluster_.n_lines("queue"), 2u);
}

TEST_F(HandInFaults, OfTwoProcessesAtOnceOneSubmits) {
  cluster_.answer("while [ ! -e \"$place/go\" ]; do sleep 0.02; done; echo $id");
  RunningProgram first(words(), cluster_.surroundings());
  ASSERT_TRUE(wait_until([&] { return cluster_.n_lines("submitted") == 1; }));
  expect_refused(submit(), 1, {"another process is submitting"});
  cluster_.set("go");
  const ProgramResult result = first.wait();
  EXPECT_EQ(result.exit_code, 0) << result.err;
  expect_submitted_once();
}

TEST_F(HandInFaults, VariablesThatRestrictWhatSqueueListsDoNotHideAJob) {
  EXPECT_EQ(submit().exit_code, 0);
  Surroundings surroundings = cluster_.surroundings();
  for (const char* name : {"SQUEUE_STATES", "SQUEUE_USERS", "SQUEUE_PARTITION"})
    surroundings.environment[name] = "nothing";
  surroundings.environment["BASH_ENV"] = bench_.folder
                                             .write("env.sh",
                                                    "[ -z \"$SQUEUE_STATES$SQUEUE_USERS$SQUEUE_"
                                                    "PARTITION\" ] || exit 9\n")
                                             .string();
  expect_refused(run_program(words(), surroundings), 1, {"already in the queue"});
}

TEST_F(HandInFaults, ADamagedSubmissionOfAnySortIsOneLineAtOnce) {
  EXPECT_EQ(submit().exit_code, 0);
  const fs::path file = only().folder / "submission.json";
  const std::string whole = read_file_text(file);
  const auto with = [&](const std::string& part, const std::string& by) {
    std::string text = whole;
    for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; at += by.size())
      text.replace(at, part.size(), by);
    return text;
  };
  const std::string huge = "4611686018427387904";
  for (const std::string& text :
       {with("\"tasks\": 3", "\"tasks\": " + huge), with("\"tasks\": 3", "\"tasks\": -1"),
        with(": 3", ": " + huge), with(": 3", ": 18446744073709551615"), with("\"55473\"", "7"),
        with("\"55473\"", "\"--user=root\""), std::string(1000000, '['), std::string(), whole + "x",
        std::string("null"), with("\"array_limit\": 0", "\"array_limit\": -5")}) {
    std::ofstream(file) << text;
    const ProgramResult result = status();
    expect_refused(result, 1, {"submission.json"});
    EXPECT_EQ(result.err.find("json.exception"), std::string::npos) << result.err;
  }
}

}  // namespace hand_in_test
}  // namespace genrebench
