// The method `command` and `check-method` through the program: what is written for another program,
// what becomes of it when it fails, hangs or is interrupted, and what is kept of it.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cctype>
#include <csignal>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "base/files.hpp"
#include "base/npy.hpp"
#include "base/subprocess.hpp"
#include "faults/fault_support.hpp"
#include "support/processes.hpp"
#include "support/shared_data.hpp"

namespace genrebench {
namespace command_method_test {

namespace fs = std::filesystem;
using namespace testing;

const std::string kNearestMean = GENREBENCH_SOURCE_DIR "/tests/support/nearest_mean.py";
const std::string kExamples = GENREBENCH_SOURCE_DIR "/examples/methods/";

/// A list of words as YAML.
std::string list_of(const std::vector<std::string>& words) { return nlohmann::json(words).dump(); }

std::string method(const std::vector<std::string>& argv, const std::vector<std::string>& files,
                   const std::string& more = "") {
  return fmt::format("{{name: command, argv: {}, files: {}{}}}", list_of(argv), list_of(files),
                     more);
}

/// True if a text has the id of a track, and not only a longer one that begins alike.
bool tells(const std::string& text, const std::string& id) {
  for (std::size_t at = text.find(id); at != std::string::npos; at = text.find(id, at + 1)) {
    const std::size_t end = at + id.size();
    if (end == text.size() || std::isdigit(static_cast<unsigned char>(text[end])) == 0) return true;
  }
  return false;
}

bool python_has(const std::string& module) {
  return run_subprocess({"python3", "-c", "import " + module}).exit_code == 0;
}

class CommandFaults : public ::testing::Test {
 protected:
  CommandFaults() {
    for (const std::string genre : {"polka", "rock"})
      for (int i = 4; i < 20; ++i) bench.add_tone(genre, i);
  }

  fs::path experiment(const std::string& name, const std::string& method,
                      const std::string& features = "") const {
    std::map<std::string, std::string> keys = {
        {"split", "{kind: stratified, train_fraction: 0.5, valid_fraction: 0.25}"},
        {"method", method},
        {"seeds", "[0]"}};
    if (!features.empty()) keys["features"] = features;
    return bench.experiment(name, keys);
  }

  /// A program that copies all that it was given to a folder, and then is another program.
  std::string copying(const std::string& program) const {
    return bench.folder.write("copy.sh",
                              "set -eu\nfor task; do :; done\ncp -r \"$task\" \"$1\"\n"
                              "env > \"$1/environment\"\nshift\nexec " +
                                  program + " \"$@\"\n");
  }

  RunRecord only_run(const std::string& name) const { return bench.store()->runs(name).front(); }

  /// No file that was written for the program tells a track of the test part, and none tells the
  /// labels of that part.
  void expect_no_labels(const fs::path& folder, const std::string& name) const {
    const RunRecord run = only_run(name);
    const std::vector<PredictionRecord> test = bench.store()->predictions(run.id, "test");
    ASSERT_GT(test.size(), 4u);
    std::set<std::string> labels;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
      const std::string path = fs::relative(entry.path(), folder).string();
      std::string text = path;
      if (entry.is_symlink())
        text += fmt::format(" {}", fs::read_symlink(entry.path()).string());
      else if (entry.is_regular_file())
        text.append(" ").append(read_file_text(entry.path()));
      for (const PredictionRecord& one : test)
        EXPECT_FALSE(tells(text, one.track)) << one.track << " in " << path;
      if (path.ends_with("_labels.npy")) labels.insert(path);
      if (path.starts_with("test") && entry.is_symlink()) ADD_FAILURE() << path << " is a link";
    }
    EXPECT_EQ(labels, (std::set<std::string>{"train_labels.npy", "valid_labels.npy"}));
    const NpyFile tracks(folder / "test_tracks.npy");
    const std::vector<double> numbers = double_values(tracks.array());
    ASSERT_EQ(numbers.size(), test.size());
    for (std::size_t i = 0; i < numbers.size(); ++i) EXPECT_EQ(numbers[i], double(i));
  }

