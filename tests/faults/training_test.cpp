// Trainings that are killed, interrupted or impossible, and songs for models that they left.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <fstream>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <thread>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/random.hpp"
#include "faults/fault_support.hpp"

namespace genrebench {
namespace training_test {

using namespace testing;

class TrainingFaults : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!GENREBENCH_WITH_TORCH) GTEST_SKIP() << "built without the deep methods";
    for (const std::string genre : {"polka", "rock"})
      for (int i = 4; i < 16; ++i) bench.add_tone(genre, i);
  }

  std::filesystem::path training(const std::string& name, const std::string& method,
                                 const std::string& seeds = "[0]") const {
    return bench.experiment(
        name,
        {{"split", "{kind: stratified, train_fraction: 0.5, valid_fraction: 0.25}"},
         {"features", "{name: mfcc, n_mfcc: 8, n_fft: 256, hop_length: 128, sample_rate_hz: 8000}"},
         {"method", method},
         {"seeds", seeds}});
  }

  Workbench bench;
};

/// What must not depend on interruptions: everything but times.
std::vector<std::string> lasting(const RunStore& store, const std::string& experiment) {
  const std::set<std::string> times = {"seconds", "samples_per_second", "data_wait_s"};
  std::vector<std::string> lines;
  for (const RunRecord& run : store.runs(experiment)) {
    lines.push_back(run.id + " " + to_string(run.status) + " best " + run.fact("fit.best_epoch"));
    for (const MetricRecord& m : store.metrics(run.id))
      if (!times.contains(m.name))
        lines.push_back(m.split + "/" + m.name + " " + std::to_string(m.step) + " " +
                        nlohmann::json(m.value).dump());
    for (const PredictionRecord& p : store.predictions(run.id, "test"))
      lines.push_back(p.track + " " + nlohmann::json(p.probabilities).dump());
    for (const ArtifactRecord& a : store.artifacts(run.id))
      lines.push_back(a.name + " " + a.sha256);
  }
  return lines;
}

/// A sweep that is killed and given again, until it has survived some kills. One that is done
/// before is followed by the same in a new store.
class KilledSweep {
 public:
  KilledSweep(const Workbench& bench, std::filesystem::path file, std::filesystem::path cache)
      : bench_(bench), file_(std::move(file)), cache_(std::move(cache)) {}

  struct Moments {
    std::function<void()> before_a_new_store = [] {};
    std::function<void(RunningProgram&)> before_a_kill;
    std::function<void(int n_kills)> after_an_end = [](int) {};
  };

  void survive(int n_kills, const Moments& moments) {
    bool ended = true;
    for (int kills = 0; kills < n_kills;) {
      if (ended) {
        moments.before_a_new_store();
        stores_.push_back(bench_.folder / ("killed" + std::to_string(stores_.size()) + ".db"));
      }
      RunningProgram program(words());
      moments.before_a_kill(program);
      ended = program.ended();
      if (!ended) {
        program.send(SIGKILL);
        ++kills;
      }
      const ProgramResult result = program.wait();
      if (ended) {
        ASSERT_EQ(result.exit_code, 0) << result.err;
      }
      moments.after_an_end(kills);
    }
    ASSERT_LE(stores_.size(), 8u) << "the trainings were too short to be disturbed";
    last_trained_ = !is_done(stores_.back());
    const ProgramResult last = testing::run_program(words());
    ASSERT_EQ(last.exit_code, 0) << last.err;
  }

  /// Whether anything was left to train after the last kill.
  bool last_trained() const { return last_trained_; }

  /// Compares with the same sweep in one go, without a cache.
  void expect_the_bits_of_an_undisturbed_one(const std::string& experiment) const {
    const auto undisturbed = bench_.folder / "undisturbed.db";
    const ProgramResult whole =
        testing::run_program({"run", file_.string(), "--db", undisturbed.string(), "--no-cache",
                              "--quiet", "--threads", "1"});
    ASSERT_EQ(whole.exit_code, 0) << whole.err;
    const auto expected = lasting(*RunStore::open(undisturbed, RunStore::Mode::read), experiment);
    ASSERT_FALSE(expected.empty());
    for (const std::filesystem::path& database : stores_) {
      EXPECT_EQ(integrity(database), "ok");
      const auto store = RunStore::open(database, RunStore::Mode::read);
      EXPECT_EQ(lasting(*store, experiment), expected);
      for (const RunRecord& run : store->runs(experiment))
        EXPECT_FALSE(
            std::filesystem::exists(database.string() + ".files/" + run.id + "/checkpoints"))
            << "checkpoints are no longer needed";
    }
  }

