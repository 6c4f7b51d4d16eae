// Sweeps over excerpts and features that decode each track once.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <map>
#include <string>
#include <vector>

#include "harness/records/run_cost.hpp"
#include "signal/audio/sound_files.hpp"
#include "support/segmented_songs.hpp"

namespace genrebench {
namespace decoded_once_test {

using namespace testing::segmentation;

class DecodedOnce : public SegmentationPipeline {
 protected:
  DecodedOnce() { add_four_songs(); }

  /// @param excerpts, coefficients  lists of YAML, each of which makes a run with each other
  Plan sweep(const std::string& excerpts, const std::string& coefficients,
             const std::string& more = {}) {
    return plan(
        "dataset: {name: unknown_structure}\n"
        "split: {kind: stratified, train_fraction: 0.5}\n"
        "features: {name: mfcc_statistics, sample_rate_hz: 8000, n_fft: 256, hop_length: 128, "
        "n_mels: 20}\n"
        "method: {name: nearest_mean}\n"
        "sweep: {grid: {excerpt.name: [" +
        excerpts + "], features.n_mfcc: [" + coefficients + "]}}\n" + more);
  }
  RunnerSummary run_in(const Plan& plan, const std::string& name) {
    const auto store = RunStore::open(folder_ / (name + ".db"), RunStore::Mode::write);
    return execute(plan, *store, registry_, hashes_, {.cache_folder = folder_ / name}, progress_);
  }
  std::unique_ptr<RunStore> store_of(const std::string& name) {
    return RunStore::open(folder_ / (name + ".db"), RunStore::Mode::read);
  }

  /// What the runs say that was decoded for them.
  int n_decoded(const Plan& plan, const std::string& name) {
    int n = 0;
    for (const PlannedRun& run : plan.runs) {
      const auto environment = store_of(name)->environment(run.id);
      const auto found = environment.find("resources.decoded_files");
      if (found != environment.end()) n += std::stoi(found->second);
    }
    return n;
  }

  std::map<std::string, std::vector<float>> predictions(const std::string& id,
                                                        const std::string& name) {
    std::map<std::string, std::vector<float>> probabilities;
    for (const PredictionRecord& one : store_of(name)->predictions(id, "test"))
      probabilities[one.track].assign(one.probabilities.begin(), one.probabilities.end());
    return probabilities;
  }