  Workbench bench;
};

TEST_F(CommandFaults, NothingThatIsWrittenTellsTheLabelsOfTheTestPart) {
  const std::string script = copying("python3"), copy = (bench.folder / "seen").string();
  const auto file =
      experiment("numbers", method({"sh", script, copy, kNearestMean}, {script, kNearestMean}));
  const ProgramResult result = bench.run(file);
  ASSERT_EQ(result.exit_code, 0) << result.err;
  expect_no_labels(copy, "numbers");
  EXPECT_EQ(NpyFile(fs::path(copy) / "test.npy").array().shape.front(),
            bench.store()->predictions(only_run("numbers").id, "test").size());
}

TEST_F(CommandFaults, NeitherDoTheNamesOfSoundFiles) {
  const std::string script = copying("sh"), copy = (bench.folder / "seen").string(),
                    majority = kExamples + "majority.sh";
  const auto file = experiment("sounds", method({"sh", script, copy, majority}, {script, majority}),
                               "{name: audio_files}");
  const ProgramResult result = bench.run(file);
  ASSERT_EQ(result.exit_code, 0) << result.err;
  expect_no_labels(copy, "sounds");
  const auto task = nlohmann::json::parse(read_file_text(fs::path(copy) / "task.json"));
  EXPECT_EQ(task["test"]["files"].size(), task["n_test"]);
  EXPECT_FALSE(task["test"].contains("features"));
}

TEST_F(CommandFaults, OtherMethodsCannotTakeSoundFiles) {
  const ProgramResult result = bench.run(experiment("knn", "{name: knn}", "{name: audio_files}"));
  expect_refused(result, 2,
                 {"the method knn learns from numbers", "audio_files gives sound files"});
}

TEST_F(CommandFaults, KeepCurvesLogAndInterpreterAndCanBeReproduced) {
  const ProgramResult result =
      bench.run(experiment("kept", method({"python3", kNearestMean}, {kNearestMean})));
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const RunRecord run = only_run("kept");
  const auto store = bench.store();
  std::vector<double> losses;
  for (const MetricRecord& metric : store->metrics(run.id))
    if (metric.name == "loss") losses.push_back(metric.value);
  EXPECT_EQ(losses, (std::vector<double>{1.0, 0.5}));
  EXPECT_EQ(run.fact("fit.exit_code"), "0");
  const auto environment = store->environment(run.id);
  EXPECT_TRUE(environment.contains("library.python"));
  EXPECT_TRUE(environment.contains("command.packages"));
  EXPECT_TRUE(run.parameters.contains("method.files.content"));
  const auto artifacts = store->artifacts(run.id);
  ASSERT_EQ(artifacts.size(), 1u);
  EXPECT_EQ(artifacts.front().name, "log.txt");
  EXPECT_NE(read_file_text(bench.database.string() + ".files/" + run.id + "/log.txt")
                .find("a line for the log"),
            std::string::npos);
  const ProgramResult again = testing::run_program(
      {"reproduce", run.id, "--db", bench.database.string(), "--cache", bench.cache.string()});
  EXPECT_EQ(again.exit_code, 0) << again.out << again.err;
  expect_says(again.out, {"identical: "});
}

TEST_F(CommandFaults, TheContentOfItsFilesIsAPartOfTheRunsId) {
  const fs::path own = bench.folder / "own.py";
  fs::copy_file(kNearestMean, own);
  const auto file = experiment("edited", method({"python3", own}, {own}));
  ASSERT_EQ(bench.run(file).exit_code, 0);
  const std::string first = only_run("edited").id;
  std::ofstream(own, std::ios::app) << "# a comment\n";
  ASSERT_EQ(bench.run(file).exit_code, 0);
  EXPECT_NE(only_run("edited").id, first);
}

TEST_F(CommandFaults, WhatCannotWorkIsRefusedBeforeAnythingRuns) {
  expect_refused(bench.run(experiment("none", "{name: command}")), 2,
                 {"method command", "expected argv"});
  expect_refused(bench.run(experiment("unnamed", method({"python3", kNearestMean}, {}))), 2,
                 {"nearest_mean.py", "files too"});
  const ProgramResult missing =
      bench.run(experiment("missing", method({"python3"}, {"/no/such/file.py"})));
  EXPECT_NE(missing.exit_code, 0);
  expect_one_line(missing.err, {"/no/such/file.py"});
}

TEST_F(CommandFaults, EveryWrongAnswerFailsItsRunWithOneLineAndKeepsTheLog) {
  const std::map<std::string, std::string> faults = {
      {"exit", "it ends badly"}, {"silence", "without writing predictions.npy"},
      {"rows", "found"},         {"nan", "expected finite probabilities"},
      {"sum", "a sum of 2"},     {"split", "no labels of the test part"}};
  for (const auto& [fault, message] : faults) {
    const ProgramResult result =
        bench.run(experiment(fault, method({"python3", kNearestMean}, {kNearestMean},
                                           ", parameters: [fail=" + fault + "]")));
    EXPECT_EQ(result.exit_code, 1) << fault;
    const RunRecord run = only_run(fault);
    EXPECT_EQ(to_string(run.status), "failed") << fault;
    EXPECT_NE(run.message.find(message), std::string::npos) << run.message;
    EXPECT_EQ(run.message.find('\n'), std::string::npos) << run.message;
    const std::string log = bench.database.string() + ".files/" + run.id + "/failed_log.txt";
    EXPECT_NE(run.message.find(log), std::string::npos) << run.message;
    EXPECT_TRUE(fs::exists(log)) << fault;
  }
}

class StoppedCommands : public CommandFaults {
 protected:
  /// Starts a run whose program waits, with a child, and gives the processes.
  void start(RunningProgram& program) {
    self_ = number_in(bench.folder / "self");
    child_ = number_in(bench.folder / "child");
    ASSERT_FALSE(program.ended()) << program.wait().err;
    ASSERT_GT(self_, 0);
    ASSERT_GT(child_, 0);
    EXPECT_FALSE(has_ended(self_));
    EXPECT_FALSE(has_ended(child_));
  }

