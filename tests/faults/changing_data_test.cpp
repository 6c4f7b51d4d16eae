// Data that are not what they were when somebody looked first: exchanged, replaced during a run,
// out of reach for a while, or twice there.
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <nlohmann/json.hpp>
#include <thread>

#include "faults/fault_support.hpp"
#include "support/file_changes.hpp"

namespace genrebench {
namespace changing_data_test {

using namespace testing;
namespace fs = std::filesystem;

class ChangingData : public ::testing::Test {
 protected:
  ChangingData() {
    for (const auto& entry : fs::recursive_directory_iterator(bench.music))
      if (entry.is_regular_file()) copy_time(bench.music / "polka/polka0.wav", entry.path());
  }

  /// Until the program remembers what it has hashed.
  static void let_settle() { std::this_thread::sleep_for(std::chrono::milliseconds(3200)); }

  static void exchange_songs(const fs::path& root) {
    for (int i = 0; i < 3; ++i)
      exchange(root / "polka" / ("polka" + std::to_string(i) + ".wav"),
               root / "rock" / ("rock" + std::to_string(i) + ".wav"));
  }

  ProgramResult verify(std::vector<std::string> words = {}) const {
    std::vector<std::string> arguments = {"dataset",
                                          "verify",
                                          "folder",
                                          "--root",
                                          bench.music.string(),
                                          "--json",
                                          "--quiet",
                                          "--cache",
                                          bench.cache.string()};
    arguments.insert(arguments.end(), words.begin(), words.end());
    return run_program(arguments);
  }