  std::map<std::string, std::string> cached(const std::string& name) const {
    std::map<std::string, std::string> files;
    for (const std::string kind : {"features", "sections"}) {
      std::error_code none;  // no sections were found
      for (const auto& entry : fs::recursive_directory_iterator(folder_ / name / kind, none))
        if (entry.path().extension() == "." + kind)
          files[entry.path().filename().string()] = testing::bytes_of(entry.path());
    }
    return files;
  }
};

TEST_F(DecodedOnce, WhateverIsComputedFromThem) {
  const Plan all = sweep("full, chunks, sem", "8, 12");
  ASSERT_EQ(all.runs.size(), 6u);
  EXPECT_EQ(run_in(all, "all").n_done, 6u);
  EXPECT_EQ(n_decoded(all, "all"), 4);
  EXPECT_EQ(cached("all").size(), 6u * 4u + 4u) << "six features and one segmentation per track";
}

TEST_F(DecodedOnce, AlsoByTwoProcessesAtTheSameTime) {
  for (int i = 0; i < 12; ++i)
    add_song("more" + std::to_string(i), i % 2, {{i % 2 == 0 ? 'A' : 'B', 4.0}});
  const Plan all = sweep("full, chunks, sem", "8, 12", "seeds: 3\n");
  {
    const auto store = RunStore::open(folder_ / "all.db", RunStore::Mode::write);
    record_plan(all, *store, registry_, progress_);
  }
  std::vector<pid_t> children;
  for (int i = 0; i < 2; ++i) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      const auto store = RunStore::open(folder_ / "all.db", RunStore::Mode::write);
      const bool left =
          work_on(all, *store, registry_, hashes_, {.cache_folder = folder_ / "all"}, progress_);
      ::_exit(left ? 1 : 0);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = -1;
    ::waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
  }
  EXPECT_EQ(store_of("all")->tally("experiment")[RunStatus::done], 18u);
  EXPECT_EQ(n_decoded(all, "all"), 16);
  EXPECT_EQ(cached("all").size(), 16u * (6u + 1u));
}

TEST_F(DecodedOnce, WithTheResultsAndTheCacheOfRunsThatAreAlone) {
  const Plan all = sweep("full, chunks, sem", "8, 12");
  run_in(all, "all");
  std::map<std::string, std::string> alone;
  for (const char* excerpt : {"full", "chunks", "sem"})
    for (const char* coefficients : {"8", "12"}) {
      const std::string name = std::string(excerpt) + coefficients;
      const Plan one = sweep(excerpt, coefficients);
      ASSERT_EQ(one.runs.size(), 1u);
      EXPECT_EQ(run_in(one, name).n_done, 1u);
      EXPECT_EQ(n_decoded(one, name), 4) << name;
      alone.merge(cached(name));
      const std::string& id = one.runs.front().id;
      EXPECT_EQ(predictions(id, "all"), predictions(id, name)) << name;
      const RunCost together = cost_of(store_of("all")->environment(id)),
                    own = cost_of(store_of(name)->environment(id));
      EXPECT_EQ(together.features.n, own.features.n) << name;
      EXPECT_EQ(together.sections.n, own.sections.n) << name;
    }
  EXPECT_EQ(cached("all"), alone);
}

TEST_F(DecodedOnce, ATrackThatIsTooShortForOneExcerptIsBadForItsRunsAlone) {
  add_song("short", 0, {{'A', 1.5}});
  const Plan all = sweep("full, chunks, sem", "8, 12", "on_bad_track: fail\n");
  const RunnerSummary summary = run_in(all, "all");
  EXPECT_EQ(summary.n_done, 4u);
  EXPECT_EQ(summary.n_failed, 2u);
  for (const PlannedRun& run : all.runs) {
    const RunRecord record = store_of("all")->run(run.id).value();
    EXPECT_EQ(to_string(record.status), run.spec.excerpt.name == "chunks" ? "failed" : "done");
    if (run.spec.excerpt.name != "chunks") continue;
    EXPECT_NE(record.message.find("short.wav"), std::string::npos) << record.message;
    EXPECT_EQ(store_of("all")->bad_tracks(run.id).size(), 1u);
  }
}

TEST_F(DecodedOnce, SoAreBadTracks) {
  add_song("short", 0, {{'A', 1.5}});
  folder_.write("damaged.wav", testing::bytes_of(songs_.tracks()[0].audio).substr(0, 20001));
  songs_.add("damaged", 1, folder_ / "damaged.wav", {});
  const Plan all = sweep("full, chunks, sem", "8, 12");
  const RunnerSummary summary = run_in(all, "all");
  EXPECT_EQ(summary.n_done, 6u);
  EXPECT_EQ(summary.n_bad_tracks, 2u);
  EXPECT_LE(n_decoded(all, "all"), 6) << "damage that headers show is found without decoding";
  EXPECT_GE(n_decoded(all, "all"), 5);
}

TEST_F(DecodedOnce, DeformedTestPartsAsWell) {
  const Plan all = plan(
      "dataset: {name: unknown_structure}\n"
      "split: {kind: stratified, train_fraction: 0.5}\n"
      "features: {name: mfcc_statistics, sample_rate_hz: 8000, n_fft: 256, hop_length: 128, "
      "n_mels: 20, n_mfcc: 8}\n"
      "method: {name: nearest_mean}\n"
      "deform: {name: noise}\n"
      "sweep: {grid: {excerpt.name: [full, chunks], deform.snr_db: [0, 10, 20]}}\n"
      "seeds: [1, 2]\n");
  const RunnerSummary summary = run_in(all, "all");
  EXPECT_EQ(summary.n_done, all.runs.size());
  EXPECT_EQ(n_decoded(all, "all"), 4);
}

TEST_F(DecodedOnce, AllSegmentationsAsWell) {
  const auto segmentations = [this](const std::string& excerpts) {
    return plan(
        "task: segmentation\n"
        "dataset: {name: songs}\n"
        "sweep: {grid: {excerpt.name: [" +
        excerpts + "], known_clusters: [true, false]}}\nreports: [summary]\n");
  };
  const Plan all = segmentations("sem, foote, mfcc_k_means, uniform");
  ASSERT_EQ(all.runs.size(), 8u);
  EXPECT_EQ(run_in(all, "all").n_done, 8u);
  EXPECT_EQ(n_decoded(all, "all"), 4 + 8) << "and one track for the example of each run";
  for (const char* excerpt : {"sem", "foote", "mfcc_k_means", "uniform"}) {
    const Plan one = segmentations(excerpt);
    run_in(one, excerpt);
    for (const PlannedRun& run : one.runs)
      EXPECT_EQ(store_of("all")->metric(run.id, "structure", "adjusted_rand"),
                store_of(excerpt)->metric(run.id, "structure", "adjusted_rand"))
          << excerpt;
  }
}

TEST_F(DecodedOnce, SectionsThatAreScoredAreThoseOfTheExcerpts) {
  const Plan one = plan(
      "dataset: {name: songs}\n"
      "split: {kind: stratified, train_fraction: 0.5}\n"
      "features: {name: mfcc_statistics, sample_rate_hz: 8000, n_fft: 256, n_mels: 20, n_mfcc: 8}\n"
      "excerpt: {name: sem}\n"
      "method: {name: nearest_mean}\n");
  EXPECT_EQ(run_in(one, "one").n_done, 1u);
  EXPECT_EQ(n_decoded(one, "one"), 4 + 1) << "and one track for the example";
  EXPECT_TRUE(store_of("one")->metric(one.runs[0].id, "structure", "adjusted_rand").has_value());
}

TEST_F(DecodedOnce, WhatIsDoneOrCachedIsNotDecodedAgain) {
  const Plan first = sweep("full", "8");
  run_in(first, "all");
  fs::remove_all(folder_ / "all");
  const Plan all = sweep("full, chunks", "8");
  run_in(all, "all");
  EXPECT_EQ(n_decoded(all, "all"), 4 + 4);
  EXPECT_EQ(cached("all").size(), 4u) << "the features of the run that was done are not made again";
}

}  // namespace decoded_once_test
}  // namespace genrebench
