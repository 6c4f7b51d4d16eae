// What every deformation promises (harness/plugin/deformation.hpp), alone and in runs.
#include <algorithm>
#include <atomic>
#include <map>
#include <set>

#include "base/error.hpp"
#include "contract/contract_support.hpp"
#include "contract/golden_versions.hpp"
#include "harness/data/extraction.hpp"
#include "harness/experiment/load_experiment.hpp"
#include "harness/plan/plan.hpp"
#include "harness/records/facts.hpp"
#include "harness/store/store_places.hpp"
#include "harness/workers/sweep.hpp"

namespace genrebench {
namespace deformations_test {

using testing::options_of;
using testing::registry;
using testing::SilentProgress;
using testing::sound;
using testing::TemporaryFolder;

class EveryDeformation : public ::testing::TestWithParam<std::string> {
 protected:
  static const DeformationPlugin& plugin() {
    return registry().deformations.get(GetParam(), "test");
  }
  static std::unique_ptr<Deformation> at(const std::string& severity) {
    return plugin().make(options_of(plugin(), {{"severity", severity}}));
  }
  /// Longer than the strongest cut, with something in every band.
  static std::vector<float> music(int rate_hz = 22050) {
    std::vector<float> samples = sound(220.0, 16.0, rate_hz);
    for (std::size_t n = samples.size() / 2; n < samples.size(); ++n) samples[n] *= 0.2f;
    return samples;
  }
};

INSTANTIATE_TEST_SUITE_P(Contract, EveryDeformation,
                         ::testing::ValuesIn(registry().deformations.names()), testing::name_of);

TEST_P(EveryDeformation, HasAStrengthThatGrowsFromZeroWithTheSeverity) {
  EXPECT_EQ(at("0")->strength(), 0.0);
  double last = 0.0;
  for (const char* severity : {"1", "2", "3"}) {
    const double strength = at(severity)->strength();
    EXPECT_GT(strength, last) << "severity " << severity;
    last = strength;
  }
}

TEST_P(EveryDeformation, LeavesEverySampleAsItIsAtSeverityZero) {
  for (const int rate_hz : {8000, 22050, 44100}) {
    const std::vector<float> samples = music(rate_hz);
    EXPECT_EQ(at("0")->apply(samples, rate_hz, 7), samples);
  }
}

TEST_P(EveryDeformation, ChangesTheSamplesAtEveryOtherSeverityAndSaysHow) {
  const std::vector<float> samples = music();
  std::set<std::string> levels = {at("0")->level()};
  for (const char* severity : {"1", "2", "3"}) {
    EXPECT_NE(at(severity)->apply(samples, 22050.0, 7), samples) << "severity " << severity;
    levels.insert(at(severity)->level());
  }
  EXPECT_EQ(levels.size(), 4u);
}

TEST_P(EveryDeformation, GivesTheSameBitsForTheSameSeed) {
  const std::vector<float> samples = music();
  EXPECT_EQ(at("2")->apply(samples, 22050.0, 7), at("2")->apply(samples, 22050.0, 7));
}

TEST_P(EveryDeformation, GivesFiniteSamplesForSilenceAndForFullScale) {
  const std::vector<float> silence(22050 * 16, 0.0f);
  std::vector<float> square(silence.size());
  for (std::size_t n = 0; n < square.size(); ++n) square[n] = n / 50 % 2 == 0 ? 1.0f : -1.0f;
  for (const std::vector<float>& samples : {silence, square})
    for (const char* severity : {"1", "2", "3"}) {
      const std::vector<float> result = at(severity)->apply(samples, 22050.0, 7);
      EXPECT_FALSE(result.empty());
      EXPECT_TRUE(
          std::all_of(result.begin(), result.end(), [](float x) { return std::isfinite(x); }))
          << "severity " << severity;
    }
}

TEST_P(EveryDeformation, KeepsItsNumbersOrRaisesItsVersion) {
  testing::GoldenResult golden;
  std::vector<float> samples = sound(220.0, 16.0, 8000);
  testing::summarise_values(at("1")->apply(samples, 8000.0, 7), golden.numbers);
  // What codes MP3 is another version of the libraries elsewhere.
  testing::expect_golden("deformation", plugin(), golden, GetParam() == "mp3" ? 0.02 : 1e-4);
}

TEST_P(EveryDeformation, GivesTheFeaturesOfACleanTrackAtSeverityZero) {
  const TemporaryFolder folder;
  // Neither the rate of the file nor the whole path is that of the feature.
  Track track;
  track.audio = testing::write_sound(folder / "a.wav", 300.0, 2.0, 16000);
  const FeaturePlugin& mfcc = registry().features.get("mfcc", "test");
  const auto feature = mfcc.make(options_of(mfcc));
  const auto full = registry().excerpts.get("full", "test").make({});
  const TrackDeformer deform(
      {.name = GetParam(), .options = options_of(plugin(), {{"severity", std::string("0")}})}, {},
      registry());
  const auto clean = extract(track, *full, *feature),
             same = extract_deformed(track, "content", deform, *full, *feature);
  ASSERT_EQ(same.size(), 1u);
  EXPECT_TRUE(testing::same_bits(clean[0], same[0]));
}

/// knn, which counts how often it is fitted.
class CountingMethod final : public Method {
 public:
  CountingMethod(std::unique_ptr<Method> method, std::atomic<int>& n_fits)
      : method_(std::move(method)), n_fits_(n_fits) {}
  void fit(const Examples& train, const Examples& valid, FitContext& context) override {
    ++n_fits_;
    method_->fit(train, valid, context);
  }
  Predictions predict(const Examples& examples) const override {
    return method_->predict(examples);
  }

