// Sweeps whose processes decode each track once, also where one of them is stopped or killed.
#include <gtest/gtest.h>

#include <cmath>
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <random>
#include <string>

#include "faults/fault_support.hpp"

namespace genrebench {
namespace decoding_test {

using namespace testing;
namespace fs = std::filesystem;

/// Three excerpts and two features of 24 tracks.
class Decoding : public ::testing::Test {
 protected:
  static constexpr int kTracks = 24;

  Decoding() {
    for (int i = 0; i < kTracks; ++i)
      bench_.folder.write(
          (i % 2 == 0 ? "songs/bright/" : "songs/dark/") + std::to_string(100 + i) + ".wav",
          wav_bytes({}, noise(i)));
    file_ = bench_.folder.write(
        "decoding.yaml",
        "name: decoding\n"
        "dataset: {name: folder, root: " +
            (bench_.folder / "songs").string() +
            "}\n"
            "split: {kind: stratified, train_fraction: 0.5}\n"
            "features: {name: mfcc_statistics, sample_rate_hz: 8000, n_fft: 256, hop_length: 128, "
            "n_mels: 20}\n"
            "method: {name: softmax}\n"
            "sweep: {grid: {excerpt.name: [full, chunks, sem], features.n_mfcc: [8, 12]}}\n"
            "seeds: 4\n");
  }

  /// Six seconds at 8 kHz, 16 bit: noise that changes every two seconds, and that is darker in one
  /// genre.
  static std::string noise(int seed) {
    std::mt19937 random(static_cast<unsigned>(seed));
    std::string bytes;
    double last = 0.0;
    for (int i = 0; i < 48000; ++i) {
      const double white = std::uniform_real_distribution<>(-1, 1)(random);
      last = (seed % 2 == 0 ? -0.5 : 0.8) * last + (i / 16000 == 1 ? 0.2 : 0.1) * white;
      const auto sample = static_cast<std::int16_t>(std::lround(10000.0 * last));
      bytes.append(reinterpret_cast<const char*>(&sample), sizeof sample);
    }
    return bytes;
  }

  std::vector<std::string> words(int workers, const std::string& name) const {
    return {"run",       file_.string(),
            "--db",      (bench_.folder / (name + ".db")).string(),
            "--cache",   (bench_.folder / name).string(),
            "--workers", std::to_string(workers),
            "--quiet"};
  }

  std::unique_ptr<RunStore> store(const std::string& name) const {
    return RunStore::open(bench_.folder / (name + ".db"), RunStore::Mode::read);
  }

  /// What all runs say that was decoded for them.
  int n_decoded(const std::string& name) const {
    int n = 0;
    const auto runs = store(name);
    for (const RunRecord& run : runs->runs()) {
      const auto environment = runs->environment(run.id);
      if (const auto found = environment.find("resources.decoded_files");
          found != environment.end())
        n += std::stoi(found->second);
    }
    return n;
  }

  Workbench bench_;
  fs::path file_;
};

TEST_F(Decoding, IsDoneOncePerTrackByOneProcessOrByTwo) {
  for (const int workers : {1, 2}) {
    const std::string name = "by" + std::to_string(workers);
    const ProgramResult result = run_program(words(workers, name));
    EXPECT_EQ(result.exit_code, 0) << result.err;
    expect_says(result.out, {"24 runs: 24 done"});
    EXPECT_EQ(n_decoded(name), kTracks) << workers << " workers";
  }
}

TEST_F(Decoding, AWorkerThatIsKilledLeavesWholeTracksAndNoClaim) {
  RunningProgram program(words(2, "killed"));
  const auto features = [&] {
    std::size_t n = 0;
    std::error_code error;
    for (const auto& entry : fs::recursive_directory_iterator(bench_.folder / "killed", error))
      n += entry.path().extension() == ".features";
    return n;
  };
  ASSERT_TRUE(wait_until([&] { return features() > 12 || program.ended(); }));
  const std::vector<pid_t> children = program.children();
  if (!children.empty()) ::kill(children.front(), SIGKILL);
  const ProgramResult result = program.wait();
  EXPECT_EQ(result.exit_code, 0) << result.err;
  expect_says(result.out, {"24 runs: 24 done"});
  EXPECT_EQ(features(), 6u * kTracks);
  EXPECT_EQ(run_program(words(1, "whole")).exit_code, 0);
  for (const RunRecord& run : store("whole")->runs())
    EXPECT_EQ(store("killed")->metric(run.id, "test", "accuracy"),
              store("whole")->metric(run.id, "test", "accuracy"));
}

}  // namespace decoding_test
}  // namespace genrebench