 private:
  static bool is_done(const std::filesystem::path& database) {
    try {
      const auto runs = RunStore::open(database, RunStore::Mode::read)->runs();
      return !runs.empty() && std::all_of(runs.begin(), runs.end(), [](const RunRecord& run) {
        return run.status == RunStatus::done;
      });
    } catch (const DataError&) {
      return false;  // killed before there was a store
    }
  }

  std::vector<std::string> words() const {
    return {"run",     file_.string(),  "--db",      stores_.back().string(),
            "--cache", cache_.string(), "--threads", "1",
            "--quiet"};
  }

  const Workbench& bench_;
  std::filesystem::path file_, cache_;
  std::vector<std::filesystem::path> stores_;
  bool last_trained_ = false;
};

TEST_F(TrainingFaults, TwentyKillsChangeNoBit) {
  const auto file = training(
      "killed", "{name: skip_gru, preset: quick, length: 2, epochs: 300, hidden: 24, dropout: 0.2}",
      "[0, 1, 2]");
  KilledSweep sweep(bench, file, bench.cache);
  Random random(20);
  sweep.survive(20, {.before_a_kill = [&](RunningProgram&) {
                  std::this_thread::sleep_for(std::chrono::milliseconds(250 + random.below(700)));
                }});
  sweep.expect_the_bits_of_an_undisturbed_one("killed");
}

/// Kills of a training from cached outputs of frozen layers, with damaged files among them.
TEST_F(TrainingFaults, KillsAndDamageChangeNoBitOfATrainingFromFrozenLayers) {
  const auto file =
      training("frozen",
               "{name: vgg16, preset: quick, freeze_up_to: block5_conv2, epochs: 150, "
               "dropout: 0.2, image_height: 64, image_width: 64}",
               "[0, 1]");
  const auto cache = bench.folder / "frozen-cache";
  const auto outputs = [&] {
    std::vector<std::filesystem::path> files;
    if (std::filesystem::exists(cache / "methods"))
      for (const auto& entry : std::filesystem::recursive_directory_iterator(cache / "methods"))
        if (entry.path().extension() == ".output") files.push_back(entry.path());
    return files;
  };
  std::map<std::filesystem::path, std::string> damaged;  // what these files held before
  KilledSweep sweep(bench, file, cache);
  Random random(18);
  sweep.survive(at_full_length() ? 20 : 6,
                {.before_a_new_store =
                     [&] {
                       std::filesystem::remove_all(cache / "methods");
                       damaged.clear();
                     },
                 .before_a_kill =
                     [&](RunningProgram& program) {
                       wait_until([&] { return !outputs().empty() || program.ended(); });
                       std::this_thread::sleep_for(std::chrono::milliseconds(random.below(700)));
                     },
                 .after_an_end =
                     [&](int n_kills) {
                       const auto files = outputs();
                       if (files.empty() || n_kills % 3 != 0) return;
                       const auto& one = files[random.below(files.size())];
                       damaged.try_emplace(one, read_file_text(one));
                       std::filesystem::resize_file(one, std::filesystem::file_size(one) / 2);
                     }});
  EXPECT_FALSE(damaged.empty());
  if (sweep.last_trained()) {
    for (const auto& [output, content] : damaged)
      EXPECT_EQ(read_file_text(output), content) << "made anew";
  }
  sweep.expect_the_bits_of_an_undisturbed_one("frozen");
}

TEST_F(TrainingFaults, ADamagedOutputOfFrozenLayersIsSaidOnceAndMadeAnew) {
  const auto file =
      training("once", "{name: resnet34, preset: quick, freeze_up_to: layer3, epochs: 2}");
  const auto run = [&](const std::string& database, std::vector<std::string> more = {}) {
    std::vector<std::string> words = {
        "run",     file.string(),        "--db",      (bench.folder / database).string(),
        "--cache", bench.cache.string(), "--threads", "1"};
    words.insert(words.end(), more.begin(), more.end());
    return testing::run_program(words);
  };
  ASSERT_EQ(run("first.db").exit_code, 0);
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(bench.cache / "methods"))
    if (entry.is_regular_file()) files.push_back(entry.path());
  ASSERT_EQ(files.size(), 32u) << "one per excerpt";
  const std::string whole = read_file_text(files[0]);
  for (const auto& one : files) write_file_atomically(one, "damaged");
  const ProgramResult second = run("second.db");
  ASSERT_EQ(second.exit_code, 0) << second.err;
  const std::string said = "it is computed again";
  const auto place = second.err.find(said);
  ASSERT_NE(place, std::string::npos) << second.err;
  EXPECT_EQ(read_file_text(files[0]), whole);
  EXPECT_EQ(lasting(*RunStore::open(bench.folder / "first.db", RunStore::Mode::read), "once"),
            lasting(*RunStore::open(bench.folder / "second.db", RunStore::Mode::read), "once"));
  const ProgramResult third = run("third.db");
  EXPECT_EQ(third.err.find(said), std::string::npos) << third.err;
}