 private:
  std::unique_ptr<Method> method_;
  std::atomic<int>& n_fits_;
};

Registry counting(std::atomic<int>& n_fits) {
  Registry result;
  register_all(result);
  MethodPlugin plugin = result.methods.get("knn", "test");
  plugin.name = "counting";
  plugin.make = [make = plugin.make, &n_fits](const OptionValues& options, std::uint64_t seed) {
    return std::make_unique<CountingMethod>(make(options, seed), n_fits);
  };
  result.methods.add(std::move(plugin));
  return result;
}

std::filesystem::path write_experiment(const TemporaryFolder& folder, const std::string& more) {
  return folder.write("deformed.yaml",
                      "name: deformed\n"
                      "dataset: {name: synthetic, genres: 3, tracks_per_genre: 4, duration_s: 17, "
                      "sample_rate_hz: 8000}\n"
                      "split: {kind: stratified, train_fraction: 0.5}\n"
                      "features: {name: mfcc_statistics, sample_rate_hz: 8000, n_fft: 512, "
                      "hop_length: 256, n_mels: 24, n_mfcc: 8}\n"
                      "method: {name: counting}\n" +
                          more);
}

class DeformedRuns : public ::testing::Test {
 protected:
  DeformedRuns() : registry_(counting(n_fits_)) {}

  Plan plan(const std::string& more) {
    return make_plan(load_experiment(write_experiment(folder_, more), {}, registry_), registry_,
                     folder_ / "cache", hashes_, progress_);
  }

  RunnerSummary run(const Plan& plan, RunStore& store) {
    return execute(
        plan, store, registry_, hashes_,
        {.cache_folder = folder_ / "cache", .files_folder = files_folder_of(folder_ / "runs.db")},
        progress_);
  }

  std::unique_ptr<RunStore> store(const std::string& name = "runs.db") {
    return RunStore::open(folder_ / name, RunStore::Mode::write);
  }