  Workbench bench;
};

TEST_F(ChangingData, SongsThatExchangePlacesAreOtherDataWhateverIsRemembered) {
  let_settle();
  const auto file = bench.experiment("e");
  ASSERT_EQ(bench.run(file).exit_code, 0);
  const std::vector<std::string> before = bench.store()->experiments().front().run_ids;
  exchange_songs(bench.music);
  const ProgramResult result = bench.run(file);
  EXPECT_EQ(result.exit_code, 0);
  expect_says(result.out, {"e: 2 runs: 2 done"});
  EXPECT_NE(bench.store()->experiments().front().run_ids, before);
  const auto remembered = nlohmann::json::parse(verify().out),
             fresh = nlohmann::json::parse(verify({"--no-cache"}).out);
  EXPECT_EQ(remembered, fresh) << "fingerprint, hashes of files and of samples";
}

TEST_F(ChangingData, WhatIsCachedOfExchangedSongsHarmsNoCopyElsewhere) {
  fs::copy(bench.music, bench.folder / "safe", fs::copy_options::recursive);
  let_settle();
  const auto file = bench.experiment("e");
  ASSERT_EQ(run_program(bench.arguments("plan", file)).exit_code, 0);
  exchange_songs(bench.music);
  ASSERT_EQ(bench.run(file).exit_code, 0);  // fills the cache
  const std::string safe = "dataset.root=" + (bench.folder / "safe").string();
  const fs::path with = bench.folder / "with.db", without = bench.folder / "without.db";
  ASSERT_EQ(run_program({"run", file.string(), safe, "--db", with.string(), "--cache",
                         bench.cache.string(), "-q"})
                .exit_code,
            0);
  ASSERT_EQ(run_program({"run", file.string(), safe, "--db", without.string(), "--no-cache", "-q"})
                .exit_code,
            0);
  const auto a = RunStore::open(with, RunStore::Mode::read),
             b = RunStore::open(without, RunStore::Mode::read);
  EXPECT_EQ(a->experiments().front().run_ids, b->experiments().front().run_ids);
  for (const RunRecord& run : a->runs("e")) {
    const auto predictions = a->predictions(run.id, "test"),
               expected = b->predictions(run.id, "test");
    ASSERT_EQ(predictions.size(), expected.size());
    for (std::size_t i = 0; i < predictions.size(); ++i) {
      EXPECT_EQ(predictions[i].track, expected[i].track);
      EXPECT_EQ(predictions[i].predicted, expected[i].predicted);
      EXPECT_EQ(predictions[i].probabilities, expected[i].probabilities);
    }
  }
}

TEST_F(ChangingData, FilesThatAreReplacedDuringARunFailItAndTheCommandAgainDoesTheRunOfTheNewData) {
  const std::string bytes = wav_bytes({}, tone_bytes({}, 700.0, 0.2));
  for (int i = 10; i < 300; ++i)
    bench.add("rock", "rock" + std::to_string(i) + ".wav", bytes + std::to_string(i));  // by
                                                                                        // content
                                                                                        // all are
                                                                                        // different
  const auto file = bench.experiment("e", {{"seeds", "[0]"}});
  RunningProgram program(bench.arguments("run", file, {"--threads", "1"}));
  const auto n_cached = [&] {
    std::error_code error;
    const fs::recursive_directory_iterator files(bench.cache / "features", error);
    return error ? 0 : std::distance(begin(files), end(files));
  };
  ASSERT_TRUE(wait_until([&] { return program.ended() || n_cached() > 3; }));
  program.send(SIGSTOP);
  for (int i = 10; i < 300; ++i) {  // as rsync does
    const fs::path temporary = bench.music / "rock/.incoming";
    write_over(temporary, wav_bytes({}, tone_bytes({}, 900.0, 0.2)) + std::to_string(i));
    fs::rename(temporary, bench.music / "rock" / ("rock" + std::to_string(i) + ".wav"));
  }
  program.send(SIGCONT);
  const ProgramResult result = program.wait();
  EXPECT_EQ(result.exit_code, 1) << result.out << result.err;
  expect_says(
      result.err,
      {"failed: ", ".wav: the file changed since the run was planned; run the command again"});
  EXPECT_EQ(bench.count(RunStatus::failed, "e"), 1u);
  const ProgramResult again = bench.run(file);
  EXPECT_EQ(again.exit_code, 0) << again.err;
  EXPECT_EQ(bench.count(RunStatus::done, "e"), 1u);
}

TEST_F(ChangingData,
       AFileThatWasOutOfReachWhenTheRunWasPlannedIsABadTrackAndTheRunIsOfferedOnceItIsBack) {
  // By a list, which names its files whether they are there or not.
  const fs::path set = bench.folder / "set";
  ASSERT_EQ(run_program({"dataset", "make", "synthetic", "--out", set.string(), "genres=2",
                         "tracks_per_genre=4", "duration_s=2", "sample_rate_hz=8000"})
                .exit_code,
            0);
  let_settle();
  const auto file = bench.experiment(
      "e", {{"dataset", "{name: synthetic, root: \"" + set.string() + "\"}"}, {"seeds", "[0]"}});
  ASSERT_EQ(run_program(bench.arguments("plan", file)).exit_code, 0);  // remembers all of them
  fs::path song;
  for (const auto& entry : fs::recursive_directory_iterator(set))
    if (entry.path().extension() == ".wav") song = entry.path();
  ASSERT_FALSE(song.empty());
  fs::rename(song, bench.folder / "away.wav");
  fs::create_directories(song);
  const ProgramResult without = bench.run(file);
  EXPECT_EQ(without.exit_code, 0) << without.err;
  expect_says(without.err,
              {"bad track: ", song.filename().string() + ": cannot be read: it is a folder"});
  expect_says(without.out, {"1 bad track left out"});
  fs::remove(song);
  fs::rename(bench.folder / "away.wav", song);
  const ProgramResult with = bench.run(file);
  EXPECT_EQ(with.exit_code, 0) << with.err;
  expect_says(with.out, {"e: 1 run: 1 done"});
  EXPECT_EQ(with.out.find("bad track"), std::string::npos) << with.out;
  EXPECT_EQ(bench.store()->runs().size(), 2u) << "two runs of two datasets";
  expect_says(bench.run(file).out, {"all done already"});
}

TEST_F(ChangingData, ASweepOverTwoRootsOfOneContentIsOneRunPerConfigurationInPlanRunAndReports) {
  fs::create_directory_symlink(bench.music, bench.folder / "link");
  fs::copy(bench.music, bench.folder / "copy", fs::copy_options::recursive);
  for (const std::string other : {"link", "copy"}) {
    const auto file = bench.experiment(other);
    const std::string sweep = "sweep.grid.dataset.root=[" + bench.music.string() + ", " +
                              (bench.folder / other).string() + "]";
    const std::string said =
        other +
        ": 2 of 4 runs repeat others and are done once: dataset.root names data of equal content";
    const auto told = [&](const char* command) {
      return run_program({command, file.string(), sweep, "--db", bench.database.string(), "--cache",
                          bench.cache.string()});
    };
    const ProgramResult planned = told("plan");
    expect_says(planned.err, {said});
    expect_says(planned.out, {other + ": 2 runs", "2 to run"});
    const ProgramResult ran = told("run");
    EXPECT_EQ(ran.exit_code, 0);
    expect_says(ran.err, {said});
    EXPECT_EQ(ran.err.find(said), ran.err.rfind(said)) << ran.err;
    expect_says(ran.out, {other + ": 2 runs: 2 done"});
    const ProgramResult reported =
        run_program({"report", other, "--db", bench.database.string(), "--report", "summary"});
    EXPECT_EQ(reported.exit_code, 0) << reported.err;
    expect_says(reported.out, {"2/2"});
    EXPECT_EQ(reported.out.find("4/4"), std::string::npos) << reported.out;
    fs::remove(bench.database);
  }
}

TEST_F(ChangingData, SeveralWorkersDoTheRunsOfTwoRootsOnceToo) {
  fs::create_directory_symlink(bench.music, bench.folder / "link");
  const auto file = bench.experiment("e", {{"seeds", "[0, 1, 2]"}});
  const std::string sweep = "sweep.grid.dataset.root=[" + bench.music.string() + ", " +
                            (bench.folder / "link").string() + "]";
  for (const std::string store : {"shared", "sharded"}) {
    const ProgramResult ran = bench.run(file, {sweep, "--workers", "2", "--store", store});
    EXPECT_EQ(ran.exit_code, 0) << ran.err;
    expect_says(ran.out, {"e: 3 runs: 3 done"});
    fs::remove(bench.database);
  }
}

}  // namespace changing_data_test
}  // namespace genrebench