TEST_F(TrainingFaults, CtrlCEndsAfterTheBatchAndTheSameCommandGoesOn) {
  const auto file = training("long", "{name: gru, preset: quick, epochs: 400}");
  RunningProgram program(bench.arguments("run", file));
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  const auto n_points = [&] {
    if (!std::filesystem::exists(bench.database)) return std::size_t{0};
    try {
      const auto store = bench.store();
      const auto runs = store->runs("long");
      return runs.empty() ? std::size_t{0} : store->metrics(runs.front().id).size();
    } catch (const DataError&) {
      return std::size_t{0};
    }
  };
  while (n_points() < 20 && !program.ended() && std::chrono::steady_clock::now() < give_up)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  ASSERT_FALSE(program.ended()) << program.wait().err;
  program.send(SIGINT);
  const ProgramResult result = program.wait();
  EXPECT_EQ(result.exit_code, 130) << result.err;
  expect_says(result.out, {"interrupted"});
  EXPECT_EQ(bench.count(RunStatus::planned, "long"), 1u);
  const ProgramResult again = bench.run(file);
  EXPECT_EQ(again.exit_code, 0) << again.err;
  EXPECT_EQ(bench.count(RunStatus::done, "long"), 1u);
}

TEST_F(TrainingFaults, ALossThatIsNoNumberFailsTheRunWithItsEpochAndKeepsTheOthers) {
  const auto good = training("good", "{name: gru, preset: quick, epochs: 2}");
  ASSERT_EQ(bench.run(good).exit_code, 0);
  const auto wild = training(
      "wild", "{name: vgg16, preset: quick, optimiser: sgd, learning_rate: 900, epochs: 40}");
  const ProgramResult result = bench.run(wild);
  EXPECT_EQ(result.exit_code, 1);
  expect_says(result.err, {"failed", "no longer a finite number", "in epoch"});
  EXPECT_EQ(bench.count(RunStatus::failed, "wild"), 1u);
  EXPECT_EQ(bench.count(RunStatus::done, "good"), 1u);
}

TEST_F(TrainingFaults, WhatCannotBeTrainedIsSaidInOneLineEach) {
  const std::vector<std::pair<std::string, std::vector<std::string>>> cases = {
      {"{name: skip_gru, preset: quick, length: 100000}", {"length is 100000", "steps"}},
      {"{name: gru, preset: quick, batch_size: 5000}", {"batch_size is 5000", "training examples"}},
      {"{name: vgg16, preset: quick, freeze_up_to: roof}", {"no layer 'roof'", "block1_conv1"}},
      {"{name: resnet34, preset: quick, weights: missing.pth}", {"missing.pth"}},
  };
  int n = 0;
  for (const auto& [method, parts] : cases) {
    const ProgramResult result = bench.run(training("case" + std::to_string(n++), method));
    EXPECT_NE(result.exit_code, 0) << method;
    expect_says(result.err, parts);
  }
}

TEST_F(TrainingFaults, WeightsOfAnotherArchitectureAreRefusedByName) {
  const auto first = training("vgg", "{name: vgg16, preset: quick, epochs: 1}");
  ASSERT_EQ(bench.run(first).exit_code, 0);
  const std::string id = bench.store()->runs("vgg").front().id;
  const std::string weights = bench.database.string() + ".files/" + id + "/model";
  ASSERT_TRUE(std::filesystem::exists(weights));
  const ProgramResult result =
      bench.run(training("resnet", "{name: resnet34, preset: quick, weights: " + weights + "}"));
  EXPECT_EQ(result.exit_code, 1);
  expect_says(result.err, {weights, "conv1.weight"});
}

TEST_F(TrainingFaults, CudaIsRefusedWhereThereIsNone) {
  const ProgramResult result =
      bench.run(training("cuda", "{name: gru, preset: quick, device: cuda}"));
  if (result.exit_code == 0) GTEST_SKIP() << "there is a GPU here";
  expect_says(result.err, {"cuda", "no GPU"});
}

TEST_F(TrainingFaults, RunningOutOfMemoryFailsTheRunAndSaysWhatToLower) {
  const auto file =
      training("huge", "{name: vgg16, preset: quick, image_height: 4096, image_width: 65536}");
  Surroundings small;
  small.largest_memory_bytes = std::uint64_t{6} << 30;
  const ProgramResult result = bench.run(file, {}, small);
  EXPECT_EQ(result.exit_code, 1) << result.err;
  expect_says(result.err, {"out of memory", "batch_size"});
  EXPECT_EQ(bench.count(RunStatus::failed, "huge"), 1u);
}