  TemporaryFolder folder_;
  std::atomic<int> n_fits_ = 0;
  Registry registry_;
  SilentProgress progress_;
  FileHashes hashes_{{}};
};

std::string all_names() {
  std::string text;
  for (const std::string& name : registry().deformations.names())
    text += (text.empty() ? "" : ", ") + name;
  return text;
}

TEST_F(DeformedRuns, UseTheModelOfTheirCleanRunWhichIsFittedOnce) {
  const Plan all = plan("sweep: {grid: {deform.name: [" + all_names() +
                        "], deform.severity: [0, 3]}}\nseeds: [0, 1]\n");
  ASSERT_EQ(all.runs.size(), 2 * (1 + 2 * registry().deformations.size()));
  const auto runs = store();
  const RunnerSummary summary = run(all, *runs);
  EXPECT_EQ(summary.n_done, all.runs.size());
  EXPECT_EQ(n_fits_, 2) << "one per seed";
  std::size_t n_unlike = 0;
  for (const PlannedRun& planned : all.runs) {
    if (planned.clean == nullptr) continue;
    const RunRecord record = runs->run(planned.id).value();
    EXPECT_EQ(facts::kCleanRun.of(record), planned.clean->id);
    const auto clean = runs->predictions(planned.clean->id, "test"),
               deformed = runs->predictions(planned.id, "test");
    ASSERT_EQ(clean.size(), deformed.size());
    const std::string name = record.parameter("deform.name");
    const bool severe = record.parameter("deform.severity") == "3";
    bool unlike = false;
    for (std::size_t i = 0; i < clean.size(); ++i) {
      EXPECT_EQ(clean[i].track, deformed[i].track);
      unlike = unlike || clean[i].probabilities != deformed[i].probabilities ||
               clean[i].predicted != deformed[i].predicted;
    }
    if (!severe) {
      EXPECT_FALSE(unlike) << name << " at severity 0";
      EXPECT_EQ(runs->metric(planned.id, "test", "accuracy"),
                runs->metric(planned.clean->id, "test", "accuracy"));
    }
    n_unlike += unlike;
    EXPECT_FALSE(runs->metric(planned.id, "train", "accuracy"))
        << "a deformed run has a test part alone";
  }
  EXPECT_GT(n_unlike, 0u);
}

TEST_F(DeformedRuns, AreResumedWithAModelThatPredictsWhatTheCleanRunRecorded) {
  const auto runs = store();
  run(plan("deform: {name: noise}\n"), *runs);
  EXPECT_EQ(n_fits_, 1);
  // Another process, so nothing is in memory; knn keeps no file and is fitted again.
  const Plan more = plan("sweep: {grid: {deform.name: [noise, telephone]}}\n");
  EXPECT_EQ(run(more, *runs).n_done, 1u);
  EXPECT_EQ(n_fits_, 2);
  EXPECT_EQ(run(more, *runs).n_already_done, 3u);
}

TEST_F(DeformedRuns, FailWhereACleanRunThatIsFittedAgainPredictsOtherwise) {
  const auto runs = store();
  const Plan clean = plan("");
  run(clean, *runs);
  // As if another program had done it: its record is that of other numbers of neighbours.
  Plan other = plan("deform: {name: noise}\n");
  for (PlannedRun& one : other.runs)
    if (one.clean != nullptr) {
      auto changed = std::make_shared<PlannedRun>(*one.clean);
      changed->spec.method.options["neighbours"] = std::int64_t{1};
      one.clean = changed;
    }
  run(other, *runs);
  for (const RunRecord& record : runs->runs("deformed"))
    if (!record.parameter("deform.name").empty()) {
      EXPECT_EQ(record.status, RunStatus::failed);
      EXPECT_NE(record.message.find("predicts"), std::string::npos) << record.message;
      EXPECT_NE(record.message.find(clean.runs.front().id.substr(0, 8)), std::string::npos);
    }
}

TEST_F(DeformedRuns, BringTheirCleanRunIntoThePlanOnceAndLeaveItsIdAsItIs) {
  const Plan alone = plan(""), noise = plan("deform: {name: noise}\n"),
             named = plan("deform: {name: none}\n");
  ASSERT_EQ(alone.runs.size(), 1u);
  ASSERT_EQ(noise.runs.size(), 2u);
  EXPECT_EQ(noise.runs[0].id, alone.runs[0].id);
  EXPECT_NE(noise.runs[1].id, alone.runs[0].id);
  EXPECT_EQ(named.runs.front().id, alone.runs[0].id);
  for (const auto& [key, value] : alone.runs[0].spec.parameters(registry_))
    EXPECT_FALSE(key.starts_with("deform")) << key;
  EXPECT_NE(plan("deform: {name: noise, severity: 3}\n").runs[1].id, noise.runs[1].id);
  EXPECT_EQ(plan("deform: {name: noise, severity: 3}\n").runs[1].id,
            plan("deform: {name: noise, snr_db: 10}\n").runs[1].id)
      << "the values decide, not the word for them";
}

TEST_F(DeformedRuns, LearnFromDeformedCopiesOfTheTrainingPartOnRequest) {
  const auto runs = store();
  const Plan augmented =
      plan("deform_train: {name: noise, severity: 3}\ndeform: {name: noise, severity: 3}\n");
  ASSERT_EQ(augmented.runs.size(), 2u);
  run(augmented, *runs);
  const RunRecord clean = runs->run(augmented.runs[0].id).value();
  ASSERT_EQ(clean.status, RunStatus::done) << clean.message;
  EXPECT_EQ(facts::kTrainExamples.of(clean), 2 * facts::kTrainTracks.of(clean));
  EXPECT_NE(augmented.runs[0].id, plan("").runs[0].id);
  EXPECT_EQ(runs->predictions(augmented.runs[1].id, "test").size(), facts::kTestTracks.of(clean));
}

TEST_F(DeformedRuns, AreRefusedWhereNothingCanBeDeformed) {
  EXPECT_THROW_SAYING(plan("deform: {severity: 3}\n"), ConfigError, "deform.name");
  EXPECT_THROW_SAYING(plan("deform: {name: nois}\n"), ConfigError, "noise");
  EXPECT_THROW_SAYING(plan("deform: {name: noise, colour: files}\n"), ConfigError, "files");
  const Plan files = plan("deform: {name: noise}\nexcerpt: {name: sem}\n");
  EXPECT_EQ(files.runs.front().not_applicable, "");
  EXPECT_NE(files.runs.back().not_applicable.find("sem"), std::string::npos)
      << "skipped with the reason: " << files.runs.back().not_applicable;
  EXPECT_THROW_SAYING(plan("task: segmentation\nexcerpt: {name: sem}\ndeform: {name: noise}\n"),
                      ConfigError, "segmentation");
}

}  // namespace deformations_test
}  // namespace genrebench