  fs::path waiting(const std::string& more = "") const {
    const std::string script = bench.folder.write(
        "wait.sh", "echo $$ > \"$1/self\"\nsleep 1000 &\necho $! > \"$1/child\"\nwait\n");
    return experiment("waiting",
                      method({"sh", script, bench.folder.path().string()}, {script}, more));
  }

  pid_t self_ = -1, child_ = -1;
};

TEST_F(StoppedCommands, EndWithTheirChildrenAtCtrlC) {
  RunningProgram program(bench.arguments("run", waiting()));
  start(program);
  program.send(SIGINT);
  const ProgramResult result = program.wait();
  EXPECT_EQ(result.exit_code, 130) << result.err;
  EXPECT_TRUE(is_gone(self_));
  EXPECT_TRUE(is_gone(child_));
  EXPECT_EQ(bench.count(RunStatus::planned), 1u);
}

TEST_F(StoppedCommands, EndWithTheirChildrenAtTheTimeOut) {
  const ProgramResult result = bench.run(waiting(", timeout_s: 1"));
  EXPECT_EQ(result.exit_code, 1);
  expect_says(only_run("waiting").message, {"did not end within 1 s"});
  EXPECT_TRUE(is_gone(number_in(bench.folder / "self")));
  EXPECT_TRUE(is_gone(number_in(bench.folder / "child")));
}

TEST_F(StoppedCommands, EndIfGenrebenchItselfIsKilled) {
  RunningProgram program(bench.arguments("run", waiting()));
  start(program);
  program.send(SIGKILL);
  program.wait();
  EXPECT_TRUE(is_gone(self_)) << "the kernel ends it with its parent";
  ::kill(child_, SIGKILL);  // nobody was left to find it
}

TEST_F(CommandFaults, CheckMethodTellsWhichPromisesAreKept) {
  const ProgramResult good =
      testing::run_program({"check-method", "--json", "--sequences", "python3", kNearestMean});
  EXPECT_EQ(good.exit_code, 0) << good.out << good.err;
  const auto document = nlohmann::json::parse(good.out);
  EXPECT_EQ(document["broken"], 0);
  EXPECT_EQ(document["checks"].size(), 8u);

  const ProgramResult majority =
      testing::run_program({"check-method", "-q", "--", "sh", kExamples + "majority.sh", "--json"});
  EXPECT_EQ(majority.exit_code, 1);
  expect_says(majority.out, {"BROKEN", "tells separable genres apart", "1 of 8 promises"});

  const ProgramResult bad = testing::run_program(
      {"check-method", "-q", "--parameter", "fail=sum", "python3", kNearestMean});
  EXPECT_EQ(bad.exit_code, 1);
  expect_says(bad.out, {"a sum of 2"});
  expect_refused(testing::run_program({"check-method", "-q", "--environment", "NO_SUCH_VARIABLE_",
                                       "--parameter", "c", "python3"}),
                 2, {"name=value"});
  const ProgramResult missing =
      testing::run_program({"check-method", "-q", "no-such-program-of-ours"});
  EXPECT_EQ(missing.exit_code, 1);
  expect_says(missing.out, {"cannot be started"});
}

TEST_F(CommandFaults, TheExamplesKeepTheirPromises) {
  if (!python_has("sklearn")) GTEST_SKIP() << "python3 has no scikit-learn";
  const ProgramResult result =
      testing::run_program({"check-method", "-q", "python3", kExamples + "sklearn_svm.py"});
  EXPECT_EQ(result.exit_code, 0) << result.out;
}

TEST_F(CommandFaults, TheNetworkOfPyTorchKeepsItsPromisesAndStreamsItsCurves) {
  if (!python_has("torch, numpy")) GTEST_SKIP() << "python3 has no PyTorch";
  const ProgramResult result =
      testing::run_program({"check-method", "-q", "python3", kExamples + "torch_mlp.py"});
  EXPECT_EQ(result.exit_code, 0) << result.out;
  expect_says(result.out, {"it prints 80 points"});
}

TEST_F(CommandFaults, TheSvmOfScikitLearnNamesTheGenresOfOurs) {
  GENREBENCH_REQUIRE_SHARED(shared);
  if (!python_has("sklearn")) GTEST_SKIP() << "python3 has no scikit-learn";
  const std::string script = kExamples + "sklearn_svm.py";
  const auto file = bench.experiment(
      "svms",
      {{"dataset", "{name: gtzan, root: \"" + (shared / "data/gtzan-mini/genres").string() + "\"}"},
       {"split", "{kind: stratified, train_fraction: 0.6, single_group_genres: train_only}"},
       {"features", "{name: mfcc_statistics}"},
       {"method", fmt::format("{{svm: {{probabilities: votes}}, command: {{argv: {}, files: {}}}}}",
                              list_of({"python3", script}), list_of({script}))},
       {"sweep", "{grid: {method.name: [svm, command]}}"},
       {"seeds", "[0]"}});
  const ProgramResult result = bench.run(file);
  ASSERT_EQ(result.exit_code, 0) << result.err;
  std::vector<std::vector<PredictionRecord>> answers;
  for (const RunRecord& run : bench.store()->runs("svms"))
    answers.push_back(bench.store()->predictions(run.id, "test"));
  ASSERT_EQ(answers.size(), 2u);
  ASSERT_EQ(answers[0].size(), answers[1].size());
  std::size_t n_apart = 0;
  for (std::size_t i = 0; i < answers[0].size(); ++i)
    n_apart += answers[0][i].predicted != answers[1][i].predicted;
  EXPECT_LE(n_apart, 1u) << "of " << answers[0].size() << ": ties of the votes";
}

}  // namespace command_method_test
}  // namespace genrebench