TEST_F(TrainingFaults, PredictGivesGenresOfNewSongsAndSaysWhichCannotBeRead) {
  const auto file = training("model", "{name: gru, preset: quick, epochs: 3}");
  ASSERT_EQ(bench.run(file).exit_code, 0);
  const auto store = bench.store();
  const RunRecord run = store->runs("model").front();
  std::vector<std::string> songs;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(bench.music))
    if (entry.is_regular_file()) songs.push_back(entry.path().string());
  songs.push_back(bench.folder.write("broken.wav", "no audio").string());
  std::vector<std::string> words = {
      "predict", "--run",  run.id.substr(0, 10), "--db", bench.database.string(),
      "--json",  "--quiet"};
  words.insert(words.end(), songs.begin(), songs.end());
  const ProgramResult result = testing::run_program(words);
  EXPECT_EQ(result.exit_code, 1);
  expect_says(result.err, {"broken.wav"});
  const auto rows = nlohmann::json::parse(result.out);
  ASSERT_EQ(rows.size(), songs.size());
  EXPECT_TRUE(rows.back().contains("error"));
  // Tracks of the test part get the probabilities that the run recorded.
  int compared = 0;
  for (const PredictionRecord& prediction : store->predictions(run.id, "test"))
    for (std::size_t i = 0; i + 1 < songs.size(); ++i) {
      if (songs[i].find(prediction.track + ".") == std::string::npos) continue;
      std::vector<float> found;
      for (const std::string& genre : run.fact_list("dataset.genres"))
        found.push_back(rows[i]["probabilities"][genre].get<float>());
      ASSERT_EQ(found.size(), prediction.probabilities.size());
      for (std::size_t c = 0; c < found.size(); ++c)
        EXPECT_NEAR(found[c], prediction.probabilities[c], 1e-5) << prediction.track;
      ++compared;
    }
  EXPECT_GT(compared, 0);
  write_file_atomically(bench.database.string() + ".files/" + run.id + "/model", "nothing");
  const ProgramResult damaged = testing::run_program(
      {"predict", "--run", run.id, "--db", bench.database.string(), songs.front()});
  expect_refused(damaged, 1, {"not the file that the run left"});
}

TEST(Predict, MethodsThatKeepNoModelAreFittedAgain) {
  const Workbench bench;
  const auto file = bench.experiment("classic");
  ASSERT_EQ(bench.run(file).exit_code, 0);
  const auto store = bench.store();
  const RunRecord run = store->runs("classic").front();
  const PredictionRecord expected = store->predictions(run.id, "test").front();
  std::string song;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(bench.music))
    if (entry.path().string().find(expected.track) != std::string::npos)
      song = entry.path().string();
  ASSERT_FALSE(song.empty()) << expected.track;
  const ProgramResult result =
      testing::run_program({"predict", "--run", run.id, "--db", bench.database.string(), "--cache",
                            bench.cache.string(), "--json", song});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  expect_says(result.err, {"fitting it again"});
  double highest = 0.0;
  const auto rows = nlohmann::json::parse(result.out);
  for (const auto& [genre, probability] : rows[0]["probabilities"].items())
    highest = std::max(highest, probability.get<double>());
  EXPECT_NEAR(highest,
              *std::max_element(expected.probabilities.begin(), expected.probabilities.end()),
              1e-6);
}

TEST(Predict, RefusesWhatItCannotDoInOneLine) {
  const Workbench bench;
  ASSERT_EQ(bench.run(bench.experiment("classic")).exit_code, 0);
  const std::string id = bench.store()->runs("classic").front().id;
  expect_refused(
      testing::run_program({"predict", "--run", "zz", "--db", bench.database.string(), "a.wav"}), 2,
      {"no run's id begins with 'zz'"});
  const ProgramResult missing =
      testing::run_program({"predict", "--run", id, "--db", bench.database.string(), "--cache",
                            bench.cache.string(), "nowhere.wav"});
  EXPECT_EQ(missing.exit_code, 1);
  expect_says(missing.err, {"nowhere.wav"});
}

TEST(LrRange, RefusesMethodsWithoutALearningRate) {
  const Workbench bench;
  expect_refused(testing::run_program({"lr-range", bench.experiment("classic").string(), "--cache",
                                       bench.cache.string(), "--quiet"}),
                 2, {"has no learning rate"});
}

TEST_F(TrainingFaults, LrRangeDrawsItsCurve) {
  const auto file = training("range", "{name: gru, preset: quick}");
  const auto out = bench.folder / "range";
  const ProgramResult result =
      testing::run_program({"lr-range", file.string(), "--cache", bench.cache.string(), "--steps",
                            "30", "--out", out.string(), "--quiet"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  expect_says(result.out, {"falls fastest"});
  for (const char* name : {"lr_range.html", "lr_range.svg", "lr_range.pdf"}) {
    bool found = false;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(out))
      found = found || entry.path().filename() == name;
    EXPECT_TRUE(found) << name;
  }
}

}  // namespace training_test
}  // namespace genrebench
